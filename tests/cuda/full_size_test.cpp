// The generators at their full size on a GPU, against PyTorch's numbers: too much for the emulation.
#include <gtest/gtest.h>

#include "engine/device.h"
#include "engine/graph/executor.h"
#include "tests/cuda/usable.h"
#include "tests/support/golden.h"

namespace colourize::tests {
namespace {

using kernels::Precision;

// The largest and the mean difference from float32 that rounding the operands of every product to float16 makes at 144,
// by the oracle.
struct FullSize {
  std::string name;
  double largest_rounding = 0;
  double mean_rounding = 0;
};

void PrintTo(const FullSize& generator, std::ostream* stream) {
  *stream << generator.name;
}

class CudaFullSize : public testing::TestWithParam<FullSize> {
 protected:
  void SetUp() override {
    if (!cuda_is_usable()) GTEST_SKIP() << "there is no GPU here";
  }
};

TEST_P(CudaFullSize, EqualsPyTorchAt144And336) {
  const auto& [name, largest_rounding, mean_rounding] = GetParam();
  const auto numbers = golden(name);
  const Generator generator = recipe_generator(name, name, *numbers);
  for (const Precision precision : {Precision::float32, Precision::float16}) {
    const auto backend = open_device("cuda", {.precision = precision}, ignore_warnings);
    graph::Executor executor(generator.graph, *backend);
    for (const std::string side : {"144", "336"}) {
      const Tensor output = executor.run(golden_tensor(*numbers, "input." + side));
      const OutputError error = output_error(generator, output, golden_tensor(*numbers, "output." + side));
      const std::string where = (precision == Precision::float32 ? "float32_" : "float16_") + side;
      RecordProperty("largest_error_" + where, std::to_string(error.largest));
      RecordProperty("mean_error_" + where, std::to_string(error.mean));
      if (precision == Precision::float32) {
        EXPECT_LE(error.largest, 2e-3) << side;
        EXPECT_LE(error.mean, 1e-4) << side;
      } else {
        EXPECT_LE(error.mean, 2 * mean_rounding) << side;
        // At 336 there are five times as many values, and the largest error of more values is larger.
        if (side == "144") {
          EXPECT_LE(error.largest, 2 * largest_rounding) << side;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(DeOldify, CudaFullSize,
                         testing::Values(FullSize{"wide", 0.055, 0.0048}, FullSize{"deep", 0.112, 0.0087}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace colourize::tests
