// The program itself on the emulated GPU: what a person does with --device cuda.
#include "tests/support/program.h"

#include <sstream>

#include <nlohmann/json.hpp>

#include "engine/photo/decode.h"

namespace colourize::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class CudaProgram : public Program {
 protected:
  void SetUp() override { copy(std::string(COLOURIZE_TESTS) + "/golden/astronaut-181x133.png", "photo.png"); }
};

TEST_F(CudaProgram, ColoursAsTheCpuDoes) {
  const Outcome outcome = run("photo.png -o cuda.png --render-factor 8 --device cuda --json");
  ASSERT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr(R"("device":"cuda")"));
  ASSERT_EQ(run("photo.png -o cpu.png --render-factor 8 --device cpu").code, 0);
  const photo::Photo cuda = photo::decode(folder_ / "cuda.png", {}, ignore_warnings);
  const photo::Photo cpu = photo::decode(folder_ / "cpu.png", {}, ignore_warnings);
  const auto& samples = std::get<photo::Raster8>(cuda.pixels).samples;
  const auto& expected = std::get<photo::Raster8>(cpu.pixels).samples;
  ASSERT_EQ(samples.size(), expected.size());
  std::size_t near = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) near += std::abs(int{samples[i]} - int{expected[i]}) <= 1 ? 1 : 0;
  EXPECT_GE(static_cast<double>(near), 0.999 * static_cast<double>(samples.size()));
}

TEST_F(CudaProgram, ComparesWithTheReference) {
  const Outcome half = run("compare photo.png --device cuda --render-factor 8");
  EXPECT_EQ(half.code, 0) << half.text;
  EXPECT_THAT(half.text, HasSubstr("cuda against reference: every layer within"));
  const Outcome full = run("compare photo.png --device cuda --render-factor 8 --precision fp32 --tolerance 1e-4");
  EXPECT_EQ(full.code, 0) << full.text;
}

// The peaks' kernels keep all multiprocessors busy.
TEST_F(CudaProgram, ProfilesItsKernels) {
  setenv("COLOURIZE_EMULATED_MULTIPROCESSORS", "1", 1);
  setenv("COLOURIZE_EMULATED_BYTES", "100000000", 1);
  const Outcome outcome = run("profile --device cuda --render-factor 8 --repeats 1 --csv");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.text, HasSubstr("implicit GEMM"));
  EXPECT_THAT(outcome.text, HasSubstr("depthwise"));
  unsetenv("COLOURIZE_EMULATED_BYTES");
  unsetenv("COLOURIZE_EMULATED_MULTIPROCESSORS");
}

// 4 MB hold the weights of the first layers, but no arena.
TEST_F(CudaProgram, GoesOnWithTheCpuWhereItMay) {
  setenv("COLOURIZE_EMULATED_BYTES", "4000000", 1);
  const Outcome automatic = run("photo.png -o auto.png --render-factor 8 --json");
  EXPECT_EQ(automatic.code, 0);
  EXPECT_THAT(automatic.text, HasSubstr("bytes of memory"));
  EXPECT_THAT(automatic.text, HasSubstr("are free; "));
  EXPECT_THAT(automatic.text, HasSubstr("continuing on the device cpu"));
  EXPECT_THAT(automatic.text, HasSubstr(R"("device":"cpu)"));
  // A picture in colour would be warned about too.
  copy(std::string(COLOURIZE_TESTS) + "/../docs/cat.png", "grey.png");
  expect_refusal("grey.png -o cuda.png --render-factor 8 --device cuda", "bytes of memory");
  unsetenv("COLOURIZE_EMULATED_BYTES");
}

}  // namespace
}  // namespace colourize::tests
