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
#include "kernels/cuda/operations.h"
#include "kernels/cuda/peak.h"
#include "kernels/cuda/picture_operations.h"
#include "kernels/cuda/prepared_convolution.h"
#include "kernels/cuda/runtime.h"
#include "kernels/thread_pool.h"
#include "system/error.h"

namespace colourize::kernels::cuda {
namespace {

constexpr std::size_t access_bytes = 16;  // the widest: every pixel begins at a multiple of it

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
  RecordedGraph(const Stream& stream, const std::function<void()>& operations) : stream_(stream) {
    stream.use();
    check(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal), "beginning a graph");
    cudaGraph_t graph = nullptr;
    try {
      operations();
    } catch (...) {
      cudaStreamEndCapture(stream.get(), &graph);
      if (graph != nullptr) cudaGraphDestroy(graph);
      cudaGetLastError();  // that the capture broke off; the next launch would take it for its own
      throw;
    }
    check(cudaStreamEndCapture(stream.get(), &graph), "ending a graph");
    const cudaError_t error = cudaGraphInstantiateWithFlags(&executable_, graph, 0);
    cudaGraphDestroy(graph);
    check(error, "making a graph");
  }
  ~RecordedGraph() override { cudaGraphExecDestroy(executable_); }

  void replay() override {
    stream_.use();
    check(cudaGraphLaunch(executable_, stream_.get()), "launching a graph");
  }

 private:
  const Stream& stream_;
  cudaGraphExec_t executable_ = nullptr;
};

class CudaBackend final : public Backend {
 public:
  CudaBackend(std::string name, int device, const BackendOptions& options)
      : name_(std::move(name)), pool_(options.threads), stream_(device) {
    const Precision precision = options.precision.value_or(Precision::float16);
    if (precision == Precision::bfloat16) {
      throw Error(ErrorKind::unsupported, "device " + name_, "does not compute in bfloat16",
                  "choose float16 or float32");
    }
    type_ = precision == Precision::float32 ? Type::float32 : Type::float16;
    gpu_ = gpu_of(device);
  }

  std::string_view name() const override { return name_; }
  // What choose() looks at, and the tensor cores' generation.
  std::string hardware() const override {
    return "compute capability " + std::to_string(gpu_.capability / 10) + "." + std::to_string(gpu_.capability % 10) +
           ", " + std::to_string(gpu_.multiprocessors) + " multiprocessors";
  }
  bool in_host_memory() const override { return false; }

  void* allocate(std::size_t bytes) override {
    stream_.use();
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
    if (memory == nullptr) return;
    // Work in progress may still use it. Destructors call this, so an error shows at the next call.
    cudaStreamSynchronize(stream_.get());
    cudaFree(memory);
  }
  std::optional<std::size_t> free_bytes() const override {
    stream_.use();
    return cuda::free_bytes();
  }

  void write(const float* host, const View& view) override {
    const std::size_t bytes = static_cast<std::size_t>(view.shape.elements()) * sizeof(float);
    stream_.wait();  // waits until the last one has left
    stream_.use();
    pinned_.grow(bytes);
    staging_.grow(bytes);
    std::memcpy(pinned_.as<float>(), host, bytes);
    stream_.to_device(staging_.as<float>(), pinned_.as<float>(), bytes);
    run(PointwiseArgs{packed_view(staging_.as<const float>(), view.shape), view, {}});
  }
  void read(const ConstView& view, float* host) override {
    const std::size_t bytes = static_cast<std::size_t>(view.shape.elements()) * sizeof(float);
    stream_.wait();
    stream_.use();
    pinned_.grow(bytes);
    staging_.grow(bytes);
    run(PointwiseArgs{view, packed_view(staging_.as<float>(), view.shape), {}});
    stream_.to_host(pinned_.as<float>(), staging_.as<float>(), bytes);
    stream_.wait();
    std::memcpy(host, pinned_.as<float>(), bytes);
  }
  const float* constant(std::span<const float> values) override {
    stream_.use();
    float* to = constants_.place(values.size());
    stream_.to_device(to, values.data(), values.size_bytes());
    return to;
  }
  Type activation_type() const override { return type_; }
  std::int64_t channel_alignment() const override { return static_cast<std::int64_t>(access_bytes) / size_of(type_); }
  bool fuses(Activation activation) const override { return cuda::fuses(activation); }
  // As many as fill a large GPU. A strip of 4096 channels is 128 MB then.
  std::int64_t strip_pixels() const override { return 16384; }
  ChannelOrder shuffle_order() const override { return ChannelOrder::planar; }

