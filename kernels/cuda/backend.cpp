#include "kernels/cuda/backend.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/all_finite.h"
#include "kernels/cuda/choice.h"
#include "kernels/cuda/convolution.h"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/packing.h"
#include "kernels/cuda/peak.h"
#include "kernels/cuda/picture_operations.h"
#include "kernels/cuda/runtime.h"
#include "kernels/thread_pool.h"
#include "system/error.h"

namespace colourize::kernels::cuda {
namespace {

constexpr std::size_t access_bytes = 16;  // the widest: every pixel begins at a multiple of it

struct Convolution final : PreparedConvolution {
  Convolution(const ConvolutionWeights& given, Choice chosen, ChannelOrder order)
      : weights(given), choice(std::move(chosen)), packing(weights, choice, order) {}

  AlgorithmFacts facts() const override {
    return {choice.name(), choice.reason, choice.multiplications, packing.bytes()};
  }

  ConvolutionWeights weights;
  Choice choice;
  Packing packing;
  DeviceMemory packed;
  DeviceMemory bias;
};

// Small constants, side by side in a few pieces of device memory.
class Constants {
 public:
  float* place(std::size_t count) {
    const std::size_t floats = (count + aligned_floats - 1) / aligned_floats * aligned_floats;
    if (pieces_.empty() || used_ + floats > pieces_.back().bytes() / sizeof(float)) {
      pieces_.emplace_back(std::max(floats, piece_floats) * sizeof(float));
      used_ = 0;
    }
    float* result = pieces_.back().as<float>() + used_;
    used_ += floats;
    return result;
  }

 private:
  static constexpr std::size_t aligned_floats = access_bytes / sizeof(float);
  static constexpr std::size_t piece_floats = 1 << 18;

  std::vector<DeviceMemory> pieces_;
  std::size_t used_ = 0;
};

// A CUDA graph of a run's launches: one call puts all of them on the stream.
class RecordedGraph final : public Recorded {
 public:
  RecordedGraph(cudaStream_t stream, const std::function<void()>& operations) : stream_(stream) {
    check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "beginning a graph");
    cudaGraph_t graph = nullptr;
    try {
      operations();
    } catch (...) {
      cudaStreamEndCapture(stream, &graph);
      cudaGraphDestroy(graph);
      throw;
    }
    check(cudaStreamEndCapture(stream, &graph), "ending a graph");
    const cudaError_t error = cudaGraphInstantiateWithFlags(&executable_, graph, 0);
    cudaGraphDestroy(graph);
    check(error, "making a graph");
  }
  ~RecordedGraph() override { cudaGraphExecDestroy(executable_); }

  void replay() override { check(cudaGraphLaunch(executable_, stream_), "launching a graph"); }

 private:
  cudaStream_t stream_;
  cudaGraphExec_t executable_ = nullptr;
};

class CudaBackend final : public Backend {
 public:
  CudaBackend(std::string name, int device, const BackendOptions& options)
      : name_(std::move(name)), device_(device), pool_(options.threads) {
    const Precision precision = options.precision.value_or(Precision::float16);
    if (precision == Precision::bfloat16) {
      throw Error("device " + name_, "does not compute in bfloat16", "choose float16 or float32");
    }
    type_ = precision == Precision::float32 ? Type::float32 : Type::float16;
    check(cudaDeviceGetAttribute(&multiprocessors_, cudaDevAttrMultiProcessorCount, device), "asking for the device");
  }

  std::string_view name() const override { return name_; }

  void* allocate(std::size_t bytes) override {
    void* memory = nullptr;
    const cudaError_t error = cudaMalloc(&memory, bytes);
    if (error == cudaErrorMemoryAllocation) {
      cudaGetLastError();
      return nullptr;
    }
    check(error, "taking memory");
    return memory;
  }
  void release(void* memory) override {
    // What still runs may use it.
    stream_.wait();
    cudaFree(memory);
  }
  std::optional<std::size_t> free_bytes() const override { return cuda::free_bytes(); }

