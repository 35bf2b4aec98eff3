#include "system/available_memory.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/files.h"

namespace colourize {
namespace {

class AvailableMemory : public testing::Test {
 protected:
  std::optional<std::size_t> available() const { return available_memory(files_); }

  tests::TemporaryFolder folder_;
  MemoryFiles files_{.machine = folder_ / "meminfo",
                     .group_limit = folder_ / "memory.max",
                     .group_use = folder_ / "memory.current",
                     .group_statistics = folder_ / "memory.stat"};
};

constexpr auto machine =
    "MemTotal:       24000000 kB\nMemFree:         1000000 kB\nMemAvailable:    8000000 kB\nBuffers: 1 kB\n";

TEST_F(AvailableMemory, IsUnknownWhereTheSystemDoesNotSay) {
  EXPECT_EQ(available(), std::nullopt);
  tests::write_file(files_.machine, "MemTotal: 24000000 kB\n");
  EXPECT_EQ(available(), std::nullopt);
}

TEST_F(AvailableMemory, IsWhatTheMachineCanGive) {
  tests::write_file(files_.machine, machine);
  EXPECT_EQ(available(), std::size_t{8'000'000} * 1024);
  tests::write_file(files_.group_limit, "max\n");
  tests::write_file(files_.group_use, "5000000000\n");
  EXPECT_EQ(available(), std::size_t{8'000'000} * 1024) << "no limit";
}

TEST_F(AvailableMemory, IsWhatTheContainerLeaves) {
  tests::write_file(files_.machine, machine);
  tests::write_file(files_.group_limit, "4000000000\n");
  tests::write_file(files_.group_use, "3000000000\n");
  EXPECT_EQ(available(), 1'000'000'000U);
  tests::write_file(files_.group_statistics,
                    "anon 2000000000\nfile 900000000\ninactive_file 600000000\nactive_file 300000000\n");
  EXPECT_EQ(available(), 1'600'000'000U) << "files that nobody reads can go";
  tests::write_file(files_.group_use, "9000000000\n");
  EXPECT_EQ(available(), 0U) << "more than the limit is in use";
}

TEST(AvailableMemoryOfThisMachine, IsSomething) {
  EXPECT_GT(available_memory().value(), 1U << 20U);
}

}  // namespace
}  // namespace colourize
