// Every tile of the convolution on tensor cores, on a GPU: choice.h picks one for each layer, and another one on
// another GPU. The emulation has the same test (tests/emulation/convolution_test.cpp).
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/cuda/convolution.h"
#include "kernels/cuda/packing.h"
#include "kernels/cuda/runtime.h"
#include "tests/cuda/device_activation.h"
#include "tests/cuda/expectation.h"
#include "tests/cuda/usable.h"

namespace colourize::tests {
namespace {

namespace cuda = kernels::cuda;
using kernels::Type;

// Bytes of the host on the device, and back.
class Mirror {
 public:
  Mirror(cuda::Stream& stream, std::span<const std::byte> host) : stream_(stream), host_(host), memory_(host.size()) {
    stream.to_device(memory_.as<void>(), host.data(), host.size());
  }
  void fetch() { stream_.to_host(const_cast<std::byte*>(host_.data()), memory_.as<void>(), host_.size()); }
  void* at(const void* host) const {
    return memory_.as<std::byte>() + (static_cast<const std::byte*>(host) - host_.data());
  }

 private:
  cuda::Stream& stream_;
  std::span<const std::byte> host_;
  cuda::DeviceMemory memory_;
};

std::span<const std::byte> bytes_of(const std::vector<float>& values) {
  return std::as_bytes(std::span(values));
}

Tensor computed(const OperationCase& given, int tile, int splits) {
  cuda::Stream stream(0);
  const kernels::ConvolutionWeights weights = given.convolution_weights();
  const cuda::Packing packing(weights, {.algorithm = cuda::Algorithm::tensor_cores, .tile = tile},
                              kernels::ChannelOrder::interleaved);
  std::vector<float> packed(packing.bytes() / sizeof(float));
  for (std::int64_t row = 0; row < packing.rows(); ++row) {
    packing.write_row(
        row, std::as_writable_bytes(std::span(packed)).data() + static_cast<std::size_t>(row) * packing.row_bytes());
  }
  DeviceActivation input(given.activation("input").shape(), Type::float16);
  input.write(given.activation("input"));
  DeviceActivation output(given.activation("output").shape(), Type::float16);
  const Mirror device_weights(stream, bytes_of(packed));
  const Mirror device_input(stream, input.bytes());
  Mirror device_output(stream, output.bytes());
  const std::vector<float> bias = packing.bias();
  std::optional<Mirror> device_bias;
  if (!bias.empty()) device_bias.emplace(stream, bytes_of(bias));
  const cuda::DeviceMemory partial(static_cast<std::size_t>(splits * output.view().shape.pixels() * packing.rows()) *
                                   sizeof(float));
  kernels::ConstView in = input.view();
  in.data = device_input.at(in.data);
  kernels::View out = output.view();
  out.data = device_output.at(out.data);
  cuda::convolution_float16({.input = in,
                             .output = out,
                             .weights = device_weights.at(packed.data()),
                             .bias = device_bias ? static_cast<const float*>(device_bias->at(bias.data())) : nullptr,
                             .kernel_h = weights.kernel_h,
                             .kernel_w = weights.kernel_w,
                             .stride = given.parameters.at("stride").get<int>(),
                             .padding = given.padding(),
                             .epilogue = {.before = given.activation_function("before"),
                                          .affine = {},
                                          .residual = {},
                                          .after = given.activation_function("after")},
                             .tile = tile,
                             .splits = splits,
                             .partial = partial.as<float>()},
                            stream.get());
  device_output.fetch();
  stream.wait();
  Tensor result = output.read();
  EXPECT_EQ(output.strays(), 0) << "something was written around the output";
  return result;
}

// Of the shared table: those whose epilogue has nothing in device memory, which is the same code for all tiles.
std::vector<std::string> cases() {
  std::vector<std::string> names = cuda_case_names();
  std::erase_if(names, [](const std::string& name) {
    if (!name.starts_with("convolution.")) return true;
    const OperationCase given = operation_case(name);
    return given.parameters.at("groups") != 1 || given.constant("scale") != nullptr ||
           given.activations.contains("residual");
  });
  return names;
}

// Parameters: the case, the tile, the splits.
class CudaTile : public testing::TestWithParam<std::tuple<std::string, int, int>> {};

TEST_P(CudaTile, EqualsTheReference) {
  const auto& [name, tile, splits] = GetParam();
  if (!cuda_is_usable()) GTEST_SKIP() << "there is no GPU here";
  int major = 0;
  cuda::check(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, 0), "asking for the device");
  if (cuda::half_tiles.at(static_cast<std::size_t>(tile)).wgmma && major != 9) GTEST_SKIP() << "it has no wgmma";
  const OperationCase given = rounded_case(Type::float16, operation_case(name));
  const Expected expected = expected_of(given, Type::float16);
  const Tensor actual = computed(given, tile, splits);
  for (std::size_t i = 0; i < actual.values().size(); ++i) {
    const float value = expected.values.values()[i];
    ASSERT_NEAR(actual.values()[i], value, expected.tolerance.values()[i] + rounding(Type::float16, value))
        << "value " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, CudaTile,
                         testing::Combine(testing::ValuesIn(cases()),
                                          testing::Range(0, static_cast<int>(cuda::half_tiles.size())),
                                          testing::Values(1, 3)),
                         [](const auto& info) {
                           std::string name = std::get<0>(info.param) + "_tile" +
                                              std::to_string(std::get<1>(info.param)) + "_splits" +
                                              std::to_string(std::get<2>(info.param));
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace colourize::tests
