#include "tests/emulation/operation_run.h"

#include <gtest/gtest.h>

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

void convolution(const OperationRun& run) {
  const kernels::ConvolutionWeights weights = run.given().convolution_weights();
  const std::vector<float> laid_out = direct_weights(weights);
  const cuda::DirectTask task{.args = {.input = run.view(),
                                       .output = run.output(),
                                       .stride = run.given().parameters.at("stride"),
                                       .padding = run.given().padding(),
                                       .epilogue = run.epilogue()},
                              .weights = laid_out.data(),
                              .bias = weights.bias,
                              .kernel_h = weights.kernel_h,
                              .kernel_w = weights.kernel_w,
                              .groups = weights.groups};
  const bool depthwise = weights.groups == weights.in_channels && weights.groups == weights.out_channels;
  const bool general = run.given().parameters.value("general", false);
  if (depthwise && !general) {
    cuda::depthwise(task, nullptr);
  } else {
    cuda::direct(task, nullptr);
  }
}

void pointwise(const OperationRun& run) {
  cuda::pointwise({run.view(), run.output(), run.epilogue()}, nullptr);
}

void max_pool(const OperationRun& run) {
  const auto& parameters = run.given().parameters;
  cuda::max_pool({run.view(), run.output(), parameters.at("kernel"), parameters.at("stride"), run.given().padding()},
                 nullptr);
}

void upsample(const OperationRun& run) {
  cuda::upsample({run.view(), run.output(), run.order()}, nullptr);
}

void resize_nearest(const OperationRun& run) {
  cuda::resize_nearest({run.view(), run.output()}, nullptr);
}

void concatenate(const OperationRun& run) {
  const OperationCase& given = run.given();
  cuda::concatenate({.inputs = {run.view("first"), run.view("second")},
                     .affines = {kernels::Affine{given.constant("first_scale"), given.constant("first_shift")},
                                 kernels::Affine{given.constant("second_scale"), given.constant("second_shift")}},
                     .activation = given.activation_function("activation"),
                     .output = run.output(),
                     .upsample_first = given.parameters.value("upsample_first", false),
                     .order = run.order()},
                    nullptr);
}

void self_attention(const OperationRun& run) {
  cuda::self_attention({.query = run.view("query"),
                        .key = run.view("key"),
                        .value = run.view("value"),
                        .input = run.view(),
                        .output = run.output(),
                        .gamma = run.given().parameters.at("gamma")},
                       run.given().parameters.value("multiprocessors", emulation::device.multiprocessors), nullptr);
}

void sigmoid_range(const OperationRun& run) {
  cuda::sigmoid_range({run.view(), run.output(), run.given().parameters.at("low"), run.given().parameters.at("high")},
                      nullptr);
}

void softmax(const OperationRun& run) {
  cuda::softmax({run.view(), run.output(), run.given().parameters.at("temperature")}, nullptr);
}

}  // namespace

OperationRun::OperationRun(const OperationCase& given, kernels::Type type, bool in_place, bool apart) : given_(given) {
  for (const auto& [name, tensor] : given.activations) {
    if (name != "output" || !in_place) {
      activations_[name] = std::make_unique<DeviceActivation>(tensor.shape(), type, apart);
    }
  }
  output_ = activations_.at(in_place ? "input" : "output").get();
  for (const auto& [name, activation] : activations_) {
    if (name == "output") continue;
    const Tensor& tensor = given.activation(name);
    const bool shuffled = given.operation == "upsample" || (given.operation == "concatenate" && name == "first");
    activation->write(shuffled && order() == kernels::ChannelOrder::planar ? in_planes(tensor) : tensor);
  }
}

void OperationRun::launch() const {
  static const std::map<std::string, void (*)(const OperationRun&)> operations = {{"convolution", convolution},
                                                                                  {"pointwise", pointwise},
                                                                                  {"max_pool", max_pool},
                                                                                  {"upsample", upsample},
                                                                                  {"resize_nearest", resize_nearest},
                                                                                  {"concatenate", concatenate},
                                                                                  {"self_attention", self_attention},
                                                                                  {"sigmoid_range", sigmoid_range},
                                                                                  {"softmax", softmax}};
  operations.at(given_.operation)(*this);
}

Tensor OperationRun::finish() {
  Tensor result = output_->read();
  EXPECT_EQ(output_->strays(), 0) << "something was written around the output";
  return result;
}

std::vector<std::span<const std::byte>> OperationRun::memory() const {
  std::vector<std::span<const std::byte>> all;
  for (const auto& [name, activation] : activations_) all.push_back(activation->bytes());
  return all;
}

kernels::Epilogue OperationRun::epilogue() const {
  return {.before = given_.activation_function("before"),
          .affine = {given_.constant("scale"), given_.constant("shift")},
          .residual = has("residual") ? kernels::ConstView(view("residual")) : kernels::ConstView{},
          .after = given_.activation_function("after")};
}

kernels::ChannelOrder OperationRun::order() const {
  return given_.parameters.value("planar", false) ? kernels::ChannelOrder::planar : kernels::ChannelOrder::interleaved;
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