  std::unique_ptr<PreparedConvolution> prepare(const ConvolutionWeights& weights,
                                               const ConvolutionArgs& args) override {
    for (const Shape& shape : {args.input.shape, args.output.shape}) {
      // Includes what lies between pixels, because the kernels' offsets have 32 bits.
      if (shape.n * aligned_strides(shape, channel_alignment()).n > std::numeric_limits<std::int32_t>::max()) {
        throw OutOfMemory("device " + name_, "takes activations of fewer than 2^31 numbers",
                          "choose a smaller render factor");
      }
    }
    return std::make_unique<Convolution>(weights, choose(weights, args, gpu_), args.order);
  }
  std::shared_ptr<const PackedWeights> pack(const PreparedConvolution& convolution,
                                            const ConvolutionWeights& weights) override;

  PictureOperations& pictures() override { return *pictures_; }
  bool all_finite(std::span<const float> values) override { return kernels::all_finite(values, pool_); }
  bool all_finite(std::span<const std::uint16_t> halves) override { return kernels::all_finite(halves, pool_); }
  Peak measure_peak() override;

  void synchronize() override { stream_.wait(); }
  std::unique_ptr<Recorded> record(const std::function<void()>& operations) override {
    return std::make_unique<RecordedGraph>(stream_, operations);
  }

#define COLOURIZE_OPERATION(name, Type)                                               \
  void run(const Type##Args& args) override {                                         \
    cuda::name(args, {stream(), gpu_.multiprocessors});                               \
  }                                                                                   \
  std::size_t workspace_bytes(const Type##Args& args) const override {                \
    return cuda::name.workspace_bytes(args, {stream_.get(), gpu_.multiprocessors});   \
  }                                                                                   \
  std::optional<std::string> why_unsupported(const Type##Args& args) const override { \
    return cuda::name.why_unsupported(args, {stream_.get(), gpu_.multiprocessors});   \
  }
#include "kernels/operations.def"

 private:
  // To launch on.
  cudaStream_t stream() const {
    stream_.use();
    return stream_.get();
  }
  double seconds_a_round(const std::function<void(int rounds)>& launch);

  std::string name_;
  Type type_ = Type::float16;
  Gpu gpu_;
  mutable ThreadPool pool_;
  Stream stream_;
  Constants constants_;
  PinnedMemory pinned_;
  DeviceMemory staging_;
  std::unique_ptr<PictureOperations> pictures_ = picture_operations(stream_);
};

// In pieces: threads write into one half of the pinned memory while the other half is on its way to the device.
std::shared_ptr<const PackedWeights> CudaBackend::pack(const PreparedConvolution& convolution,
                                                       const ConvolutionWeights& weights) {
  constexpr std::size_t piece_bytes = std::size_t{8} << 20U;
  const auto& given = dynamic_cast<const Convolution&>(convolution);
  const Packing packing(weights, given.choice, given.order);
  auto packed = std::make_shared<Packed>();
  stream_.use();
  packed->weights = DeviceMemory(packing.bytes());
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
    stream_.to_device(packed->weights.as<std::byte>() + at(first), piece, at(rows));
  }
  const std::vector<float> bias = packing.bias();
  if (!bias.empty()) {
    packed->bias = DeviceMemory(bias.size() * sizeof(float));
    stream_.to_device(packed->bias.as<float>(), bias.data(), bias.size() * sizeof(float));
  }
  stream_.wait();
  return packed;
}

// The shortest of some runs, each long enough for the host's clock; `launch` gets the number of rounds.
double CudaBackend::seconds_a_round(const std::function<void(int rounds)>& launch) {
  constexpr double long_enough = 0.01;
  constexpr int runs = 3;
  const auto seconds_of = [&](int rounds) {
    const auto start = std::chrono::steady_clock::now();
    launch(rounds);
    stream_.wait();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  int rounds = 1;
  seconds_of(rounds);  // the first one also brings the kernel to the device
  while (seconds_of(rounds) < long_enough) rounds *= 4;
  double least = seconds_of(rounds);
  for (int i = 1; i < runs; ++i) least = std::min(least, seconds_of(rounds));
  return least / rounds;
}

Peak CudaBackend::measure_peak() {
  Peak peak;
  double multiply_adds = 0;  // a round
  const double computing = seconds_a_round([&](int rounds) {
    multiply_adds = launch_multiply_adds(type_ == Type::float16, rounds, gpu_.multiprocessors, stream()) / rounds;
  });
  peak.multiply_adds_per_second = multiply_adds / computing;
  // More than any cache holds, if there is as much.
  stream_.use();
  const std::size_t bytes =
      std::min<std::size_t>(std::size_t{1} << 30U, cuda::free_bytes() / 2 / access_bytes * access_bytes);
  const DeviceMemory memory(bytes);
  const double reading = seconds_a_round([&](int rounds) {
    for (int i = 0; i < rounds; ++i) launch_reading(memory.as<void>(), bytes, gpu_.multiprocessors, stream());
  });
  peak.bytes_per_second = static_cast<double>(bytes) / reading;
  return peak;
}

}  // namespace

std::unique_ptr<Backend> create(const std::string& name, int device, const BackendOptions& options) {
  return std::make_unique<CudaBackend>(name, device, options);
}

}  // namespace colourize::kernels::cuda
