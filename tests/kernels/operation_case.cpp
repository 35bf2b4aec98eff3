#include "tests/kernels/operation_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "tests/support/golden.h"

namespace colourize::tests {
namespace {

constexpr float unwritten = std::numeric_limits<float>::quiet_NaN();
// What lies around a slice. Not NaN: a maximum would swallow that.
constexpr float neighbour = 0x1p15F;  // of float16, too

const weights::Weights& all_cases() {
  static const auto file = weights::Weights::open(folder + "golden/operations.safetensors");
  return *file;
}

// An activation in a backend's memory; when sliced, in the middle of a larger one.
class Placed {
 public:
  Placed(kernels::Backend& backend, const kernels::Shape& shape, bool sliced) : backend_(backend) {
    const std::int64_t alignment = backend.channel_alignment();
    // An odd number of channels in front where the backend allows it: an alignment that happens to be there is gone.
    const std::int64_t in_front = alignment == 1 ? 3 : alignment;
    const kernels::Shape margin = sliced ? kernels::Shape{1, 2, 3, in_front + 1} : kernels::Shape{};
    const kernels::Shape all = {shape.n + margin.n, shape.h + margin.h, shape.w + margin.w, shape.c + margin.c};
    const kernels::Type type = backend.activation_type();
    const kernels::Strides strides = kernels::aligned_strides(all, alignment);
    memory_ = backend.allocate(static_cast<std::size_t>(all.n * strides.n * size_of(type)));
    all_ = {memory_, all, strides, type};
    // A later picture's neighbours are those of an earlier one, so none is needed in front of the first.
    const std::int64_t offset = sliced ? all_.strides.h + all_.strides.w + in_front : 0;
    view_ = {static_cast<std::byte*>(memory_) + offset * size_of(type), shape, all_.strides, type};
    Tensor around(all);
    std::ranges::fill(around.values(), neighbour);
    backend.write(around.values().data(), all_);
    Tensor inside(shape);
    std::ranges::fill(inside.values(), unwritten);
    write(inside);
  }
  Placed(const Placed&) = delete;
  Placed& operator=(const Placed&) = delete;
  ~Placed() { backend_.release(memory_); }

  const kernels::View& view() const { return view_; }
  void write(const Tensor& tensor) { backend_.write(tensor.values().data(), view_); }
  Tensor read() const { return read(view_); }

  // Call after read(): it writes over the values.
  void expect_neighbours_unchanged() {
    Tensor inside(view_.shape);
    std::ranges::fill(inside.values(), neighbour);
    write(inside);
    const Tensor all = read(all_);
    const auto unchanged = std::ranges::count(all.values(), neighbour);
    EXPECT_EQ(unchanged, all.shape().elements()) << "values around an activation were written";
  }

 private:
  Tensor read(const kernels::ConstView& view) const {
    Tensor tensor(view.shape);
    backend_.read(view, tensor.values().data());
    return tensor;
  }

  kernels::Backend& backend_;
  void* memory_ = nullptr;
  kernels::View all_;
  kernels::View view_;
};

// Scratch of exactly the bytes asked for, with a guard behind it.
class Scratch {
 public:
  Scratch(kernels::Backend& backend, std::size_t bytes)
      : backend_(backend), bytes_(bytes), floats_((bytes + sizeof(float) - 1) / sizeof(float)) {
    const std::vector<float> fill(floats_ + guard, unwritten);
    memory_ = backend.allocate(fill.size() * sizeof(float));
    backend.write(fill.data(), all());
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::vector<float> values(floats_ + guard);
    backend_.read(all(), values.data());
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(floats_);
    EXPECT_TRUE(std::all_of(begin, values.end(), [](float value) { return std::isnan(value); }))
        << "memory behind the workspace was written";
    backend_.release(memory_);
  }

  kernels::Workspace workspace() const { return {memory_, bytes_}; }

