#include "system/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "system/error.h"

namespace colourize {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int value() const { return value_; }

 private:
  int value_;
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  const std::string name = path.string();
  // O_NONBLOCK: a named pipe must not make the program hang before it is known not to be a regular file.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.value() < 0) throw Error(kind_of_errno(errno), name, "cannot be opened: " + system_message(errno));
  struct stat status {};
  if (::fstat(file.value(), &status) != 0)
    throw Error(kind_of_errno(errno), name, "cannot be examined: " + system_message(errno));
  if (S_ISDIR(status.st_mode)) throw Error(ErrorKind::invalid, name, "is a folder where a file is needed");
  if (!S_ISREG(status.st_mode)) throw Error(ErrorKind::invalid, name, "is not a regular file");
  if (status.st_size == 0)
    throw Error(ErrorKind::damaged, name, "is empty", "check whether it was copied or downloaded completely");
  const auto size = static_cast<std::size_t>(status.st_size);
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.value(), 0);
  if (memory == MAP_FAILED)
    throw Error(kind_of_errno(errno), name, "cannot be mapped into memory: " + system_message(errno));
  bytes_ = {static_cast<const std::byte*>(memory), size};
}

void MappedFile::release(std::span<const std::byte> part) const {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto first = (static_cast<std::size_t>(part.data() - bytes_.data()) + page - 1) / page * page;
  const auto last = static_cast<std::size_t>(part.data() + part.size() - bytes_.data()) / page * page;
  if (first >= last) return;
  // This is only advice; nothing breaks where the system ignores it.
  ::madvise(const_cast<std::byte*>(bytes_.data()) + first,  // NOLINT(cppcoreguidelines-pro-type-const-cast)
            last - first, MADV_DONTNEED);
}

MappedFile::~MappedFile() {
  // munmap wants a pointer to non-const though it writes nothing.
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

}  // namespace colourize
