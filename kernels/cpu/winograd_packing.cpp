// The weights of a Winograd convolution: G g G^T of every 3x3 kernel g (winograd_transform.h), in double, rounded once.
// Plain loops over a panel's columns, compiled for every instruction set: a photo waits for this once.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/winograd_packing.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>
#include <array>

#include "kernels/cpu/packing.h"
#include "kernels/cpu/simd-inl.h"
#include "kernels/cpu/winograd_transform.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

constexpr std::int64_t widest_panel = 32;
static_assert(2 * lanes <= widest_panel);

template <int output_tile>
void transform_panel(const ConvolutionWeights& weights, const Panels& panels, std::int64_t panel, float* packed) {
  constexpr auto g = winograd_g<output_tile>();
  constexpr int side = output_tile + 2;
  const std::int64_t width = panels.width_of(panel);
  const std::int64_t count = std::min(width, panels.n - panel * panels.width);
  using Row = std::array<double, widest_panel>;
  for (std::int64_t c = 0; c < weights.in_channels; ++c) {
    std::array<Row, 9> kernel{};
    for (std::int64_t o = 0; o < count; ++o) {
      const float* from = weights.weight + ((panel * panels.width + o) * weights.in_channels + c) * 9;
      for (std::size_t i = 0; i < 9; ++i) kernel[i][static_cast<std::size_t>(o)] = static_cast<double>(from[i]);
    }
    for (std::size_t i = 0; i < side; ++i) {
      std::array<Row, 3> rows{};  // row i of G g
      for (std::size_t x = 0; x < 3; ++x) {
        for (std::size_t o = 0; o < widest_panel; ++o) {
          rows[x][o] = g[i][0] * kernel[x][o] + g[i][1] * kernel[3 + x][o] + g[i][2] * kernel[6 + x][o];
        }
      }
      for (std::size_t j = 0; j < side; ++j) {
        const std::size_t plane = i * side + j;
        float* to = packed + static_cast<std::int64_t>(plane) * panels.floats() + panels.offset(panel) + c * width;
        for (std::size_t o = 0; o < static_cast<std::size_t>(width); ++o) {
          to[o] = static_cast<float>(g[j][0] * rows[0][o] + g[j][1] * rows[1][o] + g[j][2] * rows[2][o]);
        }
      }
    }
  }
}

PackedFloats pack_winograd(const ConvolutionWeights& weights, int output_tile, const Context& context) {
  const Panels panels = winograd_panels(weights, context);
  const std::int64_t planes = std::int64_t{output_tile + 2} * (output_tile + 2);
  PackedFloats packed(planes * panels.floats());
  context.pool.run(panels.count(), [&](std::int64_t panel, int /*thread*/) {
    if (output_tile == 2) {
      transform_panel<2>(weights, panels, panel, packed.data());
    } else if (output_tile == 4) {
      transform_panel<4>(weights, panels, panel, packed.data());
    } else {
      transform_panel<6>(weights, panels, panel, packed.data());
    }
  });
  return packed;
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(pack_winograd);
void add_winograd_packing(Operations& operations) {
  operations.pack_winograd = HWY_DYNAMIC_DISPATCH(pack_winograd);
}

}  // namespace colourize::kernels::cpu
#endif
