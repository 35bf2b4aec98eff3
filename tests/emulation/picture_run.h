// Pictures' samples for the tests of the steps around a generator, and a backend whose kernels are recorded.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "engine/device.h"
#include "tests/emulation/cuda_twins.h"
#include "tests/emulation/recording.h"
#include "tests/emulation/seeds.h"

namespace colourize::tests {

inline std::mt19937 numbers(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers every time

// Rows of samples some bytes apart, which nobody may write.
class Rows {
 public:
  explicit Rows(const kernels::SamplesShape& shape)
      : shape_(shape), bytes_((shape.row_bytes() + gap) * static_cast<std::size_t>(shape.height), untouched) {}

  static Rows noise(const kernels::SamplesShape& shape) {
    Rows rows(shape);
    for (int y = 0; y < shape.height; ++y) {
      for (std::byte& byte : rows.row(y)) byte = static_cast<std::byte>(numbers() >> 24U);
    }
    return rows;
  }

  kernels::ConstSamples view() const { return {bytes_.data(), shape_, stride()}; }
  kernels::Samples view() { return {bytes_.data(), shape_, stride()}; }
  bool is_untouched() const {
    return std::ranges::all_of(bytes_, [](std::byte byte) { return byte == untouched; });
  }
  bool gaps_are_untouched() const {
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      if (i % (shape_.row_bytes() + gap) >= shape_.row_bytes() && bytes_[i] != untouched) return false;
    }
    return true;
  }
  // Row by row, a pixel's channels side by side.
  std::vector<int> samples() const {
    std::vector<int> result;
    for (int y = 0; y < shape_.height; ++y) {
      const auto bytes = std::span(bytes_).subspan(static_cast<std::size_t>(y) * (shape_.row_bytes() + gap));
      for (std::size_t i = 0; i < shape_.row_bytes(); i += static_cast<std::size_t>(shape_.bytes)) {
        std::uint16_t sample = 0;  // of a processor whose first byte is the lowest
        std::memcpy(&sample, &bytes[i], static_cast<std::size_t>(shape_.bytes));
        result.push_back(sample);
      }
    }
    return result;
  }
  const kernels::SamplesShape& shape() const { return shape_; }

 private:
  static constexpr std::size_t gap = 6;
  static constexpr std::byte untouched{0xA5};

  std::ptrdiff_t stride() const { return static_cast<std::ptrdiff_t>(shape_.row_bytes() + gap); }
  std::span<std::byte> row(int y) {
    return std::span(bytes_).subspan(static_cast<std::size_t>(y) * (shape_.row_bytes() + gap), shape_.row_bytes());
  }

  kernels::SamplesShape shape_;
  std::vector<std::byte> bytes_;
};

// Calls run(backend) in several orders of threads, with every access recorded, those to `memory` too.
template <class Run>
void on_recorded_device(const std::vector<std::span<const std::byte>>& memory, const Run& run) {
  for (const std::uint64_t seed : emulation::seeds()) {
    const testing::ScopedTrace trace(__FILE__, __LINE__, seed);
    emulation::Recording recording(memory);
    emulation::setting = {.seed = seed, .recording = &recording};
    {
      const auto backend = open_device("cuda", {.threads = 1}, ignore_warnings);
      ASSERT_NO_THROW(run(*backend, recording));
    }
    emulation::setting = {};
  }
}

inline std::unique_ptr<kernels::PreparedResize> prepare(kernels::PictureOperations& operations, int from_width,
                                                        int from_height, int width, int height, double blur = 0) {
  return operations.prepare(kernels::bilinear_axis(from_width, width), kernels::bilinear_axis(from_height, height),
                            blur);
}

}  // namespace colourize::tests
