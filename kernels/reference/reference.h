// The reference backend: every operation exactly as in its contract, with Eigen. All other backends are compared with
// it, so it is short enough to check by eye. It uses threads but no tricks.
//
// Each operation is one object in one file. `pool` supplies the threads. `precision` is the rounding of the operands of
// multiplications; with it, this backend is the reference for half-precision backends.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/backend.h"
#include "kernels/host_pictures.h"
#include "kernels/implementation.h"
#include "kernels/thread_pool.h"

namespace colourize::kernels::reference {

bool usable();
std::unique_ptr<Backend> create(const BackendOptions& options);

struct Context {
  ThreadPool& pool;
  Precision precision = Precision::float32;
};

// Rounded weights: what is packed where the precision is not float32.
struct RoundedWeights final : PackedWeights {
  std::vector<float> values;
};

// The checkpoint's weights, or a rounded copy of them.
class Weights final : public PreparedConvolution {
 public:
  Weights(ConvolutionWeights given, Precision precision) : weights_(std::move(given)), precision_(precision) {}
  const ConvolutionWeights& get() const { return weights_; }
  AlgorithmFacts facts() const override;
  std::string layout() const override { return precision_ == Precision::float32 ? "" : "rounded"; }
  void use(const float* weight, std::shared_ptr<const PackedWeights> packed) override;

 private:
  ConvolutionWeights weights_;
  Precision precision_;
  std::shared_ptr<const RoundedWeights> rounded_;
};
std::shared_ptr<const PackedWeights> rounded(const ConvolutionWeights& weights, Precision precision);

// Rows of pictures, for the picture operations.
PictureRows picture_rows();

// One for each operation, in the file of its name.
template <class Args>
using Implementation = kernels::Implementation<Args, Context>;
// NOLINTNEXTLINE(bugprone-macro-parentheses): a name that is declared
#define COLOURIZE_OPERATION(name, Type) extern const Implementation<Type##Args> name;
#include "kernels/operations.def"

}  // namespace colourize::kernels::reference
