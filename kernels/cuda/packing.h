// A convolution's weights in the order in which its kernel reads them, row by row, so that several threads can write
// them in pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/cuda/choice.h"
#include "kernels/operations/convolution.h"

namespace colourize::kernels::cuda {

class Packing {
 public:
  // `weights` must outlive this object.
  Packing(const ConvolutionWeights& weights, const Choice& choice, ChannelOrder order);

  std::int64_t rows() const { return rows_; }
  std::size_t row_bytes() const { return row_bytes_; }
  std::int64_t run() const { return run_; }
  std::size_t bytes() const { return static_cast<std::size_t>(rows_) * row_bytes_; }
  // Writes row_bytes() bytes.
  void write_row(std::int64_t row, std::byte* to) const;
  // One number for each output channel, in the output's order.
  std::vector<float> bias() const;

 private:
  // The checkpoint's number for the output's channel `position`.
  std::int64_t channel_at(std::int64_t position) const;
  void write_output_channel(std::int64_t position, std::byte* to) const;
  void write_product(std::int64_t row, std::byte* to) const;

  const ConvolutionWeights& weights_;
  ChannelOrder order_;
  bool half_;         // a row for each output channel; otherwise a row for each tap and input channel
  std::int64_t in_;   // of a group, padded
  std::int64_t run_;  // channels that lie side by side, before the next tap of the same
  std::int64_t out_;  // padded
  std::int64_t rows_ = 0;
  std::size_t row_bytes_ = 0;
};

}  // namespace colourize::kernels::cuda
