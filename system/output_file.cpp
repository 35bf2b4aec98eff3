#include "system/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <utility>

#include "system/error.h"

namespace colourize {
namespace {

constexpr mode_t readable_by_umask = 0666;

// What a signal handler may use: a fixed table with a lock-free flag in each entry. An entry's path is written before
// its flag.
struct PendingPath {
  std::atomic<int> state = 0;  // 0 free, 1 being written, 2 a file to remove
  std::array<char, PATH_MAX> path{};
};
std::array<PendingPath, 128> pending_paths;  // NOLINT: a signal handler reaches globals only
static_assert(std::atomic<int>::is_always_lock_free);

int remember(const std::filesystem::path& path) {
  const std::string text = path.string();
  for (std::size_t slot = 0; slot < pending_paths.size(); ++slot) {
    PendingPath& entry = pending_paths.at(slot);
    int free = 0;
    if (text.size() < entry.path.size() && entry.state.compare_exchange_strong(free, 1)) {
      std::memcpy(entry.path.data(), text.c_str(), text.size() + 1);
      entry.state = 2;
      return static_cast<int>(slot);
    }
  }
  return -1;  // more outputs at once than slots; only the destructor will remove this one
}

void forget(int slot) {
  if (slot >= 0) pending_paths.at(static_cast<std::size_t>(slot)).state = 0;
}

}  // namespace

void remove_pending_outputs() noexcept {
  for (const PendingPath& entry : pending_paths) {
    if (entry.state == 2) ::unlink(entry.path.data());
  }
}

OutputFile::OutputFile(std::filesystem::path target, Hiding hiding) : target_(std::move(target)) {
  const std::filesystem::path folder = target_.has_parent_path() ? target_.parent_path() : ".";
  // An unnamed file gets its name through /proc, which a bare chroot may lack.
  const bool unnamed = hiding == Hiding::best && ::access("/proc/self/fd", X_OK) == 0;
  errno = EOPNOTSUPP;
  if (unnamed) descriptor_ = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, readable_by_umask);
  // EISDIR and ENOENT come from kernels that do not know O_TMPFILE. The attempt with a name then recognises a missing
  // folder.
  if (descriptor_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT || errno == EINVAL)) {
    const std::filesystem::path hidden = hidden_name();
    // A file of this name was left by a killed process with the same number.
    ::unlink(hidden.c_str());
    descriptor_ = ::open(hidden.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, readable_by_umask);
    if (descriptor_ >= 0) {
      named_ = hidden;
      pending_slot_ = remember(named_);
    }
  }
  if (descriptor_ < 0) {
    const int error_number = errno;
    if (error_number == ENOENT) {
      throw Error(ErrorKind::not_found, target_.string(), "its folder " + folder.string() + " does not exist",
                  "create it or choose another output");
    }
    fail("cannot be written", error_number);
  }
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!named_.empty()) ::unlink(named_.c_str());
  forget(pending_slot_);
}

void OutputFile::write(std::span<const std::byte> bytes) {
  rewrite(size_, bytes);
  size_ += bytes.size();
}

void OutputFile::rewrite(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

void OutputFile::commit() {
  // Without fsync a power cut after the rename may leave an empty file at the target's place.
  if (::fsync(descriptor_) != 0) fail("cannot be written", errno);
  if (named_.empty()) {
    std::array<char, 32> self{};
    std::snprintf(self.data(), self.size(), "/proc/self/fd/%d", descriptor_);
    if (::linkat(AT_FDCWD, self.data(), AT_FDCWD, target_.c_str(), AT_SYMLINK_FOLLOW) == 0) return;
    if (errno != EEXIST) fail("cannot be put in place", errno);
    // A link never replaces a file but a rename does, so the file takes a hidden name for a moment.
    const std::filesystem::path hidden = hidden_name();
    ::unlink(hidden.c_str());
    if (::linkat(AT_FDCWD, self.data(), AT_FDCWD, hidden.c_str(), AT_SYMLINK_FOLLOW) != 0) {
      fail("cannot be put in place", errno);
    }
    named_ = hidden;
    pending_slot_ = remember(named_);
  }
  if (::rename(named_.c_str(), target_.c_str()) != 0) fail("cannot be put in place", errno);
  named_.clear();
  forget(std::exchange(pending_slot_, -1));
}

std::filesystem::path OutputFile::hidden_name() const {
  // Shortened, so that even a target with the longest allowed name gets a hidden neighbour.
  const std::string name = target_.filename().string().substr(0, 200);
  // Numbered, because two such names may begin alike.
  static std::atomic<unsigned> number = 0;
  return target_.parent_path() /
         ("." + name + "." + std::to_string(::getpid()) + "-" + std::to_string(number++) + ".part");
}

void OutputFile::fail(const char* what, int error_number) const {
  const char* remedy = "";
  if (error_number == ENOSPC || error_number == EDQUOT) {
    remedy = "free disk space or choose another disk; no partial file was left";
  } else if (error_number == EACCES || error_number == EPERM || error_number == EROFS) {
    remedy = "choose another output";
  }
  throw Error(kind_of_errno(error_number), target_.string(), std::string(what) + ": " + system_message(error_number),
              remedy);
}

}  // namespace colourize
