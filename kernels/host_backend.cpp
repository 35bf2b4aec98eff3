#include "kernels/host_backend.h"

#include <algorithm>
#include <cstdlib>

#include "kernels/aligned_memory.h"

namespace colourize::kernels {
namespace {

template <typename Visit>
void for_each_pixel(const Shape& shape, const Visit& visit) {
  for (std::int64_t n = 0; n < shape.n; ++n) {
    for (std::int64_t y = 0; y < shape.h; ++y) {
      for (std::int64_t x = 0; x < shape.w; ++x) visit(n, y, x);
    }
  }
}

}  // namespace

void* HostBackend::allocate(std::size_t bytes) {
  return allocate_aligned(bytes);
}

void HostBackend::release(void* memory) {
  std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc)
}

void HostBackend::write(const float* host, const View& view) {
  for_each_pixel(view.shape, [&](std::int64_t n, std::int64_t y, std::int64_t x) {
    std::copy_n(host, view.shape.c, view.at(n, y, x));
    host += view.shape.c;
  });
}

void HostBackend::read(const ConstView& view, float* host) {
  for_each_pixel(view.shape, [&](std::int64_t n, std::int64_t y, std::int64_t x) {
    host = std::copy_n(view.at(n, y, x), view.shape.c, host);
  });
}

void HostBackend::concatenate(const ConcatenateArgs& args) {
  if (!args.upsample_first) return concatenate_plainly(args);
  // Each goes where it belongs in the output, the first one through its affine there.
  const auto& [first, second] = args.inputs;
  View upsampled = args.output;
  upsampled.shape.c = first.shape.c / 4;
  upsample({first, upsampled, args.order});
  const auto epilogue_of = [&](std::size_t input) {
    return Epilogue{.affine = args.affines.at(input), .residual = {}, .after = args.activation};
  };
  const bool as_it_is = args.affines[0].scale == nullptr && args.activation == Activation::none;
  if (!as_it_is) pointwise({upsampled, upsampled, epilogue_of(0)});
  View behind = args.output;
  behind.shape.c = second.shape.c;
  behind.data = args.output.at(0, 0, 0) + upsampled.shape.c;
  pointwise({second, behind, epilogue_of(1)});
}

}  // namespace colourize::kernels
