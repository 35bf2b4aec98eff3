// Every operation of every backend that is usable here against PyTorch's numbers, case by case: operation_case.h. The
// tolerances are derived: tolerance.h.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>
#include <tuple>

#include "tests/kernels/operation_case.h"
#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests {
namespace {

// The same operation on more of the same numbers, enough for several threads at once: sixteen times the pictures or,
// where an operation takes them one by one, eight times the rows.
OperationCase enlarged(OperationCase given) {
  const bool by_rows =
      visit_operation(given.operation, [](const auto& tested) { return tested.takes_pictures_one_by_one; });
  for (auto& [name, tensor] : given.activations) {
    kernels::Shape shape = tensor.shape();
    if (by_rows) {
      shape.h *= 8;
    } else {
      shape.n *= 16;
    }
    Tensor larger(shape);
    for (auto to = larger.values().begin(); to != larger.values().end();) {
      to = std::ranges::copy(tensor.values(), to).out;
    }
    tensor = larger;
  }
  return given;
}

std::vector<std::string> usable_backends() {
  std::vector<std::string> names;
  for (const kernels::BackendEntry& entry : kernels::backends()) {
    // tests/cuda/ has what float16 needs.
    if (entry.usable() && !entry.name.starts_with("cuda")) names.emplace_back(entry.name);
  }
  return names;
}

// Parameters: the backend, the case.
class Operation : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  void SetUp() override {
    // The tolerances are those of float32; a backend that keeps less needs its own.
    ASSERT_EQ(backend(1)->activation_type(), kernels::Type::float32);
  }

  static std::unique_ptr<kernels::Backend> backend(int threads) {
    const auto entry = std::ranges::find(kernels::backends(), std::get<0>(GetParam()), &kernels::BackendEntry::name);
    return entry->create({.threads = threads});
  }

  Tensor run(int threads, Placement placement) const { return run_operation(given_, *backend(threads), placement); }

  const OperationCase given_ = operation_case(std::get<1>(GetParam()));
  const testing::ScopedTrace trace_{__FILE__, __LINE__, given_.parameters.dump()};
};

TEST_P(Operation, EqualsPyTorch) {
  expect_equals_pytorch(run(1, Placement::packed), given_, tolerance_of(given_));
}

TEST_P(Operation, GivesTheSameBytesAtThreeThreads) {
  const OperationCase large = enlarged(given_);
  const Tensor one = run_operation(large, *backend(1), Placement::packed);
  const Tensor three = run_operation(large, *backend(3), Placement::packed);
  EXPECT_EQ(std::memcmp(one.values().data(), three.values().data(), one.values().size_bytes()), 0);
}

TEST_P(Operation, EqualsPyTorchOnSlices) {
  expect_equals_pytorch(run(3, Placement::slices), given_, tolerance_of(given_));
}

// Those whose contract says "y may be x".
class OperationInPlace : public Operation {};

TEST_P(OperationInPlace, EqualsPyTorch) {
  expect_equals_pytorch(run(3, Placement::in_place), given_, tolerance_of(given_));
}

std::vector<std::string> in_place_case_names() {
  std::vector<std::string> names = operation_case_names();
  std::erase_if(names, [](const std::string& name) { return !may_run_in_place(name); });
  return names;
}

std::string name_of(const auto& info) {
  std::string name = std::get<0>(info.param) + "_" + std::get<1>(info.param);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Backends, Operation,
                         testing::Combine(testing::ValuesIn(usable_backends()),
                                          testing::ValuesIn(operation_case_names())),
                         [](const auto& info) { return name_of(info); });
INSTANTIATE_TEST_SUITE_P(Backends, OperationInPlace,
                         testing::Combine(testing::ValuesIn(usable_backends()),
                                          testing::ValuesIn(in_place_case_names())),
                         [](const auto& info) { return name_of(info); });

}  // namespace
}  // namespace colourize::tests
