#include "tests/support/torch_writer.h"

#include <zlib.h>

#include <algorithm>
#include <fstream>

#include "converter/folding.h"
#include "system/error.h"
#include "tests/support/torch_pickle.h"

namespace colourize::tests {
namespace {

// A file that is written from its beginning to its end.
class Output {
 public:
  explicit Output(const std::filesystem::path& path) : path_(path), file_(path, std::ios::binary) { check(); }

  void write(std::span<const std::byte> bytes) {
    file_.write(reinterpret_cast<const char*>(bytes.data()),  // NOLINT: bytes as characters
                static_cast<std::streamsize>(bytes.size()));
    check();
    written_ += bytes.size();
  }
  void write(const std::string& text) { write(std::as_bytes(std::span(text))); }
  void close() {
    file_.close();
    check();
  }
  std::uint64_t written() const { return written_; }

 private:
  void check() const {
    if (!file_)
      throw Error(ErrorKind::no_disk, path_.string(), "cannot be written",
                  "make room for it, or set TMPDIR to where there is");
  }

  std::filesystem::path path_;
  std::ofstream file_;
  std::uint64_t written_ = 0;
};

// Little-endian fields, one after another: a record of a zip archive.
class Record {
 public:
  explicit Record(const std::string& mark) : bytes_("PK" + mark) {}

  Record& u16(std::uint64_t value) { return append(value, 2); }
  Record& u32(std::uint64_t value) { return append(value, 4); }
  Record& u64(std::uint64_t value) { return append(value, 8); }
  Record& text(const std::string& value) {
    bytes_ += value;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  Record& append(std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) bytes_ += static_cast<char>(value >> (8 * i));
    return *this;
  }

  std::string bytes_;
};

// An archive as PyTorch writes it: nothing compressed, sizes and sums behind the contents, UTF-8 names, a directory of
// the 64-bit kind beside the old one.
class ZipWriter {
 public:
  explicit ZipWriter(Output& output) : output_(output) {}

  void add(const std::string& name, const std::function<void(const ByteSink&)>& write) {
    const std::uint64_t header = output_.written();
    // Filled up by an extra field, so that the contents can be used from a mapped file.
    constexpr std::uint64_t alignment = 64;
    constexpr std::uint64_t fixed = 30;
    constexpr std::uint64_t extra_header = 4;
    const std::uint64_t before = header + fixed + name.size() + extra_header;
    const std::uint64_t filler = (alignment - before % alignment) % alignment;
    Record local(local_mark);
    local.u16(0).u16(flags).u16(0).u32(0).u32(0).u32(0).u32(0).u16(name.size()).u16(extra_header + filler);
    local.text(name).text("FB").u16(filler).text(std::string(filler, 'Z'));
    output_.write(local.bytes());

    const std::uint64_t begin = output_.written();
    uLong sum = crc32(0, nullptr, 0);
    write([&](std::span<const std::byte> bytes) {
      sum = crc32_z(sum, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());  // NOLINT: zlib's bytes
      output_.write(bytes);
    });
    const std::uint64_t size = output_.written() - begin;
    if (output_.written() > largest)
      throw Error(ErrorKind::unsupported, name, "would need a zip archive larger than the tests write");
    output_.write(Record("\x07\x08").u32(sum).u32(size).u32(size).bytes());
    Record entry("\x01\x02");
    entry.u16(0).u16(0).u16(flags).u16(0).u32(0).u32(sum).u32(size).u32(size).u16(name.size());
    entry.u16(0).u16(0).u16(0).u16(0).u32(0).u32(header).text(name);
    directory_ += entry.bytes();
    ++entries_;
  }

  void add(const std::string& name, const std::string& content) {
    add(name, [&](const ByteSink& sink) { sink(std::as_bytes(std::span(content))); });
  }

  void finish() {
    const std::uint64_t begin = output_.written();
    output_.write(directory_);
    const std::uint64_t end = output_.written();
    constexpr std::uint64_t rest_of_record = 44;
    constexpr std::uint64_t maker = 0x031E;
    constexpr std::uint64_t version = 45;  // the first that knows 64-bit directories
    Record wide("\x06\x06");
    wide.u64(rest_of_record).u16(maker).u16(version).u32(0).u32(0).u64(entries_).u64(entries_);
    wide.u64(directory_.size()).u64(begin);
    output_.write(wide.bytes());
    output_.write(Record("\x06\x07").u32(0).u64(end).u32(1).bytes());
    Record last("\x05\x06");
    last.u16(0).u16(0).u16(entries_).u16(entries_).u32(directory_.size()).u32(begin).u16(0);
    output_.write(last.bytes());
  }

 private:
  static constexpr const char* local_mark = "\x03\x04";
  static constexpr std::uint64_t flags = 0x0808;  // sizes behind the contents; UTF-8
  static constexpr std::uint64_t largest = 0xFFFF'0000;

  Output& output_;
  std::string directory_;
  std::uint64_t entries_ = 0;
};

void write_zip(Output& output, const std::vector<TorchTensor>& tensors, bool wrapped) {
  std::vector<PickledTensor> pickled;
  pickled.reserve(tensors.size());
  for (const TorchTensor& tensor : tensors) {
    pickled.push_back({tensor.name, tensor.type, tensor.shape, std::to_string(pickled.size())});
  }
  ZipWriter zip(output);
  zip.add("archive/data.pkl", pickle_state_dict(pickled, wrapped, /*legacy=*/false));
  zip.add("archive/byteorder", "little");
  for (std::size_t i = 0; i < tensors.size(); ++i) zip.add("archive/data/" + std::to_string(i), tensors[i].write);
  zip.add("archive/version", "3\n");
  zip.finish();
}

void write_legacy(Output& output, const std::vector<TorchTensor>& tensors, bool wrapped) {
  // Storages are named by their addresses, and follow in the order of these as text. The tensors' places in memory have
  // nothing to do with their order in the state dict.
  constexpr std::uint64_t first_address = 94'143'848'000'000;
  constexpr std::size_t step = 211;  // a prime, so that every place is taken once
  std::vector<PickledTensor> pickled;
  std::vector<std::pair<std::string, const TorchTensor*>> storages;
  for (const TorchTensor& tensor : tensors) {
    const std::size_t place = pickled.size() * step % tensors.size();
    const std::string key = std::to_string(first_address + 144 * place);
    pickled.push_back({tensor.name, tensor.type, tensor.shape, key});
    storages.emplace_back(key, &tensor);
  }
  std::ranges::sort(storages);
  std::vector<std::string> keys;
  keys.reserve(storages.size());
  for (const auto& [key, tensor] : storages) keys.push_back(key);
  output.write(pickle_legacy_beginning());
  output.write(pickle_state_dict(pickled, wrapped, /*legacy=*/true));
  output.write(pickle_list(keys));
  for (const auto& [key, tensor] : storages) {
    const std::uint64_t count = converter::element_count(tensor->shape);
    output.write(std::as_bytes(std::span(&count, 1)));  // as little-endian as the machine, as torch does
    tensor->write([&](std::span<const std::byte> bytes) { output.write(bytes); });
  }
}

}  // namespace

void write_torch_file(const std::filesystem::path& path, const std::vector<TorchTensor>& tensors,
                      TorchContainer container, bool wrapped) {
  Output output(path);
  if (container == TorchContainer::zip) {
    write_zip(output, tensors, wrapped);
  } else {
    write_legacy(output, tensors, wrapped);
  }
  output.close();
}

}  // namespace colourize::tests
