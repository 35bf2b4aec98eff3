#include "engine/graph/batches.h"

#include <fmt/core.h>

#include <algorithm>

#include "system/error.h"

namespace colourize::graph {
namespace {

// `count` pictures of `all` from `first` on.
Tensor pictures(const Tensor& all, std::int64_t first, std::int64_t count) {
  kernels::Shape shape = all.shape();
  shape.n = count;
  Tensor result(shape);
  const std::int64_t picture = shape.elements() / count;
  std::copy_n(all.values().begin() + first * picture, shape.elements(), result.values().begin());
  return result;
}

Tensor run_by(Executor& executor, const Tensor& input, std::int64_t batch) {
  const std::int64_t all = input.shape().n;
  if (batch == all) return executor.run(input);
  Tensor result;
  for (std::int64_t first = 0; first < all; first += batch) {
    const Tensor part = executor.run(pictures(input, first, std::min(batch, all - first)));
    if (first == 0) {
      kernels::Shape shape = part.shape();
      shape.n = all;
      result = Tensor(shape);
    }
    const std::int64_t picture = part.shape().elements() / part.shape().n;
    std::ranges::copy(part.values(), result.values().begin() + first * picture);
  }
  return result;
}

}  // namespace

Tensor run_in_batches(Executor& executor, const Tensor& input, const Warn& warn) {
  for (std::int64_t batch = input.shape().n;; batch = (batch + 1) / 2) {
    try {
      return run_by(executor, input, batch);
    } catch (const OutOfMemory& problem) {
      if (batch == 1) throw;
      warn(fmt::format("{} pictures at once: {}; trying {}", batch, problem.what(), (batch + 1) / 2));
    }
  }
}

}  // namespace colourize::graph
