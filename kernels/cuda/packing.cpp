#include "kernels/cuda/packing.h"

#include <cuda_fp16.h>

#include <algorithm>

#include "kernels/cuda/convolution.h"

namespace colourize::kernels::cuda {
namespace {

constexpr std::int64_t rounded_up(std::int64_t count, std::int64_t to) {
  return (count + to - 1) / to * to;
}

std::int64_t tile_channels(const Choice& choice) {
  switch (choice.algorithm) {
    case Algorithm::tensor_cores:
      return half_tiles.at(static_cast<std::size_t>(choice.tile)).channels;
    case Algorithm::multiply_adds:
      return float32_tile_channels;
    case Algorithm::depthwise:
    case Algorithm::direct:
      break;
  }
  return 1;
}

// What input channels are padded to.
std::int64_t stage_of(const Choice& choice) {
  if (choice.algorithm == Algorithm::tensor_cores) {
    return half_tiles.at(static_cast<std::size_t>(choice.tile)).stage_channels;
  }
  return choice.algorithm == Algorithm::multiply_adds ? stage_channels : 1;
}

}  // namespace

Packing::Packing(const ConvolutionWeights& weights, const Choice& choice, ChannelOrder order)
    : weights_(weights),
      order_(order),
      half_(choice.algorithm == Algorithm::tensor_cores),
      in_(rounded_up(weights.in_channels / weights.groups, stage_of(choice))),
      run_(half_ && half_tiles.at(static_cast<std::size_t>(choice.tile)).wgmma ? stage_of(choice) : in_),
      out_(rounded_up(weights.out_channels, tile_channels(choice))) {
  const std::int64_t products = in_ * weights.kernel_h * weights.kernel_w;
  rows_ = half_ ? out_ : products;
  row_bytes_ =
      half_ ? static_cast<std::size_t>(products) * sizeof(__half) : static_cast<std::size_t>(out_) * sizeof(float);
}

std::int64_t Packing::channel_at(std::int64_t position) const {
  if (order_ == ChannelOrder::interleaved) return position;
  const std::int64_t channels = weights_.out_channels / 4;
  return position % channels * 4 + position / channels;
}

void Packing::write_row(std::int64_t row, std::byte* to) const {
  std::fill_n(to, row_bytes_, std::byte{0});
  if (half_) {
    write_output_channel(row, to);
  } else {
    write_product(row, to);
  }
}

void Packing::write_output_channel(std::int64_t position, std::byte* to) const {
  if (position >= weights_.out_channels) return;
  const std::int64_t area = std::int64_t{weights_.kernel_h} * weights_.kernel_w;
  const float* from = weights_.weight + channel_at(position) * weights_.window();
  auto* row = reinterpret_cast<__half*>(to);
  // A run of channels, all taps of it, then the next run; a run is all channels, or a stage.
  for (std::int64_t in = 0; in < weights_.in_channels; ++in) {
    __half* first = row + in / run_ * area * run_ + in % run_;
    for (std::int64_t tap = 0; tap < area; ++tap) first[tap * run_] = __float2half(*from++);
  }
}

void Packing::write_product(std::int64_t product, std::byte* to) const {
  const std::int64_t area = std::int64_t{weights_.kernel_h} * weights_.kernel_w;
  const std::int64_t tap = product / in_;
  const std::int64_t in = product % in_;
  if (in >= weights_.in_channels / weights_.groups) return;
  auto* row = reinterpret_cast<float*>(to);
  for (std::int64_t position = 0; position < weights_.out_channels; ++position) {
    row[position] = weights_.weight[channel_at(position) * weights_.window() + in * area + tap];
  }
}

std::vector<float> Packing::bias() const {
  std::vector<float> result;
  for (std::int64_t position = 0; position < weights_.out_channels && weights_.bias != nullptr; ++position) {
    result.push_back(weights_.bias[channel_at(position)]);
  }
  return result;
}

}  // namespace colourize::kernels::cuda
