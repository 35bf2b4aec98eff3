// The other tests run with each backend that is usable; where NEON is not one, they would all pass without it.
#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/backend.h"

namespace colourize::kernels {
namespace {

TEST(Neon, IsWhatTheCpuBackendUses) {
  const auto neon = std::ranges::find(backends(), "cpu-neon", &BackendEntry::name);
  ASSERT_NE(neon, backends().end());
  EXPECT_TRUE(neon->usable());
  const auto best = std::ranges::find(backends(), "cpu", &BackendEntry::name);
  ASSERT_NE(best, backends().end());
  EXPECT_EQ(best->create({.threads = 1})->name(), "cpu-neon");
}

}  // namespace
}  // namespace colourize::kernels
