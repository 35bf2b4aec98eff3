// The quota of processor time that a control group sets, as the files of both versions say it.
#include <gtest/gtest.h>

#include <fstream>

#include "kernels/thread_pool.h"
#include "tests/support/files.h"

namespace colourize::kernels {
namespace {

namespace fs = std::filesystem;

class Quota : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  const tests::TemporaryFolder folder_;
  const fs::path root_ = folder_.path();
};

TEST_F(Quota, IsNoneWhereNothingLimits) {
  EXPECT_EQ(processor_quota(root_), std::nullopt);
  write("proc/self/cgroup", "0::/\n");
  write("sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_EQ(processor_quota(root_), std::nullopt);
}

TEST_F(Quota, IsThatOfVersion2) {
  write("proc/self/cgroup", "0::/work/job\n");
  write("sys/fs/cgroup/work/job/cpu.max", "150000 100000\n");
  EXPECT_EQ(processor_quota(root_), 1.5);
}

TEST_F(Quota, IsTheSmallestOnTheWayUp) {
  write("proc/self/cgroup", "0::/work/job\n");
  write("sys/fs/cgroup/work/cpu.max", "300000 100000\n");
  write("sys/fs/cgroup/work/job/cpu.max", "400000 100000\n");
  EXPECT_EQ(processor_quota(root_), 3);
  write("sys/fs/cgroup/cpu.max", "50000 100000\n");
  EXPECT_EQ(processor_quota(root_), 0.5);
}

TEST_F(Quota, IsThatOfVersion1) {
  write("proc/self/cgroup", "4:memory:/other\n3:cpu,cpuacct:/job\n0::/\n");
  write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "250000\n");
  write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(processor_quota(root_), 2.5);
  write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(processor_quota(root_), std::nullopt);
}

TEST_F(Quota, IgnoresWhatItCannotRead) {
  write("proc/self/cgroup", "nonsense\n0::/job\n");
  write("sys/fs/cgroup/job/cpu.max", "soon 100000\n");
  EXPECT_EQ(processor_quota(root_), std::nullopt);
  write("sys/fs/cgroup/job/cpu.max", "100000 0\n");
  EXPECT_EQ(processor_quota(root_), std::nullopt);
}

TEST(AvailableThreads, AreAtLeastOne) {
  EXPECT_GE(available_threads(), 1);
}

}  // namespace
}  // namespace colourize::kernels
