// Every algorithm of the CPU backend on every convolution that it can compute, whether the cost model would choose it
// or not, on every instruction set of this machine, against PyTorch's numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <set>
#include <tuple>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/cpu.h"
#include "kernels/cpu/operations.h"
#include "tests/kernels/operation_case.h"
#include "tests/kernels/tolerance.h"

namespace colourize::tests {
namespace {

using kernels::cpu::Algorithm;

constexpr Algorithm algorithms[] = {Algorithm::implicit_gemm, Algorithm::streamed_weights, Algorithm::streamed_winograd,
                                    Algorithm::winograd_2x2,  Algorithm::winograd_4x4,     Algorithm::winograd_6x6,
                                    Algorithm::depthwise,     Algorithm::dot_products};

bool applies(Algorithm algorithm, const OperationCase& given) {
  kernels::ConvolutionArgs args;
  args.input.shape = given.activation("input").shape();
  args.output.shape = given.activation("output").shape();
  args.stride = given.parameters.at("stride");
  return kernels::cpu::applies(algorithm, given.convolution_weights(), args);
}

// Parameters: the instruction set's place in targets(), the algorithm, the case.
using Parameters = std::tuple<std::size_t, Algorithm, std::string>;

class Algorithms : public testing::TestWithParam<Parameters> {
 protected:
  Tensor run(int threads, Placement placement) const {
    const auto& [target, algorithm, name] = GetParam();
    const auto backend = kernels::cpu::create(kernels::cpu::targets()[target], {.threads = threads}, &algorithm);
    return run_operation(given_, *backend, placement);
  }

  const OperationCase given_ = operation_case(std::get<2>(GetParam()));
  const testing::ScopedTrace trace_{__FILE__, __LINE__, given_.parameters.dump()};
};

TEST_P(Algorithms, EqualPyTorch) {
  const int output_tile = kernels::cpu::winograd_output_tile(std::get<1>(GetParam()));
  expect_equals_pytorch(run(1, Placement::packed), given_,
                        output_tile == 0 ? tolerance_of(given_) : winograd_tolerance(given_, output_tile));
}

TEST_P(Algorithms, GiveTheSameBytesOnSlicesAndSeveralThreads) {
  const Tensor expected = run(1, Placement::packed);
  for (const int threads : {2, 16}) {
    const Tensor actual = run(threads, Placement::slices);
    EXPECT_EQ(std::memcmp(actual.values().data(), expected.values().data(), expected.values().size_bytes()), 0)
        << threads << " threads";
  }
}

std::vector<Parameters> all_parameters() {
  std::vector<Parameters> result;
  for (const std::string& name : operation_case_names()) {
    if (!name.starts_with("convolution.")) continue;
    const OperationCase given = operation_case(name);
    for (const Algorithm algorithm : algorithms) {
      if (!applies(algorithm, given)) continue;
      for (std::size_t target = 0; target < kernels::cpu::targets().size(); ++target) {
        if (kernels::cpu::usable(kernels::cpu::targets()[target])) result.emplace_back(target, algorithm, name);
      }
    }
  }
  return result;
}

std::string name_of(const testing::TestParamInfo<Parameters>& info) {
  const auto& [target, algorithm, name] = info.param;
  std::string text = std::string(kernels::cpu::targets()[target].name) + "_" +
                     std::string(kernels::cpu::name_of(algorithm)) + "_" + name;
  std::ranges::replace_if(
      text, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return text;
}

INSTANTIATE_TEST_SUITE_P(Cpu, Algorithms, testing::ValuesIn(all_parameters()), name_of);

TEST(AlgorithmCases, CoverEveryAlgorithm) {
  std::set<Algorithm> covered;
  for (const Parameters& parameters : all_parameters()) covered.insert(std::get<1>(parameters));
  EXPECT_EQ(covered.size(), std::size(algorithms));
}

}  // namespace
}  // namespace colourize::tests
