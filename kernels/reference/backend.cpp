// The reference backend's row in the table: host memory, with each operation passed to its file.
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

  Peak measure_peak() override { return {}; }  // it is not meant to be fast
  std::shared_ptr<const PackedWeights> pack(const PreparedConvolution& /*convolution*/,
                                            const ConvolutionWeights& weights) override {
    return rounded(weights, context_.precision);
  }
  std::unique_ptr<PreparedConvolution> prepare(const ConvolutionWeights& weights,
                                               const ConvolutionArgs& /*args*/) override {
    return std::make_unique<Weights>(weights, context_.precision);
  }

#define COLOURIZE_OPERATION(name, Type)                                               \
  void run(const Type##Args& args) override {                                         \
    reference::name(args, context_);                                                  \
  }                                                                                   \
  std::size_t workspace_bytes(const Type##Args& args) const override {                \
    return reference::name.workspace_bytes(args, context_);                           \
  }                                                                                   \
  std::optional<std::string> why_unsupported(const Type##Args& args) const override { \
    return reference::name.why_unsupported(args, context_);                           \
  }
#include "kernels/operations.def"

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
