// The CUDA kernels of all operations but the ungrouped convolution, as they stand, on the CPU: every case of the shared
// table, and shapes of the networks beyond it, in float16 and float32 against the reference backend on operands that
// are rounded alike, so that what is left is the kernel's own error.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <tuple>

#include "tests/cuda/expectation.h"
#include "tests/emulation/cuda_twins.h"
#include "tests/emulation/operation_run.h"
#include "tests/emulation/recording.h"
#include "tests/emulation/seeds.h"
#include "tests/kernels/tolerance.h"

namespace colourize::tests {
namespace {

using kernels::Type;

void expect_no_bank_conflicts(const emulation::Recording& recording) {
  for (const emulation::AccessCost& cost : recording.costs()) {
    EXPECT_EQ(cost.most_ways, 1U) << "bank conflicts at " << cost.where;
  }
}

// No races, no bank conflicts, nothing written where it does not belong, and the reference's numbers.
void expect_equals_the_reference(const OperationCase& exact, Type type, bool in_place = false) {
  const OperationCase given = rounded_case(type, exact);
  const testing::ScopedTrace trace(__FILE__, __LINE__, given.parameters.dump());
  const Expected expected = expected_of(given, type);
  for (const std::uint64_t seed : emulation::seeds()) {
    OperationRun run(given, type, in_place, /*apart=*/true);
    emulation::Recording recording(run.memory());
    emulation::setting = {.seed = seed, .recording = &recording};
    ASSERT_NO_THROW(run.launch()) << "seed " << seed;
    if (seed == 1) expect_no_bank_conflicts(recording);  // they are not a matter of order
    const Tensor actual = run.finish();
    for (std::size_t i = 0; i < actual.values().size(); ++i) {
      const float value = expected.values.values()[i];
      const float most = expected.tolerance.values()[i] + rounding(type, value);
      ASSERT_NEAR(actual.values()[i], value, most) << "value " << i << ", seed " << seed;
    }
  }
}

// Parameters: the case, the type.
class CudaOperation : public testing::TestWithParam<std::tuple<std::string, Type>> {
 protected:
  const OperationCase given_ = operation_case(std::get<0>(GetParam()));
  const Type type_ = std::get<1>(GetParam());
};

TEST_P(CudaOperation, EqualsTheReference) {
  expect_equals_the_reference(given_, type_);
}

// Those whose contract says "y may be x".
class CudaOperationInPlace : public CudaOperation {};

TEST_P(CudaOperationInPlace, EqualsTheReference) {
  expect_equals_the_reference(given_, type_, /*in_place=*/true);
}

// What depthwise() computes, by direct().
class CudaGeneralConvolution : public CudaOperation {};

TEST_P(CudaGeneralConvolution, EqualsTheReference) {
  OperationCase general = given_;
  general.parameters["general"] = true;
  expect_equals_the_reference(general, type_);
}

class CudaShuffle : public CudaOperation {};

TEST_P(CudaShuffle, EqualsTheReferenceInPlanes) {
  OperationCase planar = given_;
  planar.parameters["planar"] = true;
  expect_equals_the_reference(planar, type_);
}

// The cases of these operations.
std::vector<std::string> cases_of(const std::vector<std::string>& operations) {
  std::vector<std::string> names = cuda_case_names();
  std::erase_if(names, [&](const std::string& name) {
    return std::ranges::find(operations, name.substr(0, name.find('.'))) == operations.end();
  });
  return names;
}

std::vector<std::string> in_place_cases() {
  std::vector<std::string> names = cuda_case_names();
  std::erase_if(names, [](const std::string& name) { return !may_run_in_place(name); });
  return names;
}

std::vector<std::string> depthwise_cases() {
  std::vector<std::string> names = cases_of({"convolution"});
  std::erase_if(names, [](const std::string& name) {
    const kernels::ConvolutionWeights weights = operation_case(name).convolution_weights();
    return weights.groups != weights.in_channels || weights.groups != weights.out_channels;
  });
  return names;
}

// Those by 2: no other is given planes.
std::vector<std::string> shuffle_cases() {
  std::vector<std::string> names = cases_of({"upsample"});
  std::erase_if(names, [](const std::string& name) { return operation_case(name).parameters.value("factor", 2) != 2; });
  return names;
}

std::string name_of(const auto& info) {
  std::string name = std::get<0>(info.param);
  std::ranges::replace(name, '.', '_');
  return name + (std::get<1>(info.param) == Type::float32 ? "_float32" : "_float16");
}

const auto both_types = testing::Values(Type::float16, Type::float32);

INSTANTIATE_TEST_SUITE_P(Cases, CudaOperation, testing::Combine(testing::ValuesIn(cuda_case_names()), both_types),
                         [](const auto& info) { return name_of(info); });
INSTANTIATE_TEST_SUITE_P(Cases, CudaOperationInPlace, testing::Combine(testing::ValuesIn(in_place_cases()), both_types),
                         [](const auto& info) { return name_of(info); });
INSTANTIATE_TEST_SUITE_P(Cases, CudaGeneralConvolution,
                         testing::Combine(testing::ValuesIn(depthwise_cases()), both_types),
                         [](const auto& info) { return name_of(info); });
INSTANTIATE_TEST_SUITE_P(Cases, CudaShuffle, testing::Combine(testing::ValuesIn(shuffle_cases()), both_types),
                         [](const auto& info) { return name_of(info); });

// Beyond the table.

class Made {
 public:
  Made(const std::string& operation, const nlohmann::json& parameters) {
    case_.operation = operation;
    case_.parameters = parameters;
  }
  Made& with(const std::string& name, const kernels::Shape& shape) {
    Tensor tensor(shape);
    for (float& value : tensor.values()) value = normal_(random_);
    case_.activations[name] = tensor;
    return *this;
  }
  Made& with_constant(const std::string& name, const weights::Dimensions& shape) {
    std::int64_t count = 1;
    for (const std::int64_t extent : shape) count *= extent;
    weights::FloatTensor tensor{shape, std::vector<float>(static_cast<std::size_t>(count))};
    for (float& value : tensor.values) value = normal_(random_);
    case_.constants[name] = tensor;
    return *this;
  }
  const OperationCase& get() const { return case_; }

