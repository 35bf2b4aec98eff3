// The reference backend's entry in the table: host memory, and each operation handed to its file.
#include <algorithm>
#include <cstdlib>

#include "kernels/reference/reference.h"

namespace colourize::kernels::reference {
namespace {

constexpr std::size_t alignment = 64;

class ReferenceBackend final : public Backend {
 public:
  explicit ReferenceBackend(const BackendOptions& options)
      : pool_(options.threads), context_{.pool = pool_, .precision = options.precision} {}

  std::string_view name() const override { return "reference"; }

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
  Peak measure_peak() override { return {}; }                  // it is not meant to be fast
  void pack(PreparedConvolution& /*convolution*/) override {}  // used as they are given
  std::unique_ptr<PreparedConvolution> prepare(const ConvolutionWeights& weights,
                                               const ConvolutionArgs& /*args*/) override {
    return std::make_unique<Weights>(weights, context_.precision);
  }

  std::size_t convolution_workspace(const ConvolutionArgs& args) const override {
    return reference::convolution_workspace(args, pool_.threads());
  }
  std::size_t self_attention_workspace(const SelfAttentionArgs& args) const override {
    return reference::self_attention_workspace(args, pool_.threads());
  }

  void convolution(const ConvolutionArgs& args) override { reference::convolution(args, context_); }
  void pointwise(const PointwiseArgs& args) override { reference::pointwise(args, context_); }
  void max_pool(const MaxPoolArgs& args) override { reference::max_pool(args, context_); }
  void upsample(const UpsampleArgs& args) override { reference::upsample(args, context_); }
  void resize_nearest(const ResizeNearestArgs& args) override { reference::resize_nearest(args, context_); }
  void concatenate(const ConcatenateArgs& args) override { reference::concatenate(args, context_); }
  void self_attention(const SelfAttentionArgs& args) override { reference::self_attention(args, context_); }
  void sigmoid_range(const SigmoidRangeArgs& args) override { reference::sigmoid_range(args, context_); }
  void softmax(const SoftmaxArgs& args) override { reference::softmax(args, context_); }

 private:
  template <typename Visit>
  static void for_each_pixel(const Shape& shape, const Visit& visit) {
    for (std::int64_t n = 0; n < shape.n; ++n) {
      for (std::int64_t y = 0; y < shape.h; ++y) {
        for (std::int64_t x = 0; x < shape.w; ++x) visit(n, y, x);
      }
    }
  }

  ThreadPool pool_;
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
