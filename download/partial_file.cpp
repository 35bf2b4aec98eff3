#include "download/partial_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "system/error.h"

namespace colourize::download {
namespace {

constexpr mode_t readable_by_umask = 0666;

}  // namespace

PartialFile::PartialFile(const std::filesystem::path& folder, const std::string& name)
    : path_(folder / ("." + name + ".part")) {
  for (;;) {
    // Does not follow a link, and does not wait at a named pipe, that somebody may have put there.
    descriptor_ =
        ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, readable_by_umask);
    if (descriptor_ < 0) fail("cannot be opened", errno);
    struct stat opened {};
    struct stat named {};
    int problem = 0;
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 || ::fstat(descriptor_, &opened) != 0) problem = errno;
    // The process that held the lock before may have removed the file; ours then has no name any more.
    const bool same = problem == 0 && ::stat(path_.c_str(), &named) == 0 && named.st_ino == opened.st_ino &&
                      named.st_dev == opened.st_dev;
    if (same && S_ISREG(opened.st_mode)) {
      size_ = static_cast<std::uintmax_t>(opened.st_size);
      return;
    }
    ::close(descriptor_);
    descriptor_ = -1;
    if (problem == EWOULDBLOCK) {
      throw Error(ErrorKind::refused, path_.string(), "is being downloaded by another process",
                  "wait until that is done");
    }
    if (problem != 0) fail("cannot be locked", problem);
    if (same) throw Error(ErrorKind::refused, path_.string(), "is not a regular file", "move it away");
  }
}

PartialFile::~PartialFile() {
  // Before the lock is released. Otherwise another process could lose what it has just begun.
  if (size_ == 0) ::unlink(path_.c_str());
  ::close(descriptor_);
}

void PartialFile::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written", errno);
    size_ += static_cast<std::uintmax_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void PartialFile::clear() {
  if (::ftruncate(descriptor_, 0) != 0) fail("cannot be emptied", errno);
  size_ = 0;
}

std::string PartialFile::head(std::size_t count) const {
  std::string text(count, '\0');
  const ssize_t size = ::pread(descriptor_, text.data(), text.size(), 0);
  if (size < 0) fail("cannot be read", errno);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

void PartialFile::fail(const std::string& what, int error_number) const {
  const bool full = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
  throw Error(kind_of_errno(error_number), path_.string(), what + ": " + system_message(error_number),
              full ? "free disk space or choose another folder for models; the next try resumes this download"
                   : "choose another folder for models");
}

}  // namespace colourize::download
