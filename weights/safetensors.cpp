#include "weights/safetensors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "system/error.h"

namespace colourize::weights {
namespace {

using Json = nlohmann::json;

constexpr std::size_t length_bytes = 8;
constexpr std::uint64_t largest_header = 100'000'000;  // as the format's own reader has it
constexpr std::size_t most_dimensions = 8;

struct TypeFacts {
  DataType type;
  std::string_view name;
  std::size_t size;
};
constexpr std::array<TypeFacts, 13> type_facts{{{DataType::f64, "F64", 8},
                                                {DataType::f32, "F32", 4},
                                                {DataType::f16, "F16", 2},
                                                {DataType::bf16, "BF16", 2},
                                                {DataType::i64, "I64", 8},
                                                {DataType::i32, "I32", 4},
                                                {DataType::i16, "I16", 2},
                                                {DataType::i8, "I8", 1},
                                                {DataType::u64, "U64", 8},
                                                {DataType::u32, "U32", 4},
                                                {DataType::u16, "U16", 2},
                                                {DataType::u8, "U8", 1},
                                                {DataType::boolean, "BOOL", 1}}};

const TypeFacts& facts_of(DataType type) {
  return *std::ranges::find(type_facts, type, &TypeFacts::type);
}

constexpr auto remedy = "fetch or convert the weights again";

// Messages show names from the file; a hostile name must not flood or garble the terminal.
std::string quoted(const std::string& name) {
  constexpr std::size_t longest = 80;
  std::string text = name.substr(0, longest);
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
  return "'" + text + (name.size() > longest ? "...'" : "'");
}

// A source file's name need not be UTF-8, but JSON is.
std::string text_of(const Json& header) {
  return header.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::uint64_t read_length(std::span<const std::byte> file) {
  std::uint64_t length = 0;
  for (std::size_t i = length_bytes; i-- > 0;) length = length << 8 | std::to_integer<std::uint64_t>(file[i]);
  return length;
}

// The product of the shape and the type's size; none where a dimension is not a natural number or the product
// overflows.
std::optional<std::uint64_t> bytes_of(const Json& shape, DataType type, Dimensions& dimensions) {
  if (!shape.is_array() || shape.size() > most_dimensions) return {};
  std::uint64_t bytes = size_of(type);
  for (const Json& dimension : shape) {
    if (!dimension.is_number_unsigned()) return {};
    const auto value = dimension.get<std::uint64_t>();
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
    if (value != 0 && bytes > std::numeric_limits<std::uint64_t>::max() / value) return {};
    bytes *= value;
    dimensions.push_back(static_cast<std::int64_t>(value));
  }
  return bytes;
}

TensorEntry parse_entry(const std::string& key, const Json& value, std::span<const std::byte> data,
                        const std::string& file) {
  const auto bad = [&](const std::string& what) {
    return Error(ErrorKind::damaged, file, "is damaged: tensor " + quoted(key) + " " + what, remedy);
  };
  if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") || !value.contains("data_offsets")) {
    throw bad("lacks its type, shape or place");
  }
  TensorEntry entry;
  const Json& type = value["dtype"];
  const auto* facts =
      type.is_string() ? std::ranges::find(type_facts, type.get<std::string>(), &TypeFacts::name) : type_facts.end();
  if (facts == type_facts.end()) throw bad("has an unknown type");
  entry.type = facts->type;
  const auto bytes = bytes_of(value["shape"], entry.type, entry.shape);
  if (!bytes) throw bad("has an impossible shape");
  const Json& offsets = value["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned()) {
    throw bad("has an impossible place");
  }
  const auto begin = offsets[0].get<std::uint64_t>();
  const auto end = offsets[1].get<std::uint64_t>();
  if (begin > end || end > data.size()) {
    throw bad("ends at byte " + std::to_string(end) + " of " + std::to_string(data.size()) + ": the file is truncated");
  }
  if (end - begin != *bytes) {
    throw bad("takes " + std::to_string(end - begin) + " bytes where " + to_string(entry.shape) + " needs " +
              std::to_string(*bytes));
  }
  entry.bytes = data.subspan(begin, end - begin);
  return entry;
}

// The tensors must follow each other without gap or overlap from the data's first byte to its last.
void check_tiling(const SafetensorsContents& contents, std::span<const std::byte> data, const std::string& file) {
  std::vector<std::pair<std::span<const std::byte>, const std::string*>> places;
  for (const auto& [name, entry] : contents.tensors) places.emplace_back(entry.bytes, &name);
  std::ranges::sort(places, [](const auto& a, const auto& b) {
    return std::pair(a.first.data(), a.first.size()) < std::pair(b.first.data(), b.first.size());
  });
  const std::byte* expected = data.data();
  for (const auto& [bytes, name] : places) {
    if (bytes.data() != expected) {
      const char* what = bytes.data() < expected ? " overlaps another" : " leaves a gap before it";
      throw Error(ErrorKind::damaged, file, "is damaged: tensor " + quoted(*name) + what, remedy);
    }
    expected = bytes.data() + bytes.size();
  }
  if (expected != data.data() + data.size())
    throw Error(ErrorKind::damaged, file, "is damaged: bytes follow its last tensor", remedy);
}

Metadata parse_metadata(const Json& value, const std::string& file) {
  Metadata metadata;
  if (!value.is_object()) throw Error(ErrorKind::damaged, file, "is damaged: its metadata is not a table", remedy);
  for (const auto& [key, text] : value.items()) {
    if (!text.is_string())
      throw Error(ErrorKind::damaged, file, "is damaged: its metadata " + quoted(key) + " is not text", remedy);
    metadata.emplace(key, text.get<std::string>());
  }
  return metadata;
}

}  // namespace

std::size_t size_of(DataType type) {
  return facts_of(type).size;
}

std::string_view name_of(DataType type) {
  return facts_of(type).name;
}

std::string to_string(const Dimensions& shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (const std::int64_t dimension : shape) text += (text.empty() ? "" : " x ") + std::to_string(dimension);
  return text;
}

SafetensorsContents parse_safetensors(std::span<const std::byte> file, const std::string& name) {
  if (file.size() < length_bytes)
    throw Error(ErrorKind::damaged, name, "is not a .safetensors file: it is too short", remedy);
  const std::uint64_t header_bytes = read_length(file);
  if (header_bytes > largest_header)
    throw Error(ErrorKind::damaged, name, "is not a .safetensors file: its first bytes give no header length", remedy);
  if (header_bytes > file.size() - length_bytes)
    throw Error(ErrorKind::damaged, name, "is truncated: its header is longer than the file", remedy);
  const auto* text = reinterpret_cast<const char*>(file.data() + length_bytes);  // NOLINT: bytes of a text
  const Json header = Json::parse(text, text + header_bytes, nullptr, /*allow_exceptions=*/false);
  if (!header.is_object())
    throw Error(ErrorKind::damaged, name, "is not a .safetensors file: its header is not JSON", remedy);

  const std::span<const std::byte> data = file.subspan(length_bytes + header_bytes);
  SafetensorsContents contents;
  for (const auto& [key, value] : header.items()) {
    if (key == "__metadata__") {
      contents.metadata = parse_metadata(value, name);
    } else {
      contents.tensors.emplace(key, parse_entry(key, value, data, name));
    }
  }
  check_tiling(contents, data, name);
  return contents;
}

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& target, const std::vector<Plan>& plans,
                                     const Metadata& metadata)
    : target_(target.string()), file_(target) {
  Json header = Json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  for (const Plan& plan : plans) {
    std::uint64_t bytes = size_of(plan.type);
    for (const std::int64_t dimension : plan.shape) bytes *= static_cast<std::uint64_t>(dimension);
    header[plan.name] = {
        {"dtype", name_of(plan.type)}, {"shape", plan.shape}, {"data_offsets", {expected_, expected_ + bytes}}};
    expected_ += bytes;
  }
  header_ = text_of(header);
  // Spaces up to a multiple of 64. A tensor whose predecessors have sizes that are multiples of its alignment is then
  // aligned in the mapped file, and can be used from there.
  constexpr std::size_t alignment = 64;
  header_.resize((length_bytes + header_.size() + alignment - 1) / alignment * alignment - length_bytes, ' ');
  std::array<std::byte, length_bytes> length{};
  for (std::size_t i = 0; i < length_bytes; ++i) {
    length.at(i) = static_cast<std::byte>(header_.size() >> (8 * i) & 0xFF);
  }
  file_.write(length);
  file_.write(std::as_bytes(std::span(header_)));
}

void SafetensorsWriter::append(std::span<const std::byte> bytes) {
  appended_ += bytes.size();
  file_.write(bytes);
}

void SafetensorsWriter::replace_metadata(const std::string& key, std::string_view value) {
  Json header = Json::parse(header_);
  Json& replaced = header.at("__metadata__").at(key);
  if (replaced.get_ref<const std::string&>().size() != value.size()) {
    throw Error(ErrorKind::failed, target_,
                "was not written: the metadata's " + key + " was laid out with another length");
  }
  replaced = value;
  std::string text = text_of(header);
  text.resize(header_.size(), ' ');
  header_ = std::move(text);
  file_.rewrite(length_bytes, std::as_bytes(std::span(header_)));
}

void SafetensorsWriter::commit() {
  if (appended_ != expected_) {
    throw Error(
        ErrorKind::failed, target_,
        "was not written: " + std::to_string(appended_) + " of " + std::to_string(expected_) + " bytes arrived");
  }
  file_.commit();
}

}  // namespace colourize::weights
