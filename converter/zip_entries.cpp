// A zip archive's directory through minizip, read from memory.
#include <minizip/unzip.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "converter/torch_container.h"
#include "system/error.h"

namespace colourize::converter {
namespace {

// minizip reads through functions; these serve it from memory.
struct MemoryFile {
  std::span<const std::byte> bytes;
  std::uint64_t place = 0;
};

void* open_memory(void* memory, const void* /*name*/, int /*mode*/) {
  return memory;
}

uLong read_memory(void* /*opaque*/, void* stream, void* to, uLong size) {
  auto& file = *static_cast<MemoryFile*>(stream);
  const std::uint64_t count = std::min<std::uint64_t>(size, file.bytes.size() - file.place);
  std::memcpy(to, file.bytes.data() + file.place, count);
  file.place += count;
  return count;
}

uLong write_memory(void* /*opaque*/, void* /*stream*/, const void* /*from*/, uLong /*size*/) {
  return 0;
}

ZPOS64_T tell_memory(void* /*opaque*/, void* stream) {
  return static_cast<MemoryFile*>(stream)->place;
}

long seek_memory(void* /*opaque*/, void* stream, ZPOS64_T offset, int origin) {  // NOLINT(google-runtime-int)
  auto& file = *static_cast<MemoryFile*>(stream);
  std::uint64_t base = 0;
  if (origin == ZLIB_FILEFUNC_SEEK_CUR) base = file.place;
  if (origin == ZLIB_FILEFUNC_SEEK_END) base = file.bytes.size();
  const std::uint64_t place = base + offset;
  if (place < base || place > file.bytes.size()) return -1;
  file.place = place;
  return 0;
}

int close_memory(void* /*opaque*/, void* /*stream*/) {
  return 0;
}
int error_memory(void* /*opaque*/, void* /*stream*/) {
  return 0;
}

struct Close {
  void operator()(void* zip) const { unzClose(zip); }
};

// True where two entries share a byte. Torch writes its parts one after another; a file whose parts share bytes was
// made to look large.
bool overlap(const std::map<std::string, std::span<const std::byte>, std::less<>>& entries) {
  std::vector<std::span<const std::byte>> spans;
  for (const auto& [name, bytes] : entries) {
    if (!bytes.empty()) spans.push_back(bytes);
  }
  std::ranges::sort(spans, {}, [](std::span<const std::byte> bytes) { return bytes.data(); });
  const auto meet = [](std::span<const std::byte> first, std::span<const std::byte> second) {
    return first.data() + first.size() > second.data();
  };
  return std::ranges::adjacent_find(spans, meet) != spans.end();
}

}  // namespace

std::map<std::string, std::span<const std::byte>, std::less<>> stored_zip_entries(std::span<const std::byte> file,
                                                                                  const std::string& source) {
  const auto damaged = [&](const std::string& what) {
    return Error(ErrorKind::damaged, source, "is a damaged zip archive: " + what, "fetch it again");
  };
  MemoryFile memory{file};
  zlib_filefunc64_def functions{open_memory, read_memory,  write_memory, tell_memory,
                                seek_memory, close_memory, error_memory, &memory};
  // open_memory() passes the functions' last member, and the "path", which it does not use.
  const std::unique_ptr<void, Close> zip(unzOpen2_64("memory", &functions));
  if (!zip) throw damaged("it has no directory; it may be truncated");

  std::map<std::string, std::span<const std::byte>, std::less<>> entries;
  constexpr std::size_t most_entries = 100'000;
  for (int status = unzGoToFirstFile(zip.get()); status != UNZ_END_OF_LIST_OF_FILE;
       status = unzGoToNextFile(zip.get())) {
    unz_file_info64 info{};
    std::array<char, 512> name_buffer{};
    if (status != UNZ_OK || unzGetCurrentFileInfo64(zip.get(), &info, name_buffer.data(), name_buffer.size() - 1,
                                                    nullptr, 0, nullptr, 0) != UNZ_OK) {
      throw damaged("its directory cannot be read");
    }
    const std::string name = name_buffer.data();
    if (entries.size() >= most_entries) throw damaged("it has too many parts");
    if (info.size_filename >= name_buffer.size()) throw damaged("the name of a part is too long");
    if (entries.contains(name)) throw damaged("it has two parts named " + name);
    std::span<const std::byte>& bytes = entries[name];
    if (info.uncompressed_size == 0) continue;  // folders, and storages without elements
    constexpr uLong encrypted = 1;
    if ((info.flag & encrypted) != 0) {
      throw Error(ErrorKind::unsupported, source, "is a zip archive with encrypted parts, as torch never writes them");
    }
    if (info.compression_method != 0)
      throw Error(ErrorKind::unsupported, source, "is a zip archive with compressed parts, as torch never writes them");
    int method = 0;
    int level = 0;
    if (unzOpenCurrentFile2(zip.get(), &method, &level, /*raw=*/1) != UNZ_OK)
      throw damaged("where its directory says that " + name + " lies, there is none such");
    const std::uint64_t place = unzGetCurrentFileZStreamPos64(zip.get());
    unzCloseCurrentFile(zip.get());
    if (place > file.size() || info.uncompressed_size > file.size() - place) {
      throw damaged(name + " is longer than the file");
    }
    bytes = file.subspan(place, info.uncompressed_size);
  }
  if (overlap(entries)) throw damaged("its parts overlap");
  return entries;
}

}  // namespace colourize::converter
