// Shares operations that compute each output row separately among threads: one part is one row of one picture.
#pragma once

#include <cstdint>

#include "kernels/reference/reference.h"

namespace colourize::kernels::reference {

// Calls row(n, y) for every row of `shape`.
template <typename Row>
void for_each_row(const Context& context, const Shape& shape, const Row& row) {
  context.pool.run(shape.n * shape.h,
                   [&](std::int64_t index, int /*thread*/) { row(index / shape.h, index % shape.h); });
}

}  // namespace colourize::kernels::reference
