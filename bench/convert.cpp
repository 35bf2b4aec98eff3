// How long a published checkpoint's size (874 MB) takes to convert and to load, and how much memory: beside a plain
// copy of the file and its SHA-256, which are the least that any converter must do. Run by ./do bench convert; takes a
// folder to work in, else the temporary one, where 3 GB must be free. Everything is done three times, and every figure
// printed.
#include "converter/convert.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>
#include <vector>

#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/graph/executor.h"
#include "system/error.h"
#include "system/mapped_file.h"
#include "tests/support/files.h"
#include "tests/support/full_size.h"

namespace colourize {
namespace {

namespace fs = std::filesystem;
constexpr int rounds = 3;

double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// A line of /proc/self/status in megabytes: "RssAnon" is memory of this process's own, "RssFile" pages of mapped files.
double megabytes(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with(key + ":")) continue;
    std::istringstream fields(line.substr(key.size() + 1));
    double kibibytes = 0;
    fields >> kibibytes;
    return kibibytes * 1024 / 1e6;
  }
  throw Error(ErrorKind::failed, "/proc/self/status", "does not say " + key);
}

// Watches what memory of its own this process has, as long as this object lives.
class MemoryWatch {
 public:
  MemoryWatch() : thread_([this] { watch(); }) {}
  MemoryWatch(const MemoryWatch&) = delete;
  MemoryWatch& operator=(const MemoryWatch&) = delete;
  ~MemoryWatch() { end(); }

  // The most there was so far, in megabytes.
  double end() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
    return peak_;
  }

 private:
  void watch() {
    do {
      peak_ = std::max(peak_, megabytes("RssAnon"));
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } while (!ended_);
  }

  std::atomic<bool> ended_ = false;
  double peak_ = 0;
  std::thread thread_;
};

// Puts a file on the disk and out of the page cache, as far as the kernel does one the favour.
void leave_page_cache(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 || ::fsync(file) != 0) throw Error(ErrorKind::failed, path.string(), "cannot be flushed");
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  ::close(file);
}

void run_cp(const fs::path& from, const fs::path& to) {
  std::string command = "cp";
  std::string source = from.string();
  std::string target = to.string();
  std::array<char*, 4> arguments{command.data(), source.data(), target.data(), nullptr};
  pid_t child = 0;
  int status = 0;
  if (::posix_spawnp(&child, "cp", nullptr, nullptr, arguments.data(), environ) != 0 ||
      ::waitpid(child, &status, 0) != child || status != 0) {
    throw Error(ErrorKind::failed, source, "cannot be copied");
  }
}

void sha256(const fs::path& path) {
  const MappedFile file(path);
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned size = 0;
  EVP_Digest(file.bytes().data(), file.bytes().size(), sum.data(), &size, EVP_sha256(), nullptr);
}

// Beside what any converter must do: write a file of that size, and look at each byte of the source.
void measure_converting(const fs::path& source, const fs::path& target) {
  const fs::path copied = source.parent_path() / "copy.pth";
  sha256(source);  // brings it into the page cache, for everything below
  // Files that are removed again: memory that a virtual machine has never used before takes a copy four times as long,
  // and the first to come would pay for it.
  run_cp(source, copied);
  run_cp(source, target);
  for (int round = 0; round < rounds; ++round) {
    fs::remove(copied);
    fs::remove(target);
    const double copying = seconds([&] { run_cp(source, copied); });
    const double flushing = seconds([&] { leave_page_cache(copied); });
    const double summing = seconds([&] { sha256(source); });
    MemoryWatch memory;
    const double converting = seconds([&] { converter::convert(source, target, {.version = "bench"}); });
    const double peak = memory.end();
    std::printf("convert, flushed to the disk: %.2f s, at most %.0f MB of memory of its own\n", converting, peak);
    std::printf("  cp: %.2f s; its flush to the disk: %.2f s more; SHA-256: %.2f s\n", copying, flushing, summing);
    std::printf("  so %.2f times cp and SHA-256, %.2f times the three\n", converting / (copying + summing),
                converting / (copying + flushing + summing));
  }
  std::printf("goals: under 3 times, under 300 MB\n\n");
}

// From nothing to the end of the first convolution, at the default render factor. Returns how many megabytes of mapped
// files, the program's own among them, were in memory then.
double load_to_first_layer(const fs::path& path, const std::string& device) {
  struct FirstLayerDone {};
  const Generator generator = build_generator(weights::Weights::open(path));
  const auto backend = open_device(device, {}, ignore_warnings);
  graph::Executor executor(generator.graph, *backend);
  executor.set_progress([](double /*fraction*/) { throw FirstLayerDone(); });
  const int side = input_side(generator, generator.default_render_factor);
  try {
    executor.run(Tensor({1, side, side, 3}));
  } catch (const FirstLayerDone&) {
    return megabytes("RssFile");
  }
  throw Error(ErrorKind::failed, path.string(), "ran without a layer");
}

// The reference uses the weights from the map; the cpu backend repacks a layer's right before its first run.
void measure_loading(const fs::path& weights) {
  for (const std::string device : {"reference", "cpu"}) {
    for (const bool cold : {false, true}) {
      for (int round = 0; round < rounds; ++round) {
        if (cold) leave_page_cache(weights);
        double mapped = 0;
        const double loading = seconds([&] { mapped = load_to_first_layer(weights, device); });
        std::printf("%s: load to the first layer run, file %s: %.3f s, %.0f MB of mapped files in memory\n",
                    device.c_str(), cold ? "on the disk" : "in the page cache", loading, mapped);
      }
    }
  }
  std::printf("goal: under 0.3 s\n");
}

void measure(const fs::path& folder) {
  const fs::path source = folder / "wide.pth";
  const fs::path target = folder / "wide.safetensors";
  tests::write_full_size_checkpoint("wide", tests::TorchContainer::legacy, /*wrapped=*/true, source);
  leave_page_cache(source);
  std::printf("wide.pth, as PyTorch writes it: %.0f MB\n\n", static_cast<double>(fs::file_size(source)) / 1e6);
  measure_converting(source, target);
  measure_loading(target);
}

}  // namespace
}  // namespace colourize

int main(int count, char** values) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    if (count > 1) ::setenv("TMPDIR", values[1], /*replace=*/1);  // NOLINT: main's own arguments
    const colourize::tests::TemporaryFolder folder;
    colourize::measure(folder.path());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_convert: %s\n", error.what());
    return 1;
  }
  return 0;
}
