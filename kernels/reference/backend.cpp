// The reference backend's entry in the table: host memory, and each operation handed to its file.
#include "kernels/host_backend.h"
#include "kernels/reference/reference.h"

namespace colourize::kernels::reference {
namespace {

class ReferenceBackend final : public HostBackend {
 public:
  explicit ReferenceBackend(const BackendOptions& options)
      : HostBackend(options.threads, picture_rows()),
        context_{.pool = pool(), .precision = options.precision.value_or(Precision::float32)} {}

  std::string_view name() const override { return "reference"; }

  Peak measure_peak() override { return {}; }                  // it is not meant to be fast
  void pack(PreparedConvolution& /*convolution*/) override {}  // used as they are given
  std::unique_ptr<PreparedConvolution> prepare(const ConvolutionWeights& weights,
                                               const ConvolutionArgs& /*args*/) override {
    return std::make_unique<Weights>(weights, context_.precision);
  }

  std::size_t convolution_workspace(const ConvolutionArgs& args) const override {
    return reference::convolution_workspace(args, pool().threads());
  }
  std::size_t self_attention_workspace(const SelfAttentionArgs& args) const override {
    return reference::self_attention_workspace(args, pool().threads());
  }

  void convolution(const ConvolutionArgs& args) override { reference::convolution(args, context_); }
  void pointwise(const PointwiseArgs& args) override { reference::pointwise(args, context_); }
  void max_pool(const MaxPoolArgs& args) override { reference::max_pool(args, context_); }
  void upsample(const UpsampleArgs& args) override { reference::upsample(args, context_); }
  void resize_nearest(const ResizeNearestArgs& args) override { reference::resize_nearest(args, context_); }
  void concatenate_plainly(const ConcatenateArgs& args) override { reference::concatenate(args, context_); }
  void self_attention(const SelfAttentionArgs& args) override { reference::self_attention(args, context_); }
  void sigmoid_range(const SigmoidRangeArgs& args) override { reference::sigmoid_range(args, context_); }
  void softmax(const SoftmaxArgs& args) override { reference::softmax(args, context_); }

 private:
  Context context_;
};

}  // namespace

bool usable() {
  return true;
}

std::unique_ptr<Backend> create(const BackendOptions& options) {
  return std::make_unique<ReferenceBackend>(options);
}

}  // namespace colourize::kernels::reference
