#include "engine/photo/xmp_statement.h"

#include <string>
#include <utility>
#include <vector>

#include "engine/photo/provenance.h"

namespace colourize::photo {
namespace {

std::string own_key(const std::string& name) {
  return std::string("Xmp.") + provenance_prefix + "." + name;
}
// Exiv2's name for the namespace that others write as Iptc4xmpExt.
std::string iptc_key(const std::string& name) {
  return "Xmp.iptcExt." + name;
}
// Where a property's value of the source is kept, while ours stands at its place.
std::string kept_key(const std::string& name) {
  return own_key(name + "OfSource");
}

std::optional<std::string> value_of(const Exiv2::XmpData& xmp, const std::string& key) {
  const auto found = xmp.findKey(Exiv2::XmpKey(key));
  return found == xmp.end() ? std::nullopt : std::optional(found->toString());
}

void remove(Exiv2::XmpData& xmp, const std::string& key) {
  const auto found = xmp.findKey(Exiv2::XmpKey(key));
  if (found != xmp.end()) xmp.erase(found);
}

const std::vector<std::string>& iptc_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all{"DigitalSourceType"};
    for (const auto& [name, value] : iptc_properties({})) all.push_back(name);
    return all;
  }();
  return names;
}

void remove_statement(Exiv2::XmpData& xmp) {
  const bool ours = value_of(xmp, own_key(provenance_facts().front().name)).has_value();
  for (const std::string& name : iptc_names()) {
    if (!ours) continue;
    remove(xmp, iptc_key(name));
    if (const auto before = value_of(xmp, kept_key(name))) xmp[iptc_key(name)] = *before;
  }
  for (auto at = xmp.begin(); at != xmp.end();) at = at->groupName() == provenance_prefix ? xmp.erase(at) : ++at;
}

}  // namespace

void register_provenance_namespace() {
  Exiv2::XmpProperties::registerNs(provenance_namespace, provenance_prefix);
}

void state(Exiv2::XmpData& xmp, const std::optional<Provenance>& provenance) {
  remove_statement(xmp);
  if (!provenance) return;
  auto properties = iptc_properties(*provenance);
  properties.emplace_back("DigitalSourceType", digital_source_type);
  for (const auto& [name, value] : properties) {
    const auto before = value_of(xmp, iptc_key(name));
    if (before && *before != value) xmp[kept_key(name)] = *before;
    xmp[iptc_key(name)] = value;
  }
  for (const ProvenanceFact& fact : provenance_facts()) xmp[own_key(fact.name)] = *provenance.*fact.value;
}

std::optional<Provenance> stated(const Exiv2::XmpData& xmp) {
  Provenance provenance;
  for (const ProvenanceFact& fact : provenance_facts()) {
    provenance.*fact.value = value_of(xmp, own_key(fact.name)).value_or("");
  }
  if (provenance.program.empty()) return {};
  return provenance;
}

}  // namespace colourize::photo
