// For each target: stores a column of a product, whose rows are output channels, into the channels of its pixel.
#if defined(COLOURIZE_KERNELS_CPU_STORE_COLUMN_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef COLOURIZE_KERNELS_CPU_STORE_COLUMN_INL_H
#undef COLOURIZE_KERNELS_CPU_STORE_COLUMN_INL_H
#else
#define COLOURIZE_KERNELS_CPU_STORE_COLUMN_INL_H
#endif

#include <algorithm>

#include "kernels/cpu/epilogue-inl.h"
#include "kernels/cpu/gather.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {

struct ChannelRange {
  std::int64_t first;
  std::int64_t count;
};

// Applies bias and epilogue to one pixel's `channels`, whose accumulators are `stride` floats apart from `sums` on.
HWY_INLINE void store_column(const ConvolutionArgs& args, const Convolution& convolution,
                             const VectorEpilogue& epilogue, const float* sums, std::int64_t stride,
                             const ChannelRange& channels, const Pixel& pixel) {
  const Floats d;
  float* to = args.output.at(pixel.n, pixel.y, pixel.x) + channels.first;
  const float* residual = args.epilogue.residual_at(pixel.n, pixel.y, pixel.x);
  for (std::int64_t row = 0; row < channels.count; row += lanes) {
    const std::int64_t count = std::min(lanes, channels.count - row);
    HWY_ALIGN float values[lanes] = {};  // NOLINT(modernize-avoid-c-arrays)
    for (std::int64_t i = 0; i < count; ++i) values[i] = sums[(row + i) * stride];
    const std::int64_t channel = channels.first + row;
    const Vector sum = hn::Add(hn::Load(d, values), load_first(convolution.bias.data() + channel, count));
    store_first(epilogue(sum, channel, count, residual), to + row, count);
  }
}

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
