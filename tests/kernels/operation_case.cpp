#include "tests/kernels/operation_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "system/error.h"
#include "tests/operations/tested.h"
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
class Run final : public CaseMemory {
 public:
  Run(const OperationCase& given, kernels::Backend& backend, Placement placement)
      : CaseMemory(given), backend_(backend) {
    for (const auto& [name, tensor] : given.activations) {
      if (name == "output" && placement == Placement::in_place) continue;
      auto placed = std::make_unique<Placed>(backend, tensor.shape(), placement == Placement::slices);
      if (name != "output") placed->write(tensor);
      placed_[name] = std::move(placed);
    }
    for (const auto& [name, tensor] : given.constants) constants_[name] = backend.constant(tensor.values);
  }

  // As the plan calls it: prepared and asked for its workspace before any memory exists.
  template <class Args>
  void compute(const Tested<Args>& tested) {
    planned_ = true;
    Args args = tested.args(*this);
    if (const auto why = backend_.why_unsupported(args)) throw Error(ErrorKind::unsupported, given().operation, *why);
    std::unique_ptr<kernels::PreparedConvolution> weights;
    if constexpr (std::is_same_v<Args, kernels::ConvolutionArgs>) {
      kernels::ConvolutionWeights given_weights = given().convolution_weights();
      weights = backend_.prepare(given_weights, args);
      args.weights = weights.get();
      if (given_weights.weight == nullptr && !weights->takes_float16()) {
        given_weights.weight = constant("weight");
        given_weights.half_weight = nullptr;
      }
      weights->use(given_weights.weight, weights->layout().empty() ? nullptr : backend_.pack(*weights, given_weights));
    }
    const Scratch scratch(backend_, backend_.workspace_bytes(args));
    planned_ = false;
    args = tested.args(*this);
    if constexpr (std::is_same_v<Args, kernels::ConvolutionArgs>) args.weights = weights.get();
    if constexpr (kernels::HasWorkspace<Args>) args.workspace = scratch.workspace();
    backend_.run(args);
  }

  Tensor finish() {
    Tensor result = output_placed().read();
    for (const auto& [name, placed] : placed_) {
      if (placed.get() != &output_placed()) {
        const Tensor now = placed->read();
        EXPECT_TRUE(std::ranges::equal(now.values(), given().activation(name).values())) << name << " was written";
      }
      placed->expect_neighbours_unchanged();
    }
    return result;
  }

  kernels::ConstView input(const std::string& name) const override {
    kernels::ConstView view = placed_.at(name)->view();
    if (planned_) view.data = nullptr;
    return view;
  }
  kernels::View output() const override {
    kernels::View view = output_placed().view();
    if (planned_) view.data = nullptr;
    return view;
  }
  const float* constant(const std::string& name) const override {
    const auto found = constants_.find(name);
    return found == constants_.end() ? nullptr : found->second;
  }

 private:
  Placed& output_placed() const { return *placed_.at(placed_.contains("output") ? "output" : "input"); }

  kernels::Backend& backend_;
  std::map<std::string, std::unique_ptr<Placed>> placed_;
  std::map<std::string, const float*> constants_;
  bool planned_ = false;  // no memory exists yet
};

}  // namespace

const float* OperationCase::constant(const std::string& name) const {
  const auto found = constants.find(name);
  return found == constants.end() ? nullptr : found->second.values.data();
}

kernels::Activation OperationCase::activation_function(const std::string& name) const {
  const auto wanted = parameters.at(name).get<std::string>();
  for (std::uint8_t i = 0; !name_of(static_cast<kernels::Activation>(i)).empty(); ++i) {
    if (name_of(static_cast<kernels::Activation>(i)) == wanted) return static_cast<kernels::Activation>(i);
  }
  throw std::out_of_range("no activation is called " + wanted);
}

kernels::ConvolutionWeights OperationCase::convolution_weights() const {
  const weights::Dimensions& shape = constants.at("weight").shape;
  const bool half = !half_weight.empty();
  return {.weight = half ? nullptr : constant("weight"),
          .half_weight = half ? half_weight.data() : nullptr,
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
  for (const std::string& tensor : all_cases().names()) {
    if (!tensor.starts_with(prefix)) continue;
    const std::string part = tensor.substr(prefix.size());
    // Four dimensions are those of an activation, or of a convolution's weights.
    if (all_cases().shape(tensor).size() == 4 && part != "weight") {
      result.activations[part] = golden_tensor(all_cases(), tensor);
    } else {
      const auto values = all_cases().values(tensor);
      result.constants[part] = {all_cases().shape(tensor), {values.begin(), values.end()}};
    }
  }
  return result;
}

Tensor run_operation(const OperationCase& operation_case, kernels::Backend& backend, Placement placement) {
  Run run(operation_case, backend, placement);
  visit_operation(operation_case.operation, [&](const auto& tested) { run.compute(tested); });
  return run.finish();
}

}  // namespace colourize::tests