 private:
  OperationCase case_;
  std::mt19937 random_{1};
  std::normal_distribution<float> normal_;
};

Made concatenation(std::int64_t first, std::int64_t second, bool upsampled, bool planar) {
  Made made("concatenate", {{"activation", "relu"}, {"upsample_first", upsampled}, {"planar", planar}});
  made.with("first", upsampled ? kernels::Shape{2, 5, 3, 4 * first} : kernels::Shape{2, 10, 6, first});
  made.with("second", {2, 10, 6, second}).with("output", {2, 10, 6, first + second});
  made.with_constant("first_scale", {first}).with_constant("first_shift", {first});
  return made.with_constant("second_scale", {second}).with_constant("second_shift", {second});
}

TEST(CudaConcatenate, BeginsTheSecondInputAnywhere) {
  for (const Type type : {Type::float16, Type::float32}) {
    for (const auto& [first, second] : {std::pair{256, 3}, {300, 3}, {259, 22}, {3, 1}}) {
      const testing::ScopedTrace trace(__FILE__, __LINE__, first);
      expect_equals_the_reference(concatenation(first, second, false, false).get(), type);
    }
  }
}

TEST(CudaConcatenate, UpsamplesTheFirstOnItsWay) {
  for (const Type type : {Type::float16, Type::float32}) {
    for (const auto& [first, second] : {std::pair{64, 3}, {76, 16}, {22, 6}, {3, 1}}) {
      for (const bool planar : {false, true}) {
        const testing::ScopedTrace trace(__FILE__, __LINE__, first);
        expect_equals_the_reference(concatenation(first, second, true, planar).get(), type);
      }
    }
  }
}

// As the networks' first layers have them, in small.
TEST(CudaDirect, TakesPictures) {
  const auto layer = [](std::int64_t kernel, std::int64_t in_channels, std::int64_t out_channels) {
    const std::int64_t pad = kernel / 2;
    Made made("convolution",
              {{"stride", 2}, {"padding", {pad, pad, pad, pad}}, {"groups", 1}, {"before", "none"}, {"after", "relu"}});
    made.with("input", {1, 11, 22, in_channels}).with("output", {1, 6, 11, out_channels});
    made.with_constant("weight", {out_channels, in_channels, kernel, kernel});
    return made.with_constant("bias", {out_channels});
  };
  for (const Type type : {Type::float16, Type::float32}) {
    expect_equals_the_reference(layer(7, 3, 64).get(), type);
    expect_equals_the_reference(layer(3, 1, 32).get(), type);
  }
}

TEST(CudaDepthwise, TakesAnyWindow) {
  Made made("convolution",
            {{"stride", 3}, {"padding", {1, 0, 2, 1}}, {"groups", 16}, {"before", "none"}, {"after", "none"}});
  made.with("input", {1, 9, 11, 16}).with("output", {1, 4, 4, 16}).with_constant("weight", {16, 1, 1, 4});
  expect_equals_the_reference(made.get(), Type::float16);
}

// Multiprocessors: one has enough of slices of 256 channels, many ask for more and smaller ones.
Made attention(const kernels::Shape& shape, int multiprocessors) {
  const kernels::Shape head = {shape.n, shape.h, shape.w, shape.c / 8};
  Made made("self_attention", {{"gamma", 0.5}, {"multiprocessors", multiprocessors}});
  return made.with("query", head).with("key", head).with("value", shape).with("input", shape).with("output", shape);
}

// Several tiles, slices and pictures, none of them full.
TEST(CudaSelfAttention, TakesTheNetworksChannels) {
  expect_equals_the_reference(attention({1, 5, 13, 96}, 1).get(), Type::float16);
  expect_equals_the_reference(attention({1, 5, 13, 328}, 1).get(), Type::float16);
  expect_equals_the_reference(attention({1, 5, 13, 328}, 100).get(), Type::float16);
  expect_equals_the_reference(attention({1, 7, 10, 512}, 1).get(), Type::float16);
  expect_equals_the_reference(attention({2, 3, 23, 768}, 100).get(), Type::float16);
}
TEST(CudaSelfAttention, TakesTheNetworksChannelsInFloat32) {
  expect_equals_the_reference(attention({1, 5, 13, 96}, 1).get(), Type::float32);
  expect_equals_the_reference(attention({2, 3, 23, 768}, 1).get(), Type::float32);
}

// Multiprocessors: many ask for more blocks, so keys are split among them.
Made heads_of(std::int64_t channels, std::int64_t heads, const kernels::Shape& queries, const kernels::Shape& keys,
              int multiprocessors) {
  const auto with_channels = [&](kernels::Shape shape) {
    shape.c = heads * channels;
    return shape;
  };
  Made made("attention", {{"heads", heads}, {"multiprocessors", multiprocessors}});
  made.with("query", with_channels(queries)).with("key", with_channels(keys)).with("value", with_channels(keys));
  return made.with("output", with_channels(queries));
}

// A decoder's queries to one another, and to more keys than a tile of any kind has.
TEST(CudaAttention, TakesADecodersQueries) {
  for (const Type type : {Type::float16, Type::float32}) {
    expect_equals_the_reference(heads_of(32, 3, {1, 1, 100}, {1, 1, 100}, 1).get(), type);
    expect_equals_the_reference(heads_of(32, 2, {1, 1, 100}, {1, 16, 16}, 1).get(), type);
    expect_equals_the_reference(heads_of(32, 1, {2, 1, 100}, {2, 23, 17}, 100).get(), type);
  }
}

// Several splits and tiles of queries, none of them full; heads that fill no tile's width, and others.
TEST(CudaAttention, TakesAnyNumberOfKeys) {
  for (const Type type : {Type::float16, Type::float32}) {
    for (const std::int64_t keys : {1, 31, 63, 64, 65, 129, 257}) {
      const testing::ScopedTrace trace(__FILE__, __LINE__, keys);
      expect_equals_the_reference(heads_of(8, 2, {1, 1, 19}, {1, 1, keys}, 100).get(), type);
    }
    expect_equals_the_reference(heads_of(24, 2, {1, 3, 43}, {1, 7, 40}, 100).get(), type);
    expect_equals_the_reference(heads_of(64, 2, {1, 3, 43}, {1, 7, 40}, 100).get(), type);
  }
}

// Warps whose chunks lie side by side move no sector twice.
TEST(CudaOperations, MoveWholeSectors) {
  std::vector<OperationCase> cases = {
      Made("pointwise", {{"before", "none"}, {"after", "relu"}})
          .with("input", {1, 4, 8, 64})
          .with("residual", {1, 4, 8, 64})
          .with("output", {1, 4, 8, 64})
          .get(),
      Made("sigmoid_range", {{"low", -3}, {"high", 3}})
          .with("input", {1, 4, 8, 64})
          .with("output", {1, 4, 8, 64})
          .get(),
      Made("resize_nearest", {}).with("input", {1, 5, 5, 64}).with("output", {1, 8, 8, 64}).get(),
      Made("max_pool", {{"kernel", 3}, {"stride", 2}, {"padding", {1, 1, 1, 1}}})
          .with("input", {1, 8, 8, 64})
          .with("output", {1, 4, 4, 64})
          .get(),
      Made("upsample", {{"planar", true}}).with("input", {1, 4, 8, 256}).with("output", {1, 8, 16, 64}).get(),
      concatenation(64, 64, false, false).get(),
      concatenation(64, 64, true, true).get(),
      Made("projection", {{"groups", 16}})
          .with("input", {1, 4, 8, 128})
          .with("weights", {1, 1, 1, 16})
          .with("output", {1, 4, 8, 32})
          .get(),
      Made("softmax", {{"temperature", 1}}).with("input", {1, 4, 4, 512}).with("output", {1, 4, 4, 512}).get(),
      Made("convolution",
           {{"stride", 1}, {"padding", {1, 1, 1, 1}}, {"groups", 64}, {"before", "none"}, {"after", "relu6"}})
          .with("input", {1, 4, 8, 64})
          .with("output", {1, 4, 8, 64})
          .with_constant("weight", {64, 1, 3, 3})
          .get(),
      attention({1, 8, 8, 256}, 1).get(),
      attention({1, 8, 8, 256}, 100).get(),
      heads_of(32, 2, {1, 8, 8}, {1, 8, 8}, 1).get(),
      heads_of(32, 2, {1, 8, 8}, {1, 16, 32}, 100).get()};
  for (const OperationCase& given : cases) {
    for (const Type type : {Type::float16, Type::float32}) {
      OperationRun run(given, type, /*in_place=*/false, /*apart=*/false);
      emulation::Recording recording(run.memory());
      emulation::setting = {.recording = &recording};
      run.launch();
      for (const emulation::AccessCost& cost : recording.costs()) {
        EXPECT_EQ(cost.sectors, cost.fewest_sectors) << given.operation << " at " << cost.where;
      }
    }
  }
}

// As PyTorch has it.
TEST(CudaMaxPool, KeepsNaN) {
  OperationCase given = operation_case("max_pool.00");
  given.activations.at("input").at(0, 3, 3, 5) = std::numeric_limits<float>::quiet_NaN();
  OperationRun run(given, Type::float16, /*in_place=*/false, /*apart=*/true);
  emulation::setting = {};
  run.launch();
  const Tensor output = run.finish();
  EXPECT_TRUE(std::isnan(output.at(0, 1, 1, 5)));
  EXPECT_TRUE(std::isnan(output.at(0, 2, 2, 5)));
  EXPECT_EQ(std::ranges::count_if(output.values(), [](float value) { return std::isnan(value); }), 4);
}

}  // namespace
}  // namespace colourize::tests
