#include "tests/emulation/operation_run.h"

#include <gtest/gtest.h>

#include <limits>
#include <type_traits>

#include "kernels/cuda/operations.h"
#include "tests/emulation/runtime.h"

namespace colourize::tests {
namespace {

namespace cuda = kernels::cuda;

// OIHW to the order that the direct kernels read.
std::vector<float> direct_weights(const kernels::ConvolutionWeights& weights) {
  std::vector<float> result;
  const std::int64_t channels = weights.in_channels / weights.groups;
  for (int ky = 0; ky < weights.kernel_h; ++ky) {
    for (int kx = 0; kx < weights.kernel_w; ++kx) {
      for (std::int64_t in = 0; in < channels; ++in) {
        for (std::int64_t out = 0; out < weights.out_channels; ++out) {
          result.push_back(weights.weight[((out * channels + in) * weights.kernel_h + ky) * weights.kernel_w + kx]);
        }
      }
    }
  }
  return result;
}

// By the kernels that compute grouped convolutions and first layers; convolution_test.cpp has the others.
void launch_convolution(const kernels::ConvolutionArgs& args, const OperationCase& given) {
  const kernels::ConvolutionWeights weights = given.convolution_weights();
  const std::vector<float> laid_out = direct_weights(weights);
  const cuda::DirectTask task{.args = args,
                              .weights = laid_out.data(),
                              .bias = weights.bias,
                              .kernel_h = weights.kernel_h,
                              .kernel_w = weights.kernel_w,
                              .groups = weights.groups};
  const bool depthwise = weights.groups == weights.in_channels && weights.groups == weights.out_channels;
  const bool general = given.parameters.value("general", false);
  if (depthwise && !general) {
    cuda::depthwise(task, nullptr);
  } else {
    cuda::direct(task, nullptr);
  }
}

}  // namespace

OperationRun::OperationRun(const OperationCase& given, kernels::Type type, bool in_place, bool apart)
    : CaseMemory(given) {
  const std::string_view shuffled =
      visit_operation(given.operation, [](const auto& tested) { return tested.shuffled; });
  for (const auto& [name, tensor] : given.activations) {
    if (name != "output" || !in_place) {
      activations_[name] = std::make_unique<DeviceActivation>(tensor.shape(), type, apart);
    }
  }
  output_ = activations_.at(in_place ? "input" : "output").get();
  for (const auto& [name, activation] : activations_) {
    if (name == "output") continue;
    const Tensor& tensor = given.activation(name);
    activation->write(name == shuffled && order() == kernels::ChannelOrder::planar ? in_planes(tensor) : tensor);
  }
  visit_operation(given.operation, [&]<class Args>(const Tested<Args>& tested) {
    if constexpr (kernels::HasWorkspace<Args> && !std::is_same_v<Args, kernels::ConvolutionArgs>) {
      const Args args = tested.args(*this);
      workspace_bytes_ = cuda::implementation_of(args).workspace_bytes(args, {nullptr, multiprocessors()});
      Line unwritten;
      unwritten.floats.fill(std::numeric_limits<float>::quiet_NaN());
      workspace_.assign((workspace_bytes_ + sizeof(Line) - 1) / sizeof(Line), unwritten);
    }
  });
}

int OperationRun::multiprocessors() const {
  const nlohmann::json& parameters = given().parameters;
  return parameters.contains("multiprocessors") ? parameters.at("multiprocessors").get<int>()
                                                : emulation::device.multiprocessors;
}

void OperationRun::launch() {
  visit_operation(given().operation, [&]<class Args>(const Tested<Args>& tested) {
    Args args = tested.args(*this);
    if constexpr (std::is_same_v<Args, kernels::ConvolutionArgs>) {
      launch_convolution(args, given());
    } else {
      if constexpr (kernels::HasWorkspace<Args>) {
        args.workspace = {workspace_.data(), workspace_bytes_};
      }
      cuda::implementation_of(args)(args, {.stream = nullptr, .multiprocessors = multiprocessors()});
    }
  });
}

Tensor OperationRun::finish() {
  Tensor result = output_->read();
  EXPECT_EQ(output_->strays(), 0) << "something was written around the output";
  return result;
}

std::vector<std::span<const std::byte>> OperationRun::memory() const {
  std::vector<std::span<const std::byte>> all;
  for (const auto& [name, activation] : activations_) all.push_back(activation->bytes());
  all.push_back(std::as_bytes(std::span(workspace_)).first(workspace_bytes_));
  return all;
}

Tensor in_planes(const Tensor& interleaved) {
  Tensor planar(interleaved.shape());
  const std::int64_t channels = planar.shape().c / 4;
  for (std::int64_t n = 0; n < planar.shape().n; ++n) {
    for (std::int64_t y = 0; y < planar.shape().h; ++y) {
      for (std::int64_t x = 0; x < planar.shape().w; ++x) {
        for (std::int64_t c = 0; c < channels; ++c) {
          for (std::int64_t corner = 0; corner < 4; ++corner) {
            planar.at(n, y, x, corner * channels + c) = interleaved.at(n, y, x, 4 * c + corner);
          }
        }
      }
    }
  }
  return planar;
}

}  // namespace colourize::tests
