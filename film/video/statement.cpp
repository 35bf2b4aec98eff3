#include "film/video/statement.h"

#include <nlohmann/json.hpp>

namespace colourize::film {
namespace {

constexpr std::string_view mark = "colourize: {";
constexpr auto type_name = "DigitalSourceType";

// Where a line of ours begins, at or after `from`; npos where none does.
std::size_t find_line(std::string_view comment, std::size_t from) {
  for (std::size_t at = comment.find(mark, from); at != std::string_view::npos; at = comment.find(mark, at + 1)) {
    if (at == 0 || comment[at - 1] == '\n' || comment[at - 1] == '\r') return at;
  }
  return std::string_view::npos;
}

std::size_t end_of_line(std::string_view comment, std::size_t begin) {
  return std::min(comment.find_first_of("\r\n", begin), comment.size());
}

std::optional<Provenance> parsed(std::string_view line) {
  const auto object = nlohmann::json::parse(line.substr(mark.size() - 1), nullptr, false);
  if (!object.is_object() || !object.contains(type_name)) return {};
  Provenance provenance;
  for (const ProvenanceFact& fact : provenance_facts()) {
    const auto value = object.find(fact.name);
    if (value == object.end() || !value->is_string()) return {};
    provenance.*fact.value = value->get<std::string>();
  }
  return provenance;
}

}  // namespace

std::string statement_line(const Provenance& provenance) {
  nlohmann::json object{{type_name, digital_source_type}};
  for (const ProvenanceFact& fact : provenance_facts()) object[fact.name] = provenance.*fact.value;
  return std::string(mark.substr(0, mark.size() - 1)) +
         object.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string with_statement(std::string_view comment, const std::optional<Provenance>& provenance) {
  std::string text(comment);
  for (std::size_t at = find_line(text, 0); at != std::string::npos; at = find_line(text, at)) {
    const std::size_t end = end_of_line(text, at);
    if (!parsed(std::string_view(text).substr(at, end - at))) {
      at = end;  // not ours
      continue;
    }
    const std::size_t begin = at > 0 ? at - 1 : at;  // with the line break before it
    text.erase(begin, end - begin);
    at = begin;
  }
  if (provenance) text += (text.empty() ? "" : "\n") + statement_line(*provenance);
  return text;
}

std::optional<Provenance> statement_in(std::string_view comment) {
  for (std::size_t at = find_line(comment, 0); at != std::string_view::npos; at = find_line(comment, at + 1)) {
    if (auto provenance = parsed(comment.substr(at, end_of_line(comment, at) - at))) return provenance;
  }
  return {};
}

}  // namespace colourize::film
