// The CPU backend's entry in the table: chooses an algorithm for each convolution, repacks its weights, and hands each
// operation to the chosen instruction set's function.
#include <algorithm>
#include <cstdlib>
#include <optional>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/packing.h"
#include "kernels/cpu/targets.h"

namespace colourize::kernels::cpu {
namespace {

constexpr std::size_t alignment = 64;

class CpuBackend final : public Backend {
 public:
  CpuBackend(const Target& target, const BackendOptions& options, std::optional<Algorithm> algorithm)
      : pool_(options.threads),
        operations_(operations_of(target)),
        context_{.pool = pool_, .lanes = operations_.lanes, .tile_rows = operations_.tile_rows},
        algorithm_(algorithm),
        name_("cpu-" + std::string(target.name)) {}

  std::string_view name() const override { return name_; }

  void* allocate(std::size_t bytes) override {
    return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  }
  void release(void* memory) override { std::free(memory); }  // NOLINT(cppcoreguidelines-no-malloc)

  void write(const float* host, const View& view) override {
    for_each_pixel(view.shape, [&](std::int64_t n, std::int64_t y, std::int64_t x) {
      std::copy_n(host, view.shape.c, view.at(n, y, x));
      host += view.shape.c;
    });
  }
  void read(const ConstView& view, float* host) override {
    for_each_pixel(view.shape, [&](std::int64_t n, std::int64_t y, std::int64_t x) {
      host = std::copy_n(view.at(n, y, x), view.shape.c, host);
    });
  }
  const float* constant(std::span<const float> values) override { return values.data(); }
  Type activation_type() const override { return Type::float32; }
  bool all_finite(std::span<const float> values) override { return kernels::all_finite(values, pool_); }
  Peak measure_peak() override { return operations_.measure_peak(context_); }

  std::unique_ptr<PreparedConvolution> prepare(const ConvolutionWeights& weights,
                                               const ConvolutionArgs& args) override {
    Choice choice = choose(weights, args, context_);
    if (algorithm_ && applies(*algorithm_, weights, args)) choice = {*algorithm_, "as asked"};
    auto result = std::make_unique<Convolution>(weights);
    result->algorithm = choice.algorithm;
    result->reason = choice.reason;
    result->multiplications = multiplications(choice.algorithm, weights, args.output.shape, context_);
    // Vectors of it are loaded whole.
    result->bias.assign(static_cast<std::size_t>(weights.out_channels + context_.panel_width()), 0.0F);
    if (weights.bias != nullptr) std::copy_n(weights.bias, weights.out_channels, result->bias.begin());
    return result;
  }
  void pack(PreparedConvolution& convolution) override {
    auto& given = dynamic_cast<Convolution&>(convolution);
    given.packed = packed(given.weights, given.algorithm);
  }

  std::size_t convolution_workspace(const ConvolutionArgs& args) const override {
    const auto& convolution = dynamic_cast<const Convolution&>(*args.weights);
    switch (convolution.algorithm) {
      case Algorithm::implicit_gemm:
        return implicit_gemm_workspace(args, convolution, context_);
      case Algorithm::streamed_weights:
        return streamed_weights_workspace(args, convolution, context_);
      case Algorithm::winograd_2x2:
      case Algorithm::winograd_4x4:
      case Algorithm::winograd_6x6:
        return winograd_workspace(args, convolution, context_);
      case Algorithm::depthwise:
        break;
    }
    return 0;
  }
  std::size_t self_attention_workspace(const SelfAttentionArgs& args) const override {
    return cpu::self_attention_workspace(args, context_);
  }

  void convolution(const ConvolutionArgs& args) override {
    const auto& convolution = dynamic_cast<const Convolution&>(*args.weights);
    switch (convolution.algorithm) {
      case Algorithm::implicit_gemm:
        return operations_.implicit_gemm(args, convolution, context_);
      case Algorithm::streamed_weights:
        return operations_.streamed_weights(args, convolution, context_);
      case Algorithm::winograd_2x2:
        return operations_.winograd_2x2(args, convolution, context_);
      case Algorithm::winograd_4x4:
        return operations_.winograd_4x4(args, convolution, context_);
      case Algorithm::winograd_6x6:
        return operations_.winograd_6x6(args, convolution, context_);
      case Algorithm::depthwise:
        return operations_.depthwise(args, convolution, context_);
    }
  }
  void pointwise(const PointwiseArgs& args) override { operations_.pointwise(args, context_); }
  void max_pool(const MaxPoolArgs& args) override { operations_.max_pool(args, context_); }
  void upsample(const UpsampleArgs& args) override { operations_.upsample(args, context_); }
  void resize_nearest(const ResizeNearestArgs& args) override {
    const Shape& in = args.input.shape;
    const Shape& out = args.output.shape;
    // As PyTorch computes it: the ratio and its product in float32.
    const auto source = [](std::int64_t index, std::int64_t from, std::int64_t to) {
      const float ratio = static_cast<float>(from) / static_cast<float>(to);
      return std::min(static_cast<std::int64_t>(static_cast<float>(index) * ratio), from - 1);
    };
    pool_.run(out.n * out.h, [&](std::int64_t part, int /*thread*/) {
      const std::int64_t n = part / out.h;
      const std::int64_t i = part % out.h;
      const std::int64_t y = source(i, in.h, out.h);
      for (std::int64_t j = 0; j < out.w; ++j) {
        std::copy_n(args.input.at(n, y, source(j, in.w, out.w)), out.c, args.output.at(n, i, j));
      }
    });
  }
  void concatenate(const ConcatenateArgs& args) override { operations_.concatenate(args, context_); }
  void self_attention(const SelfAttentionArgs& args) override { operations_.self_attention(args, context_); }
  void sigmoid_range(const SigmoidRangeArgs& args) override { operations_.sigmoid_range(args, context_); }
  void softmax(const SoftmaxArgs& args) override { operations_.softmax(args, context_); }

 private:
  template <typename Visit>
  static void for_each_pixel(const Shape& shape, const Visit& visit) {
    for (std::int64_t n = 0; n < shape.n; ++n) {
      for (std::int64_t y = 0; y < shape.h; ++y) {
        for (std::int64_t x = 0; x < shape.w; ++x) visit(n, y, x);
      }
    }
  }

  PackedFloats packed(const ConvolutionWeights& weights, Algorithm algorithm) const {
    switch (algorithm) {
      case Algorithm::implicit_gemm:
        return pack_gemm(weights, context_);
      case Algorithm::winograd_2x2:
      case Algorithm::winograd_4x4:
      case Algorithm::winograd_6x6:
        return operations_.pack_winograd(weights, winograd_output_tile(algorithm), context_);
      case Algorithm::depthwise:
        return pack_depthwise(weights, context_);
      case Algorithm::streamed_weights:
        break;
    }
    return PackedFloats(0);
  }

  ThreadPool pool_;
  Operations operations_;
  Context context_;
  std::optional<Algorithm> algorithm_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Backend> create(const Target& target, const BackendOptions& options, const Algorithm* algorithm) {
  return std::make_unique<CpuBackend>(target, options, algorithm == nullptr ? std::nullopt : std::optional(*algorithm));
}

}  // namespace colourize::kernels::cpu