  void write(const float* host, const View& view) override {
    const std::size_t bytes = static_cast<std::size_t>(view.shape.elements()) * sizeof(float);
    stream_.wait();  // for the last one to have left
    pinned_.grow(bytes);
    staging_.grow(bytes);
    std::memcpy(pinned_.as<float>(), host, bytes);
    stream_.to_device(staging_.as<float>(), pinned_.as<float>(), bytes);
    cuda::pointwise({packed_view(staging_.as<const float>(), view.shape), view, {}}, stream());
  }
  void read(const ConstView& view, float* host) override {
    const std::size_t bytes = static_cast<std::size_t>(view.shape.elements()) * sizeof(float);
    stream_.wait();
    pinned_.grow(bytes);
    staging_.grow(bytes);
    cuda::pointwise({view, packed_view(staging_.as<float>(), view.shape), {}}, stream());
    stream_.to_host(pinned_.as<float>(), staging_.as<float>(), bytes);
    stream_.wait();
    std::memcpy(host, pinned_.as<float>(), bytes);
  }
  const float* constant(std::span<const float> values) override {
    float* to = constants_.place(values.size());
    stream_.to_device(to, values.data(), values.size_bytes());
    return to;
  }
  Type activation_type() const override { return type_; }
  std::int64_t channel_alignment() const override { return static_cast<std::int64_t>(access_bytes) / size_of(type_); }
  ChannelOrder shuffle_order() const override { return ChannelOrder::planar; }

  std::unique_ptr<PreparedConvolution> prepare(const ConvolutionWeights& weights,
                                               const ConvolutionArgs& args) override {
    for (const Shape& shape : {args.input.shape, args.output.shape}) {
      if (shape.elements() > std::numeric_limits<std::int32_t>::max()) {
        throw Error("device " + name_, "takes activations of at most 2^31 numbers", "choose a smaller --render-factor");
      }
    }
    return std::make_unique<Convolution>(weights, choose(weights, args, multiprocessors_), args.order);
  }
  void pack(PreparedConvolution& convolution) override;

  std::size_t convolution_workspace(const ConvolutionArgs& args) const override {
    const auto& convolution = dynamic_cast<const Convolution&>(*args.weights);
    if (convolution.choice.splits == 1) return 0;
    return static_cast<std::size_t>(convolution.choice.splits * args.output.shape.pixels() *
                                    convolution.packing.rows()) *
           sizeof(float);
  }
  std::size_t self_attention_workspace(const SelfAttentionArgs& /*args*/) const override { return 0; }
  PictureOperations* pictures() override { return pictures_.get(); }
  bool all_finite(std::span<const float> values) override { return kernels::all_finite(values, pool_); }
  Peak measure_peak() override;

  void synchronize() override { stream_.wait(); }
  std::unique_ptr<Recorded> record(const std::function<void()>& operations) override {
    return std::make_unique<RecordedGraph>(stream(), operations);
  }

  void convolution(const ConvolutionArgs& args) override;
  void pointwise(const PointwiseArgs& args) override { cuda::pointwise(args, stream()); }
  void max_pool(const MaxPoolArgs& args) override { cuda::max_pool(args, stream()); }
  void upsample(const UpsampleArgs& args) override { cuda::upsample(args, stream()); }
  void resize_nearest(const ResizeNearestArgs& args) override { cuda::resize_nearest(args, stream()); }
  void concatenate(const ConcatenateArgs& args) override { cuda::concatenate(args, stream()); }
  void self_attention(const SelfAttentionArgs& args) override {
    cuda::self_attention(args, multiprocessors_, stream());
  }
  void sigmoid_range(const SigmoidRangeArgs& args) override { cuda::sigmoid_range(args, stream()); }
  void softmax(const SoftmaxArgs& args) override { cuda::softmax(args, stream()); }

 private:
  // Of this backend's device: the runtime keeps one a thread, and another backend may have changed it.
  cudaStream_t stream() const {
    check(cudaSetDevice(device_), "choosing the device");
    return stream_.get();
  }
  double seconds_of(const std::function<void()>& launches);

