// The CPU backend's row in the table. It chooses an algorithm for each convolution, repacks its weights, and passes
// each operation to the table of the chosen instruction set.
#include <algorithm>
#include <optional>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/packing.h"
#include "kernels/cpu/targets.h"
#include "kernels/host_backend.h"
#include "system/error.h"

namespace colourize::kernels::cpu {
namespace {

class CpuBackend final : public HostBackend {
 public:
  CpuBackend(const Target& target, const Operations& operations, const BackendOptions& options,
             std::optional<Algorithm> algorithm)
      : HostBackend(options.threads, operations.pictures),
        operations_(operations),
        context_{
            .pool = pool(), .operations = operations_, .lanes = operations_.lanes, .tile_rows = operations_.tile_rows},
        algorithm_(algorithm),
        name_("cpu-" + std::string(target.name)) {
    if (options.precision.value_or(Precision::float32) != Precision::float32) {
      throw Error(ErrorKind::unsupported, "device " + name_, "computes in float32 only",
                  "choose no precision, or the device reference");
    }
  }

  std::string_view name() const override { return name_; }

  Peak measure_peak() override { return operations_.measure_peak(context_); }

  std::unique_ptr<PreparedConvolution> prepare(const ConvolutionWeights& weights,
                                               const ConvolutionArgs& args) override {
    Choice choice = choose(weights, args, context_);
    if (algorithm_ && applies(*algorithm_, weights, args)) choice = {*algorithm_, "as asked"};
    auto result = std::make_unique<Convolution>(weights);
    result->algorithm = choice.algorithm;
    result->reason = choice.reason;
    result->multiplications = multiplications(choice.algorithm, weights, args.output.shape, context_);
    // Kernels load whole vectors of it.
    result->bias.assign(static_cast<std::size_t>(weights.out_channels + context_.panel_width()), 0.0F);
    if (weights.bias != nullptr) std::copy_n(weights.bias, weights.out_channels, result->bias.begin());
    return result;
  }
  std::shared_ptr<const PackedWeights> pack(const PreparedConvolution& convolution,
                                            const ConvolutionWeights& weights) override {
    const Algorithm algorithm = dynamic_cast<const Convolution&>(convolution).algorithm;
    switch (algorithm) {
      case Algorithm::implicit_gemm:
        return pack_gemm(weights, context_);
      case Algorithm::winograd_2x2:
      case Algorithm::winograd_4x4:
      case Algorithm::winograd_6x6:
        return std::make_shared<Packed>(operations_.pack_winograd(weights, winograd_output_tile(algorithm), context_));
      case Algorithm::depthwise:
        return std::make_shared<Packed>(pack_depthwise(weights, context_));
      case Algorithm::dot_products:
      case Algorithm::streamed_weights:
      case Algorithm::streamed_winograd:
        break;
    }
    return nullptr;
  }

#define COLOURIZE_OPERATION(name, Type)                                               \
  void run(const Type##Args& args) override {                                         \
    operations_.name(args, context_);                                                 \
  }                                                                                   \
  std::size_t workspace_bytes(const Type##Args& args) const override {                \
    return operations_.name.workspace_bytes(args, context_);                          \
  }                                                                                   \
  std::optional<std::string> why_unsupported(const Type##Args& args) const override { \
    return operations_.name.why_unsupported(args, context_);                          \
  }
#include "kernels/operations.def"

 private:
  Operations operations_;
  Context context_;
  std::optional<Algorithm> algorithm_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Backend> create(const Target& target, const BackendOptions& options, const Algorithm* algorithm) {
  return std::make_unique<CpuBackend>(target, operations_of(target), options,
                                      algorithm == nullptr ? std::nullopt : std::optional(*algorithm));
}

}  // namespace colourize::kernels::cpu
