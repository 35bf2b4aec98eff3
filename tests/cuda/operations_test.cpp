// The CUDA backend as the engine sees it: every case of the shared table through it, in both precisions. Compiled
// twice, for the emulated runtime and for a GPU.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/device.h"
#include "system/error.h"
#include "tests/cuda/device_activation.h"
#include "tests/cuda/expectation.h"
#include "tests/cuda/usable.h"

namespace colourize::tests {
namespace {

using kernels::Precision;
using kernels::Type;

Type type_of(Precision precision) {
  return precision == Precision::float32 ? Type::float32 : Type::float16;
}

// Parameters: the case, the precision.
class CudaBackend : public testing::TestWithParam<std::tuple<std::string, Precision>> {
 protected:
  void SetUp() override {
    if (!cuda_is_usable()) GTEST_SKIP() << "there is no GPU here";
  }
  void expect_equals_the_reference(Placement placement) const {
    const auto& [name, precision] = GetParam();
    const OperationCase given = rounded_case(type_of(precision), operation_case(name));
    const testing::ScopedTrace trace(__FILE__, __LINE__, given.parameters.dump());
    const Expected expected = expected_of(given, type_of(precision));
    const Tensor actual =
        run_operation(given, *open_device("cuda", {.threads = 2, .precision = precision}, ignore_warnings), placement);
    for (std::size_t i = 0; i < actual.values().size(); ++i) {
      const float value = expected.values.values()[i];
      ASSERT_NEAR(actual.values()[i], value, expected.tolerance.values()[i] + rounding(type_of(precision), value))
          << "value " << i;
    }
  }
};

TEST_P(CudaBackend, EqualsTheReference) {
  expect_equals_the_reference(Placement::packed);
}

TEST_P(CudaBackend, EqualsTheReferenceOnSlices) {
  expect_equals_the_reference(Placement::slices);
}

TEST(CudaBackendCases, AreAllButThoseThatTheBackendRefuses) {
  if (!cuda_is_usable()) GTEST_SKIP() << "there is no GPU here";
  const std::vector<std::string> computed = cuda_case_names();
  for (const std::string& name : operation_case_names()) {
    if (std::ranges::find(computed, name) != computed.end()) continue;
    EXPECT_THROW(run_operation(operation_case(name), *open_device("cuda", {}, ignore_warnings), Placement::packed),
                 Error)
        << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, CudaBackend,
                         testing::Combine(testing::ValuesIn(cuda_case_names()),
                                          testing::Values(Precision::float16, Precision::float32)),
                         [](const auto& info) {
                           std::string name = std::get<0>(info.param);
                           std::ranges::replace(name, '.', '_');
                           return name + (std::get<1>(info.param) == Precision::float32 ? "_float32" : "_float16");
                         });

}  // namespace
}  // namespace colourize::tests