  std::string name_;
  int device_;
  Type type_ = Type::float16;
  int multiprocessors_ = 0;
  mutable ThreadPool pool_;
  Stream stream_;
  Constants constants_;
  PinnedMemory pinned_;
  DeviceMemory staging_;
  std::unique_ptr<PictureOperations> pictures_ = picture_operations(stream_, device_);
};

// In pieces that threads write into one half of the pinned memory while the other half is on its way to the device.
void CudaBackend::pack(PreparedConvolution& convolution) {
  constexpr std::size_t piece_bytes = std::size_t{8} << 20U;
  auto& given = dynamic_cast<Convolution&>(convolution);
  const Packing& packing = given.packing;
  given.packed = DeviceMemory(packing.bytes());
  const std::int64_t piece_rows =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(piece_bytes / packing.row_bytes()));
  const std::size_t half = static_cast<std::size_t>(std::min(piece_rows, packing.rows())) * packing.row_bytes();
  stream_.wait();
  pinned_.grow(2 * half);
  bool second = false;
  for (std::int64_t first = 0; first < packing.rows(); first += piece_rows, second = !second) {
    const std::int64_t rows = std::min(piece_rows, packing.rows() - first);
    std::byte* const piece = pinned_.as<std::byte>() + (second ? half : 0);
    const auto at = [&](std::int64_t row) { return static_cast<std::size_t>(row) * packing.row_bytes(); };
    pool_.run(rows, [&](std::int64_t row, int /*thread*/) { packing.write_row(first + row, piece + at(row)); });
    stream_.wait();
    stream_.to_device(given.packed.as<std::byte>() + at(first), piece, at(rows));
  }
  const std::vector<float> bias = packing.bias();
  if (!bias.empty()) {
    given.bias = DeviceMemory(bias.size() * sizeof(float));
    stream_.to_device(given.bias.as<float>(), bias.data(), bias.size() * sizeof(float));
  }
  stream_.wait();
}

void CudaBackend::convolution(const ConvolutionArgs& args) {
  const auto& given = dynamic_cast<const Convolution&>(*args.weights);
  const Choice& choice = given.choice;
  switch (choice.algorithm) {
    case Algorithm::tensor_cores:
    case Algorithm::multiply_adds: {
      const ConvolutionTask task{.input = args.input,
                                 .output = args.output,
                                 .weights = given.packed.as<void>(),
                                 .bias = given.bias.as<float>(),
                                 .kernel_h = given.weights.kernel_h,
                                 .kernel_w = given.weights.kernel_w,
                                 .stride = args.stride,
                                 .padding = args.padding,
                                 .epilogue = args.epilogue,
                                 .tile = choice.tile,
                                 .splits = choice.splits,
                                 .partial = static_cast<float*>(args.workspace.data)};
      const bool half = choice.algorithm == Algorithm::tensor_cores;
      return half ? cuda::convolution(task, stream()) : convolution_float32(task, stream());
    }
    case Algorithm::depthwise:
    case Algorithm::direct: {
      const DirectTask task{.args = args,
                            .weights = given.packed.as<float>(),
                            .bias = given.bias.as<float>(),
                            .kernel_h = given.weights.kernel_h,
                            .kernel_w = given.weights.kernel_w,
                            .groups = given.weights.groups};
      return choice.algorithm == Algorithm::depthwise ? depthwise(task, stream()) : direct(task, stream());
    }
  }
}

double CudaBackend::seconds_of(const std::function<void()>& launches) {
  launches();  // the first one also brings the kernel to the device
  stream_.wait();
  const auto start = std::chrono::steady_clock::now();
  launches();
  stream_.wait();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Peak CudaBackend::measure_peak() {
  Peak peak;
  double multiply_adds = 0;
  const double computing =
      seconds_of([&] { multiply_adds = launch_multiply_adds(type_ == Type::float16, multiprocessors_, stream()); });
  peak.multiply_adds_per_second = multiply_adds / computing;
  // More than any cache holds, if there is as much.
  const std::size_t bytes =
      std::min<std::size_t>(std::size_t{1} << 30U, cuda::free_bytes() / 2 / access_bytes * access_bytes);
  const DeviceMemory memory(bytes);
  const double reading = seconds_of([&] { launch_reading(memory.as<void>(), bytes, multiprocessors_, stream()); });
  peak.bytes_per_second = static_cast<double>(bytes) / reading;
  return peak;
}

}  // namespace

std::unique_ptr<Backend> create(const std::string& name, int device, const BackendOptions& options) {
  check(cudaSetDevice(device), "opening the device");
  return std::make_unique<CudaBackend>(name, device, options);
}

}  // namespace colourize::kernels::cuda
