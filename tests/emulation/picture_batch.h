// What a generator saw and gave, on the device and on the host, for the tests of the steps after it.
#pragma once

#include <map>
#include <random>
#include <span>
#include <vector>

#include "engine/tensor.h"
#include "tests/cuda/device_activation.h"
#include "tests/emulation/picture_run.h"

namespace colourize::tests {

inline constexpr std::int64_t second = 1;  // of the batch

inline constexpr kernels::Normalisation odd_colours{.mean = {0.485F, 0.456F, 0.406F},
                                                    .deviation = {0.229F, 0.224F, 0.225F, 1}};
inline constexpr kernels::Normalisation odd_grey{.mean = {0.45F}, .deviation = {0.23F, 1, 1, 1}};

// What a generator saw and gave, as the device's type holds it.
struct Batch {
  kernels::Colours kind = kernels::Colours::chroma;
  kernels::Type type = kernels::Type::float32;
  Tensor grey;
  Tensor colours;
};

// What a generator of this kind might give, over any grey.
inline Batch batch_of(kernels::Colours kind, kernels::Type type, std::int64_t pictures, std::int64_t height,
                      std::int64_t width) {
  Batch batch{kind, type, Tensor({pictures, height, width, 1}),
              Tensor({pictures, height, width, kernels::channels_of(kind)})};
  const std::map<kernels::Colours, float> deviations{
      {kernels::Colours::rgb, 1.0F}, {kernels::Colours::chroma, 0.15F}, {kernels::Colours::lab, 30.0F}};
  std::normal_distribution<float> normal(0, deviations.at(kind));
  for (float& value : batch.colours.values()) value = rounded_to(type, normal(numbers));
  std::uniform_real_distribution<float> seen(0, 1);
  for (float& value : batch.grey.values()) {
    value = rounded_to(type, (seen(numbers) - odd_grey.mean[0]) / odd_grey.deviation[0]);
  }
  return batch;
}

// A batch in the device's memory.
struct OnDevice {
  explicit OnDevice(const Batch& batch)
      : kind(batch.kind), grey(batch.grey.shape(), batch.type), colours(batch.colours.shape(), batch.type) {
    grey.write(batch.grey);
    colours.write(batch.colours);
  }
  std::vector<std::span<const std::byte>> memory() const { return {grey.bytes(), colours.bytes()}; }
  kernels::PictureChromaArgs args(std::int64_t n) const {
    return {.output = colours.view(),
            .n = n,
            .colours = kind,
            .normalisation = odd_colours,
            .input = grey.view(),
            .grey = odd_grey};
  }

  kernels::Colours kind;
  DeviceActivation grey;
  DeviceActivation colours;
};

inline kernels::PictureChromaArgs args_on_the_host(const Batch& batch, std::int64_t n) {
  return {.output = kernels::packed_view(batch.colours.values().data(), batch.colours.shape()),
          .n = n,
          .colours = batch.kind,
          .normalisation = odd_colours,
          .input = kernels::packed_view(batch.grey.values().data(), batch.grey.shape()),
          .grey = odd_grey};
}

}  // namespace colourize::tests
