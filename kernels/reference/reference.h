// The reference backend: every operation as its contract reads, on Eigen. The oracle of all other backends, so
// it is kept short enough to check by eye; it uses threads but no cleverness.
//
// Each operation is one object in one file. `pool` supplies the threads, `precision` the rounding of the
// operands of multiplications, with which this backend serves as the yardstick of half-precision ones.
#pragma once

#include <memory>

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

// The weights as the checkpoint holds them, or a rounded copy of them.
class Weights final : public PreparedConvolution {
 public:
  Weights(const ConvolutionWeights& given, Precision precision);
  const ConvolutionWeights& get() const { return weights_; }
  AlgorithmFacts facts() const override;

 private:
  ConvolutionWeights weights_;
  std::unique_ptr<float[]> rounded_;  // NOLINT(modernize-avoid-c-arrays): a plain block of floats
};

// The rows of the picture operations.
PictureRows picture_rows();

// One an operation, each in the file of its name.
template <class Args>
using Implementation = kernels::Implementation<Args, Context>;
#define COLOURIZE_OPERATION(name, Type) extern const Implementation<Type##Args> name;
#include "kernels/operations.def"

}  // namespace colourize::kernels::reference
