// The reference backend: every operation as its contract in ops.h reads, on Eigen. The oracle of all other backends, so
// it is kept short enough to check by eye; it uses threads but no cleverness.
//
// Each function below is one operation in one file. `pool` supplies the threads, `precision` the rounding of the
// operands of multiplications, with which this backend serves as the yardstick of half-precision ones.
#pragma once

#include <memory>

#include "kernels/backend.h"
#include "kernels/host_pictures.h"
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

std::size_t convolution_workspace(const ConvolutionArgs& args, int threads);
std::size_t self_attention_workspace(const SelfAttentionArgs& args, int threads);

void convolution(const ConvolutionArgs& args, const Context& context);
void pointwise(const PointwiseArgs& args, const Context& context);
void max_pool(const MaxPoolArgs& args, const Context& context);
void upsample(const UpsampleArgs& args, const Context& context);
void resize_nearest(const ResizeNearestArgs& args, const Context& context);
void concatenate(const ConcatenateArgs& args, const Context& context);
void self_attention(const SelfAttentionArgs& args, const Context& context);
void sigmoid_range(const SigmoidRangeArgs& args, const Context& context);
void softmax(const SoftmaxArgs& args, const Context& context);

}  // namespace colourize::kernels::reference