 private:
  static constexpr std::size_t guard = 16384;

  kernels::View all() const {
    return kernels::packed_view(memory_, {1, 1, 1, static_cast<std::int64_t>(floats_ + guard)});
  }

  kernels::Backend& backend_;
  void* memory_ = nullptr;
  std::size_t bytes_;
  std::size_t floats_;
};

// A case's activations in the backend's memory.
class Run {
 public:
  Run(const OperationCase& given, kernels::Backend& backend, Placement placement) : case_(given), backend_(backend) {
    for (const auto& [name, tensor] : given.activations) {
      if (name == "output" && placement == Placement::in_place) continue;
      auto placed = std::make_unique<Placed>(backend, tensor.shape(), placement == Placement::slices);
      if (name != "output") placed->write(tensor);
      placed_[name] = std::move(placed);
    }
  }

  Tensor finish() {
    Tensor result = output_placed().read();
    for (const auto& [name, placed] : placed_) {
      if (placed.get() != &output_placed()) {
        const Tensor now = placed->read();
        EXPECT_TRUE(std::ranges::equal(now.values(), case_.activation(name).values())) << name << " was written";
      }
      placed->expect_neighbours_unchanged();
    }
    return result;
  }

  kernels::Backend& backend() const { return backend_; }
  const OperationCase& given() const { return case_; }
  const nlohmann::json& parameter(const std::string& name) const { return case_.parameters.at(name); }
  kernels::ConstView input(const std::string& name = "input") const { return placed_.at(name)->view(); }
  kernels::View output() const { return output_placed().view(); }

  kernels::Affine affine(const std::string& prefix = "") const {
    if (!case_.constants.contains(prefix + "scale")) return {};
    return {backend_.constant(case_.constants.at(prefix + "scale").values),
            backend_.constant(case_.constants.at(prefix + "shift").values)};
  }
  kernels::Epilogue epilogue() const {
    return {.before = case_.activation_function("before"),
            .affine = affine(),
            .residual = placed_.contains("residual") ? input("residual") : kernels::ConstView{},
            .after = case_.activation_function("after")};
  }

 private:
  Placed& output_placed() const { return *placed_.at(placed_.contains("output") ? "output" : "input"); }

