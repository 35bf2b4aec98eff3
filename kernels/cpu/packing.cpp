#include "kernels/cpu/packing.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "kernels/aligned_memory.h"

namespace colourize::kernels::cpu {
namespace {

// The output channels that a panel holds, without padding.
std::int64_t columns(const Panels& panels, std::int64_t panel) {
  return std::min(panels.width_of(panel), panels.n - panel * panels.width);
}

template <class Number>
std::shared_ptr<const Packed> packed_gemm(const Number* numbers, const ConvolutionWeights& weights,
                                          const Context& context) {
  const Panels panels = gemm_panels(weights, context);
  const std::int64_t channels = weights.in_channels / weights.groups;
  const std::int64_t area = std::int64_t{weights.kernel_h} * weights.kernel_w;
  PackedNumbers<Number> packed(panels.floats() * weights.groups);
  context.pool.run(weights.groups * panels.count(), [&](std::int64_t part, int /*thread*/) {
    const std::int64_t group = part / panels.count();
    const std::int64_t panel = part % panels.count();
    const std::int64_t width = panels.width_of(panel);
    const std::int64_t count = columns(panels, panel);
    const Number* from = numbers + (group * panels.n + panel * panels.width) * panels.k;
    Number* to = packed.data() + group * panels.floats() + panels.offset(panel);
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t tap = 0; tap < area; ++tap) {
        Number* row = to + (tap * channels + c) * width;
        for (std::int64_t o = 0; o < count; ++o) row[o] = from[o * panels.k + c * area + tap];
        std::fill(row + count, row + width, Number{0});
      }
    }
  });
  return std::make_shared<Packed>(std::move(packed));
}

}  // namespace

template <class Number>
void PackedNumbers<Number>::Free::operator()(Number* memory) const {
  std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc)
}

template <class Number>
PackedNumbers<Number>::PackedNumbers(std::int64_t count) : size_(count) {
  if (count == 0) return;
  data_.reset(static_cast<Number*>(allocate_aligned(static_cast<std::size_t>(count) * sizeof(Number))));
  if (data_ == nullptr) throw std::bad_alloc();
}

template class PackedNumbers<float>;
template class PackedNumbers<std::uint16_t>;

Panels gemm_panels(const ConvolutionWeights& weights, const Context& context) {
  return {.k = weights.window(), .n = weights.out_channels / weights.groups, .width = context.panel_width()};
}

Panels winograd_panels(const ConvolutionWeights& weights, const Context& context) {
  return {.k = weights.in_channels, .n = weights.out_channels, .width = context.panel_width()};
}

std::shared_ptr<const Packed> pack_gemm(const ConvolutionWeights& weights, const Context& context) {
  return weights.weight != nullptr ? packed_gemm(weights.weight, weights, context)
                                   : packed_gemm(weights.half_weight, weights, context);
}

PackedFloats pack_depthwise(const ConvolutionWeights& weights, const Context& context) {
  const std::int64_t area = std::int64_t{weights.kernel_h} * weights.kernel_w;
  const std::int64_t padded = (weights.out_channels + context.lanes - 1) / context.lanes * context.lanes;
  PackedFloats packed(area * padded);
  std::fill_n(packed.data(), packed.size(), 0.0F);
  for (std::int64_t c = 0; c < weights.out_channels; ++c) {
    for (std::int64_t tap = 0; tap < area; ++tap) packed.data()[tap * padded + c] = weights.weight[c * area + tap];
  }
  return packed;
}

}  // namespace colourize::kernels::cpu
