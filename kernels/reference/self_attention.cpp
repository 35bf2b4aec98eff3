// Self-attention, 64 output positions at a time. For each position j of a tile, with i over all N positions:
//
//   scores    64 x N = keys of the tile * queries^T          s[j, i] = k_j . q_i
//   scores    softmax along each row: over the QUERY index i, the largest subtracted first
//   output    64 x C = scores * values, times gamma, plus x
#include <algorithm>

#include <Eigen/Core>

#include "kernels/reference/reference.h"
#include "kernels/reference/rounding.h"

namespace colourize::kernels::reference {
namespace {

constexpr std::int64_t tile_positions = 64;

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::int64_t positions(const SelfAttentionArgs& args) {
  return args.input.shape.h * args.input.shape.w;
}

// Query, key and value of one picture as packed, rounded matrices; then a tile's scores and outputs for each thread.
std::int64_t shared_floats(const SelfAttentionArgs& args) {
  return positions(args) * (2 * args.query.shape.c + args.value.shape.c);
}
std::int64_t floats_per_thread(const SelfAttentionArgs& args) {
  return tile_positions * (positions(args) + args.value.shape.c);
}

Eigen::Map<Matrix> pack(const ConstView& view, std::int64_t n, Precision precision, float* memory) {
  Eigen::Map<Matrix> matrix(memory, view.shape.h * view.shape.w, view.shape.c);
  for (std::int64_t position = 0; position < matrix.rows(); ++position) {
    const float* from = view.at(n, position / view.shape.w, position % view.shape.w);
    for (std::int64_t c = 0; c < matrix.cols(); ++c) matrix(position, c) = round_operand(from[c], precision);
  }
  return matrix;
}

std::size_t workspace(const SelfAttentionArgs& args, const Context& context) {
  return static_cast<std::size_t>(shared_floats(args) + context.pool.threads() * floats_per_thread(args)) *
         sizeof(float);
}

void compute(const SelfAttentionArgs& args, const Context& context) {
  const Shape& shape = args.input.shape;
  const std::int64_t count = positions(args);
  const std::int64_t depth = args.query.shape.c;
  auto* workspace = static_cast<float*>(args.workspace.data);
  for (std::int64_t n = 0; n < shape.n; ++n) {
    const auto query = pack(args.query, n, context.precision, workspace);
    const auto key = pack(args.key, n, context.precision, workspace + count * depth);
    const auto value = pack(args.value, n, context.precision, workspace + 2 * count * depth);
    const std::int64_t tiles = (count + tile_positions - 1) / tile_positions;
    context.pool.run(tiles, [&](std::int64_t tile, int thread) {
      const std::int64_t first = tile * tile_positions;
      const std::int64_t rows = std::min(tile_positions, count - first);
      float* scratch = workspace + shared_floats(args) + thread * floats_per_thread(args);
      Eigen::Map<Matrix> scores(scratch, rows, count);
      Eigen::Map<Matrix> output(scratch + tile_positions * count, rows, shape.c);

      scores.noalias() = key.middleRows(first, rows) * query.transpose();
      for (std::int64_t row = 0; row < rows; ++row) {
        auto exponents = scores.row(row).array();
        exponents = (exponents - exponents.maxCoeff()).exp();
        exponents /= exponents.sum();
      }
      output.noalias() = scores * value;
      for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t y = (first + row) / shape.w;
        const std::int64_t x = (first + row) % shape.w;
        const float* input = args.input.at(n, y, x);
        float* to = args.output.at(n, y, x);
        for (std::int64_t c = 0; c < shape.c; ++c) to[c] = args.gamma * output(row, c) + input[c];
      }
    });
  }
}

}  // namespace

const Implementation<SelfAttentionArgs> self_attention{.compute = compute, .workspace = workspace};

}  // namespace colourize::kernels::reference