  const OperationCase& case_;
  kernels::Backend& backend_;
  std::map<std::string, std::unique_ptr<Placed>> placed_;
};

// As the plan calls it: prepared and asked for its workspace before any memory exists.
void convolution(const Run& run) {
  kernels::ConvolutionArgs args{.input = run.input(),
                                .output = run.output(),
                                .stride = run.parameter("stride"),
                                .padding = run.given().padding(),
                                .epilogue = run.epilogue()};
  kernels::ConvolutionArgs planned = args;
  planned.input.data = planned.output.data = nullptr;
  planned.epilogue.residual.data = nullptr;
  const auto weights = run.backend().prepare(run.given().convolution_weights(), planned);
  planned.weights = args.weights = weights.get();
  run.backend().pack(*weights);
  const Scratch scratch(run.backend(), run.backend().convolution_workspace(planned));
  args.workspace = scratch.workspace();
  run.backend().convolution(args);
}

void self_attention(const Run& run) {
  kernels::SelfAttentionArgs args{.query = run.input("query"),
                                  .key = run.input("key"),
                                  .value = run.input("value"),
                                  .input = run.input(),
                                  .output = run.output(),
                                  .gamma = run.parameter("gamma")};
  kernels::SelfAttentionArgs planned = args;
  planned.query.data = planned.key.data = planned.value.data = planned.input.data = nullptr;
  planned.output.data = nullptr;
  const Scratch scratch(run.backend(), run.backend().self_attention_workspace(planned));
  args.workspace = scratch.workspace();
  run.backend().self_attention(args);
}

void pointwise(const Run& run) {
  run.backend().pointwise({run.input(), run.output(), run.epilogue()});
}

void max_pool(const Run& run) {
  run.backend().max_pool(
      {run.input(), run.output(), run.parameter("kernel"), run.parameter("stride"), run.given().padding()});
}

void upsample(const Run& run) {
  run.backend().upsample({run.input(), run.output()});
}

void resize_nearest(const Run& run) {
  run.backend().resize_nearest({run.input(), run.output()});
}

void concatenate(const Run& run) {
  run.backend().concatenate({.inputs = {run.input("first"), run.input("second")},
                             .affines = {run.affine("first_"), run.affine("second_")},
                             .activation = run.given().activation_function("activation"),
                             .output = run.output(),
                             .upsample_first = run.given().parameters.value("upsample_first", false)});
}

void sigmoid_range(const Run& run) {
  run.backend().sigmoid_range({run.input(), run.output(), run.parameter("low"), run.parameter("high")});
}

void softmax(const Run& run) {
  run.backend().softmax({run.input(), run.output(), run.parameter("temperature")});
}

}  // namespace

const float* OperationCase::constant(const std::string& name) const {
  const auto found = constants.find(name);
  return found == constants.end() ? nullptr : found->second.values.data();
}

kernels::Activation OperationCase::activation_function(const std::string& name) const {
  static const std::map<std::string, kernels::Activation> activations = {
      {"none", kernels::Activation::none}, {"relu", kernels::Activation::relu}, {"relu6", kernels::Activation::relu6}};
  return activations.at(parameters.at(name));
}

kernels::ConvolutionWeights OperationCase::convolution_weights() const {
  const weights::Dimensions& shape = constants.at("weight").shape;
  return {.weight = constant("weight"),
          .bias = constant("bias"),
          .out_channels = shape.at(0),
          .in_channels = activation("input").shape().c,
          .kernel_h = static_cast<int>(shape.at(2)),
          .kernel_w = static_cast<int>(shape.at(3)),
          .groups = parameters.at("groups")};
}

kernels::Padding OperationCase::padding() const {
  const auto sides = parameters.at("padding").get<std::vector<int>>();
  return {sides.at(0), sides.at(1), sides.at(2), sides.at(3)};
}

std::vector<std::string> operation_case_names() {
  return nlohmann::json::parse(all_cases().metadata("cases").value()).get<std::vector<std::string>>();
}

OperationCase operation_case(const std::string& name) {
  OperationCase result{.operation = name.substr(0, name.find('.')),
                       .parameters = nlohmann::json::parse(all_cases().metadata(name).value())};
  const std::string prefix = name + ".";
  for (const std::string tensor : {"input", "first", "second", "query", "key", "value", "residual", "output"}) {
    if (all_cases().contains(prefix + tensor)) {
      result.activations[tensor] = golden_tensor(all_cases(), prefix + tensor);
    }
  }
  for (const std::string tensor :
       {"weight", "bias", "scale", "shift", "first_scale", "first_shift", "second_scale", "second_shift"}) {
    if (!all_cases().contains(prefix + tensor)) continue;
    const auto values = all_cases().values(prefix + tensor);
    result.constants[tensor] = {all_cases().shape(prefix + tensor), {values.begin(), values.end()}};
  }
  return result;
}

Tensor run_operation(const OperationCase& operation_case, kernels::Backend& backend, Placement placement) {
  static const std::map<std::string, void (*)(const Run&)> operations = {{"convolution", convolution},
                                                                         {"pointwise", pointwise},
                                                                         {"max_pool", max_pool},
                                                                         {"upsample", upsample},
                                                                         {"resize_nearest", resize_nearest},
                                                                         {"concatenate", concatenate},
                                                                         {"self_attention", self_attention},
                                                                         {"sigmoid_range", sigmoid_range},
                                                                         {"softmax", softmax}};
  Run run(operation_case, backend, placement);
  operations.at(operation_case.operation)(run);
  return run.finish();
}

}  // namespace colourize::tests
