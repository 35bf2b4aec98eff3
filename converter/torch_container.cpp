#include "converter/torch_container.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "system/error.h"

namespace colourize::converter {
namespace {

using namespace std::string_view_literals;

constexpr auto legacy_magic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv;  // 0x1950a86a20f9469cfc6c, little-endian
constexpr std::int64_t legacy_protocol = 1001;

struct Lookalike {
  std::string_view begin;
  const char* what;
};
constexpr std::array lookalikes{
    Lookalike{"<"sv, "a web page; the address may have moved, or ask for a login"},
    Lookalike{"version https://git-lfs"sv, "a Git LFS pointer, not the file itself; fetch it with Git LFS"},
    Lookalike{"\x1f\x8b"sv, "a gzip archive; unpack it first"},
    Lookalike{"\x89HDF"sv, "an HDF5 file, as Keras writes them, not torch"},
};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT: to compare with texts
}

// Runs the pickles of a legacy file one after another.
class LegacyReader {
 public:
  LegacyReader(std::span<const std::byte> file, const std::string& source) : rest_(file), source_(source) {}

  std::pair<std::unique_ptr<PickleMachine>, const PickleNode*> next() {
    auto machine = std::make_unique<PickleMachine>(rest_, source_);
    const PickleNode& object = machine->run();
    rest_ = rest_.subspan(machine->size());
    return {std::move(machine), &object};
  }
  std::span<const std::byte> rest() const { return rest_; }
  void skip(std::size_t count) { rest_ = rest_.subspan(count); }

 private:
  std::span<const std::byte> rest_;
  const std::string& source_;
};

// The class of each storage by its key, from the pickle's persistent ids ("storage", class, key, location, elements,
// ...). The walk uses a list of its own, because a hostile pickle can nest deeper than a call stack.
std::map<std::string, std::string_view, std::less<>> storage_classes(const PickleNode& object) {
  std::map<std::string, std::string_view, std::less<>> classes;
  std::vector<const PickleNode*> open{&object};
  std::map<const PickleNode*, bool> seen;
  while (!open.empty()) {
    const PickleNode* node = open.back();
    open.pop_back();
    if (node->items.empty() || !seen.emplace(node, true).second) continue;
    if (node->is(PickleNode::Kind::persistent)) {
      const auto& id = node->items[0]->items;
      const bool storage = id.size() >= 3 && id[1]->is(PickleNode::Kind::global) && id[2]->is(PickleNode::Kind::text);
      if (storage) classes.emplace(id[2]->text, id[1]->text);
      continue;
    }
    open.insert(open.end(), node->items.begin(), node->items.end());
  }
  return classes;
}

std::uint64_t little_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8U | std::to_integer<std::uint64_t>(bytes[i]);
  return value;
}

TorchContainer read_legacy(std::span<const std::byte> file, const std::string& source) {
  LegacyReader reader(file, source);
  const auto [magic_machine, magic] = reader.next();
  if (!magic->is(PickleNode::Kind::integer) || magic->text != legacy_magic) {
    throw Error(ErrorKind::unsupported, source, "is a pickle, but not one that torch.save writes");
  }
  const auto [protocol_machine, protocol] = reader.next();
  if (protocol->integer != legacy_protocol)
    throw Error(ErrorKind::unsupported, source, "is a torch file of an unknown protocol");
  reader.next();  // the system that wrote it

  TorchContainer container;
  container.legacy = true;
  std::tie(container.machine, container.object) = reader.next();
  const auto [keys_machine, keys] = reader.next();
  const auto classes = storage_classes(*container.object);
  for (const PickleNode* key : keys->items) {
    const auto storage_class = classes.find(key->text);
    const std::size_t size = storage_class == classes.end() ? 0 : storage_element_size(storage_class->second);
    if (!key->is(PickleNode::Kind::text) || size == 0)
      throw Error(ErrorKind::damaged, source, "has storages of an unknown type");
    constexpr std::size_t count_bytes = 8;
    if (reader.rest().size() < count_bytes) throw Error(ErrorKind::damaged, source, "is truncated", "fetch it again");
    const std::uint64_t count = little_endian(reader.rest());
    reader.skip(count_bytes);
    if (count > reader.rest().size() / size) throw Error(ErrorKind::damaged, source, "is truncated", "fetch it again");
    container.storages[std::string(key->text)] = reader.rest().first(count * size);
    reader.skip(count * size);
  }
  return container;
}

TorchContainer read_zip(std::span<const std::byte> file, const std::string& source) {
  constexpr auto pickle_name = "/data.pkl"sv;
  auto entries = stored_zip_entries(file, source);
  const auto pickle =
      std::ranges::find_if(entries, [&](const auto& entry) { return entry.first.ends_with(pickle_name); });
  if (pickle == entries.end()) {
    throw Error(ErrorKind::unsupported, source,
                "is a zip archive, but not one that torch.save writes: it has no data.pkl");
  }
  const std::string prefix = pickle->first.substr(0, pickle->first.size() - pickle_name.size()) + "/data/";
  TorchContainer container;
  container.machine = std::make_unique<PickleMachine>(pickle->second, source);
  container.object = &container.machine->run();
  for (const auto& [name, bytes] : entries) {
    if (name.starts_with(prefix)) container.storages[name.substr(prefix.size())] = bytes;
  }
  return container;
}

}  // namespace

std::size_t storage_element_size(std::string_view storage_class) {
  struct Entry {
    std::string_view name;
    std::size_t size;
  };
  static constexpr std::array entries{
      Entry{"torch FloatStorage", 4},    Entry{"torch HalfStorage", 2},       Entry{"torch BFloat16Storage", 2},
      Entry{"torch DoubleStorage", 8},   Entry{"torch LongStorage", 8},       Entry{"torch IntStorage", 4},
      Entry{"torch ShortStorage", 2},    Entry{"torch CharStorage", 1},       Entry{"torch ByteStorage", 1},
      Entry{"torch BoolStorage", 1},     Entry{"torch.cuda FloatStorage", 4}, Entry{"torch.cuda HalfStorage", 2},
      Entry{"torch.cuda LongStorage", 8}};
  const auto* found = std::ranges::find(entries, storage_class, &Entry::name);
  return found == entries.end() ? 0 : found->size;
}

TorchContainer read_container(std::span<const std::byte> file, const std::string& source) {
  const std::string_view text = text_of(file);
  for (const Lookalike& lookalike : lookalikes) {
    if (text.starts_with(lookalike.begin))
      throw Error(ErrorKind::unsupported, source, std::string("is ") + lookalike.what);
  }
  if (text.starts_with("PK\x03\x04")) return read_zip(file, source);
  if (text.starts_with("\x80")) return read_legacy(file, source);
  throw Error(ErrorKind::unsupported, source, "is not a file that torch.save writes");
}

}  // namespace colourize::converter
