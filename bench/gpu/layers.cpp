// Every distinct convolution of the generators (../layers.csv) on a GPU in float16: our kernels, and cuDNN's best
// algorithm for the same tensors in NHWC. Options are Google Benchmark's (--benchmark_filter=wide-336
// --benchmark_format=csv).
//
// An iteration is a graph of some launches and one wait, so that the time to launch does not count. Ours includes the
// ReLU and one rounding of its result; cuDNN's is the bare convolution, the cheaper of the two.
#include <benchmark/benchmark.h>
#include <cuda_runtime_api.h>
#include <cudnn.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "bench/layer.h"
#include "engine/device.h"
#include "system/error.h"

namespace {

using colourize::bench::Layer;

constexpr int launches = 20;  // an iteration

void check(cudnnStatus_t status) {
  if (status != CUDNN_STATUS_SUCCESS)
    throw colourize::Error(colourize::ErrorKind::failed, "cuDNN", cudnnGetErrorString(status));
}
void check(cudaError_t error) {
  if (error != cudaSuccess) throw colourize::Error(colourize::ErrorKind::failed, "CUDA", cudaGetErrorString(error));
}

void count(benchmark::State& state, double multiplications) {
  state.counters["ms"] =
      benchmark::Counter(launches * 1e-3, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["FLOP/s"] =
      benchmark::Counter(2 * multiplications * launches, benchmark::Counter::kIsIterationInvariantRate);
}

void run_ours(benchmark::State& state, const Layer& layer) {
  const auto backend = colourize::open_device("cuda", {}, colourize::ignore_warnings);
  colourize::bench::LayerRun run(layer, *backend);
  const auto graph = backend->record([&] {
    for (int i = 0; i < launches; ++i) run.run();
  });
  for (auto _ : state) {
    graph->replay();
    backend->synchronize();
  }
  state.SetLabel(run.step().weights->facts().name);
  count(state, run.step().work);
}

// A descriptor of cuDNN's, with what makes and unmakes it.
template <class Descriptor, cudnnStatus_t (*create)(Descriptor*), cudnnStatus_t (*destroy)(Descriptor)>
class Owned {
 public:
  Owned() { check(create(&descriptor_)); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() { destroy(descriptor_); }
  Descriptor get() const { return descriptor_; }

 private:
  Descriptor descriptor_ = nullptr;
};
using Handle = Owned<cudnnHandle_t, cudnnCreate, cudnnDestroy>;
using TensorShape = Owned<cudnnTensorDescriptor_t, cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor>;
using FilterShape = Owned<cudnnFilterDescriptor_t, cudnnCreateFilterDescriptor, cudnnDestroyFilterDescriptor>;
using ConvolutionShape =
    Owned<cudnnConvolutionDescriptor_t, cudnnCreateConvolutionDescriptor, cudnnDestroyConvolutionDescriptor>;

class Stream {
 public:
  Stream() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { cudaStreamDestroy(stream_); }
  cudaStream_t get() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

struct FreeDevice {
  void operator()(void* memory) const { cudaFree(memory); }
};
using DeviceMemory = std::unique_ptr<void, FreeDevice>;

DeviceMemory device_memory(std::size_t bytes) {
  void* memory = nullptr;
  check(cudaMalloc(&memory, std::max<std::size_t>(bytes, 1)));
  DeviceMemory result(memory);
  check(cudaMemset(memory, 0, bytes));
  return result;
}

void run_cudnn(benchmark::State& state, const Layer& layer) {
  constexpr std::size_t element = 2;  // float16
  const Handle handle;
  const TensorShape input;
  const TensorShape output;
  const FilterShape filter;
  const ConvolutionShape convolution;
  const auto channels = static_cast<int>(layer.input.c);
  const auto out_channels = static_cast<int>(layer.out_channels);
  // cuDNN pads both sides alike; where the layer does not, one more row and column is computed.
  const int padding = std::max(layer.padding_before(), layer.padding_after());
  check(cudnnSetTensor4dDescriptor(input.get(), CUDNN_TENSOR_NHWC, CUDNN_DATA_HALF, 1, channels,
                                   static_cast<int>(layer.input.h), static_cast<int>(layer.input.w)));
  check(cudnnSetFilter4dDescriptor(filter.get(), CUDNN_DATA_HALF, CUDNN_TENSOR_NHWC, out_channels,
                                   layer.depthwise ? 1 : channels, layer.kernel, layer.kernel));
  check(cudnnSetConvolution2dDescriptor(convolution.get(), padding, padding, layer.stride, layer.stride, 1, 1,
                                        CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT));
  check(cudnnSetConvolutionGroupCount(convolution.get(), layer.depthwise ? channels : 1));
  check(cudnnSetConvolutionMathType(convolution.get(), CUDNN_TENSOR_OP_MATH));
  std::array<int, 4> out{};
  check(cudnnGetConvolution2dForwardOutputDim(convolution.get(), input.get(), filter.get(), &out[0], &out[1], &out[2],
                                              &out[3]));
  check(cudnnSetTensor4dDescriptor(output.get(), CUDNN_TENSOR_NHWC, CUDNN_DATA_HALF, out[0], out[1], out[2], out[3]));

  std::array<cudnnConvolutionFwdAlgoPerf_t, CUDNN_CONVOLUTION_FWD_ALGO_COUNT> found{};
  int count_found = 0;
  check(cudnnFindConvolutionForwardAlgorithm(handle.get(), input.get(), filter.get(), convolution.get(), output.get(),
                                             static_cast<int>(found.size()), &count_found, found.data()));
  const cudnnConvolutionFwdAlgoPerf_t& best = found.front();  // the fastest comes first
  if (count_found == 0 || best.status != CUDNN_STATUS_SUCCESS)
    throw colourize::Error(colourize::ErrorKind::failed, "cuDNN", "has no algorithm for it");
  check(cudnnSetConvolutionMathType(convolution.get(), best.mathType));
  const auto elements = [](std::int64_t a, std::int64_t b, std::int64_t c) {
    return static_cast<std::size_t>(a * b * c);
  };
  const DeviceMemory x = device_memory(element * static_cast<std::size_t>(layer.input.elements()));
  const DeviceMemory w = device_memory(
      element * elements(out_channels, layer.depthwise ? 1 : channels, std::int64_t{layer.kernel} * layer.kernel));
  const DeviceMemory y = device_memory(element * elements(out[1], out[2], out[3]));
  const DeviceMemory workspace = device_memory(best.memory);
  const float one = 1;
  const float zero = 0;
  const Stream stream;
  check(cudnnSetStream(handle.get(), stream.get()));
  const auto run = [&] {
    check(cudnnConvolutionForward(handle.get(), &one, input.get(), x.get(), filter.get(), w.get(), convolution.get(),
                                  best.algo, workspace.get(), best.memory, &zero, output.get(), y.get()));
  };
  run();  // what it sets up at first must not be captured
  check(cudaStreamSynchronize(stream.get()));
  check(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal));
  for (int i = 0; i < launches; ++i) run();
  cudaGraph_t captured = nullptr;
  check(cudaStreamEndCapture(stream.get(), &captured));
  cudaGraphExec_t graph = nullptr;
  check(cudaGraphInstantiateWithFlags(&graph, captured, 0));
  for (auto _ : state) {
    check(cudaGraphLaunch(graph, stream.get()));
    check(cudaStreamSynchronize(stream.get()));
  }
  cudaGraphExecDestroy(graph);
  cudaGraphDestroy(captured);
  state.SetLabel("cuDNN algorithm " + std::to_string(best.algo));
  count(state, static_cast<double>(elements(out[1], out[2], out[3])) *
                   static_cast<double>(elements(layer.depthwise ? 1 : channels, layer.kernel, layer.kernel)));
}

template <void (*run)(benchmark::State&, const Layer&)>
void run_or_skip(benchmark::State& state, const Layer& layer) {
  try {
    run(state, layer);
  } catch (const colourize::Error& problem) {
    state.SkipWithError(problem.what());
  }
}

}  // namespace

int main(int count, char** values) {
  for (const Layer& layer : colourize::bench::read_layers(COLOURIZE_LAYERS)) {
    const std::string name = layer.network + "/" + layer.name;
    benchmark::RegisterBenchmark(("ours/" + name).c_str(), run_or_skip<run_ours>, layer)->UseRealTime();
    benchmark::RegisterBenchmark(("cudnn/" + name).c_str(), run_or_skip<run_cudnn>, layer)->UseRealTime();
  }
  benchmark::Initialize(&count, values);
  benchmark::RunSpecifiedBenchmarks();
}
