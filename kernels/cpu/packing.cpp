#include "kernels/cpu/packing.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>

#include "kernels/cpu/winograd_transform.h"

namespace colourize::kernels::cpu {
namespace {

constexpr std::size_t alignment = 64;
constexpr std::int64_t widest_panel = 32;

// Output channels that a panel really holds.
std::int64_t columns(const Panels& panels, std::int64_t panel) {
  return std::min(panels.width_of(panel), panels.n - panel * panels.width);
}

template <int output_tile>
void transform_panel(const ConvolutionWeights& weights, const Panels& panels, std::int64_t panel, float* packed) {
  constexpr auto g = winograd_g<output_tile>();
  constexpr int side = output_tile + 2;
  const std::int64_t width = panels.width_of(panel);
  const std::int64_t count = columns(panels, panel);
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

}  // namespace

void PackedFloats::Free::operator()(float* memory) const {
  std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc)
}

PackedFloats::PackedFloats(std::int64_t count) : size_(count) {
  if (count == 0) return;
  const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(float);
  data_.reset(static_cast<float*>(std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment)));
  if (data_ == nullptr) throw std::bad_alloc();
}

Panels gemm_panels(const ConvolutionWeights& weights, const Context& context) {
  return {.k = weights.in_channels / weights.groups * weights.kernel_h * weights.kernel_w,
          .n = weights.out_channels / weights.groups,
          .width = context.panel_width()};
}

Panels winograd_panels(const ConvolutionWeights& weights, const Context& context) {
  return {.k = weights.in_channels, .n = weights.out_channels, .width = context.panel_width()};
}

PackedFloats pack_gemm(const ConvolutionWeights& weights, const Context& context) {
  const Panels panels = gemm_panels(weights, context);
  const std::int64_t channels = weights.in_channels / weights.groups;
  const std::int64_t area = std::int64_t{weights.kernel_h} * weights.kernel_w;
  PackedFloats packed(panels.floats() * weights.groups);
  context.pool.run(weights.groups * panels.count(), [&](std::int64_t part, int /*thread*/) {
    const std::int64_t group = part / panels.count();
    const std::int64_t panel = part % panels.count();
    const std::int64_t width = panels.width_of(panel);
    const std::int64_t count = columns(panels, panel);
    const float* from = weights.weight + (group * panels.n + panel * panels.width) * panels.k;
    float* to = packed.data() + group * panels.floats() + panels.offset(panel);
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t tap = 0; tap < area; ++tap) {
        float* row = to + (tap * channels + c) * width;
        for (std::int64_t o = 0; o < count; ++o) row[o] = from[o * panels.k + c * area + tap];
        std::fill(row + count, row + width, 0.0F);
      }
    }
  });
  return packed;
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
