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

}  // namespace colourize::kernels
