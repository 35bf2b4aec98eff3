#include "engine/photo/provenance.h"

#include <array>
#include <utility>

#include "engine/photo/formats/table.h"
#include "system/error.h"
#include "system/mapped_file.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

// What stands around a statement that is added as text. Nothing else may begin so: the namespace is our own.
constexpr auto statement_begins = "<rdf:Description rdf:about=\"\" xmlns:colourize=\"urn:x-colourize:provenance:1#\""sv;
constexpr auto statement_ends = "/>\n"sv;
constexpr auto description_ends = "</rdf:RDF>"sv;

// XML 1.0, 2.4 and 4.6; control characters and line breaks are replaced, because XML has no other way for them.
std::string escaped_attribute(std::string_view value) {
  std::string text;
  for (const char c : value) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      default:
        text += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
  return text;
}

std::string unescaped_attribute(std::string_view value) {
  static constexpr std::array<std::pair<std::string_view, char>, 4> entities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&amp;", '&'}}};
  std::string text;
  while (!value.empty()) {
    std::size_t length = 1;
    char meant = value.front();
    for (const auto& [entity, character] : entities) {
      if (value.starts_with(entity)) {
        length = entity.size();
        meant = character;
      }
    }
    text += meant;
    value.remove_prefix(length);
  }
  return text;
}

std::string attribute(std::string_view prefix, std::string_view name, std::string_view value) {
  return " " + std::string(prefix) + ":" + std::string(name) + "=\"" + escaped_attribute(value) + '"';
}

std::string statement_text(const Provenance& provenance) {
  std::string text(statement_begins);
  text += " xmlns:Iptc4xmpExt=\"" + std::string(iptc_namespace) + '"';
  text += attribute("Iptc4xmpExt", "DigitalSourceType", digital_source_type);
  for (const auto& [name, value] : iptc_properties(provenance)) text += attribute("Iptc4xmpExt", name, value);
  for (const ProvenanceFact& fact : provenance_facts()) {
    text += attribute(provenance_prefix, fact.name, provenance.*fact.value);
  }
  return text + std::string(statement_ends);
}

// From statement_begins to statement_ends, both included; empty where there is none.
std::string_view find_statement(std::string_view packet) {
  const std::size_t begin = packet.find(statement_begins);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = packet.find(statement_ends, begin);
  return end == std::string_view::npos ? std::string_view() : packet.substr(begin, end + statement_ends.size() - begin);
}

// Texts that the source's metadata cannot hold go to the result only where its format has a place for them.
bool carries_texts(const std::filesystem::path& target) {
  const PictureFormat* format = output_format(target);
  return format != nullptr && format->with_texts != nullptr;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> iptc_properties(const Provenance& provenance) {
  const std::size_t space = provenance.program.find(' ');
  const std::string version = space == std::string::npos ? std::string() : provenance.program.substr(space + 1);
  return {{"AISystemUsed", provenance.program.substr(0, space) + ", generator " + provenance.generator},
          {"AISystemVersionUsed", version}};
}

std::string photo_options(const std::filesystem::path& target, const DecodeOptions& decoding,
                          const EncodeOptions& encoding, bool side_by_side, bool exact, const std::string& precision) {
  const PictureFormat* format = output_format(target);
  const std::string_view name = format == nullptr ? std::string_view() : format->name;
  std::string compression;
  for (const auto& [choice, meant] : tiff_compressions()) {
    if (meant == encoding.tiff_compression && meant != EncodeOptions().tiff_compression) compression = choice;
  }
  std::string transfer;
  for (const auto& [choice, meant] : film_transfers()) {
    if (meant == decoding.dpx_transfer) transfer = choice;
  }
  const bool lossless = (name == "WebP" && encoding.webp_lossless) || (name == "JPEG XL" && encoding.jxl_lossless);
  const std::array<std::string, 6> parts{
      exact ? "exact" : "",
      side_by_side ? "side by side" : "",
      name == "TIFF" && !compression.empty() ? "TIFF compression " + compression : "",
      lossless ? "lossless" : "",
      transfer.empty() ? "" : "DPX transfer " + transfer,
      precision.empty() ? "" : "precision " + precision};
  return options_text(parts);
}

std::string with_statement(std::string packet, const std::optional<Provenance>& provenance) {
  for (std::string_view old = find_statement(packet); !old.empty(); old = find_statement(packet)) {
    packet.erase(static_cast<std::size_t>(old.data() - packet.data()), old.size());
  }
  if (!provenance) return packet;
  const std::size_t place = packet.rfind(description_ends);
  if (place == std::string::npos) return {};
  return packet.insert(place, statement_text(*provenance));
}

std::optional<Provenance> statement_in(std::string_view packet) {
  const std::string_view text = find_statement(packet);
  if (text.empty()) return {};
  Provenance provenance;
  for (const ProvenanceFact& fact : provenance_facts()) {
    const std::string begin = " " + std::string(provenance_prefix) + ":" + fact.name + "=\"";
    const std::size_t at = text.find(begin);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = text.substr(at + begin.size());
    provenance.*fact.value = unescaped_attribute(rest.substr(0, rest.find('"')));
  }
  return provenance;
}

void state_provenance(Photo& photo, const std::optional<Provenance>& provenance, const std::filesystem::path& target,
                      const std::string& name, const Warn& warn) {
  bool stated = false;
  for (Text& text : photo.texts) {
    if (text.kind != Text::Kind::xmp || !carries_texts(target)) continue;
    std::string changed = with_statement(text.data, provenance);
    // Of two packets in one file, readers take either: both state it.
    if (changed.empty()) {
      if (provenance) warn(name + ": its XMP cannot be parsed and has no place for the result's provenance");
      changed = with_statement(text.data, {});
    }
    text.data = std::move(changed);
    stated = true;
  }
  photo.metadata = photo.metadata.with_provenance(stated ? std::nullopt : provenance);
}

std::optional<Provenance> stated_provenance(const std::filesystem::path& file) {
  try {
    const MappedFile mapped(file);
    return Metadata::read(mapped.bytes(), file.string(), ignore_warnings).provenance();
  } catch (const Error&) {
    return {};
  }
}

}  // namespace colourize::photo
