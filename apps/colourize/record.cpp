#include "apps/colourize/record.h"

#include <spdlog/fmt/fmt.h>

#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "apps/colourize/earlier_result.h"
#include "apps/colourize/escaped.h"
#include "apps/colourize/record_options.h"
#include "system/error.h"
#include "system/mapped_file.h"
#include "system/output_file.h"
#include "system/sha256.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr auto form = "colourize_record";
constexpr int form_number = 1;
constexpr std::size_t most_bytes = 1U << 20U;  // of a record; ours have two thousand or so

fs::path canonical_path(const fs::path& path) {
  std::error_code ignored;
  return fs::weakly_canonical(fs::absolute(path, ignored), ignored);
}

// From the record's folder, so that a folder moves with its records.
fs::path source_for(const fs::path& record, const fs::path& source) {
  const fs::path folder = canonical_path(record).parent_path();
  const fs::path relative = canonical_path(source).lexically_relative(folder);
  return relative.empty() ? canonical_path(source) : relative;
}

Error damaged(const fs::path& record, const std::string& what) {
  return {ErrorKind::damaged, record.string(), "is no record: " + what};
}

json read_json(const fs::path& record) {
  const MappedFile file(record);
  if (file.bytes().size() > most_bytes) throw damaged(record, "it has more than a million bytes");
  const auto* text = reinterpret_cast<const char*>(file.bytes().data());        // NOLINT: the same bytes
  json parsed = json::parse(text, text + file.bytes().size(), nullptr, false);  // NOLINT(*-pointer-arithmetic)
  if (!parsed.is_object() || !parsed.contains(form)) throw damaged(record, "it is no JSON of that form");
  if (parsed[form] != form_number) {
    throw Error(ErrorKind::unsupported, record.string(), "has a form that this version does not know",
                "use a newer version");
  }
  return parsed;
}

std::string text_of(const fs::path& record, const json& object, const std::string& key) {
  std::string text;
  try {
    text = true_text(object, key);
  } catch (const json::exception&) {
    throw damaged(record, fmt::format("its {} is missing or no text", key));
  } catch (const Error&) {
    throw damaged(record, fmt::format("its {}_b64 is no Base64", key));
  }
  if (text.find('\0') != std::string::npos) throw damaged(record, fmt::format("its {} has a zero in it", key));
  return text;
}

Provenance provenance_in(const fs::path& record, const json& parsed) {
  Provenance provenance;
  const auto facts = parsed.find("provenance");
  if (facts == parsed.end() || !facts->is_object()) throw damaged(record, "its provenance is missing");
  for (const ProvenanceFact& fact : provenance_facts()) provenance.*fact.value = text_of(record, *facts, fact.name);
  return provenance;
}

// Beside the record, whatever it says: it may not name another place to write to.
fs::path result_beside(const fs::path& record, const std::string& name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
    throw damaged(record, "its result is no name of a file");
  }
  return record.parent_path() / name;
}

bool is_sum(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string sha256_of(const fs::path& file) {
  return sha256(MappedFile(file).bytes());
}

}  // namespace

fs::path record_path(const fs::path& result) {
  return result.string() + ".json";
}

void write_record(const Job& job, const ColourArguments& arguments, const Provenance& stated,
                  const std::string& device) {
  const fs::path path = record_path(job.target);
  refuse_link(path);
  ColourArguments made = arguments;
  made.common.device = device;
  json provenance = json::object();
  for (const ProvenanceFact& fact : provenance_facts()) provenance[fact.name] = stated.*fact.value;
  json record{{form, form_number},
              {"digital_source_type", digital_source_type},
              {"source", source_for(path, job.source).string()},
              {"result", job.target.filename().string()},
              {"result_sha256", sha256_of(job.target)},
              {"provenance", provenance},
              {"options", recorded_options(made)}};
  add_true_texts(record);
  const std::string text = record.dump(2, ' ', true, json::error_handler_t::replace) + "\n";
  OutputFile file(path);
  file.write(std::as_bytes(std::span(text)));
  file.commit();
}

Recorded read_record(const ColourArguments& given) {
  const fs::path& path = *given.from_record;
  const json record = read_json(path);
  Recorded recorded{.arguments = given, .provenance = provenance_in(path, record), .result_sha256 = {}};
  recorded.result_sha256 = text_of(path, record, "result_sha256");
  if (!is_sum(recorded.result_sha256)) throw damaged(path, "its result_sha256 is no checksum");
  const std::string device = given.common.device;
  set_options(record.value("options", json()), path.string(), recorded.arguments);
  if (given.common.device_given) recorded.arguments.common.device = device;
  const fs::path source = text_of(path, record, "source");
  if (source.empty()) throw damaged(path, "its source has no name");
  const fs::path found = source.is_absolute() ? source : path.parent_path() / source;
  std::error_code ignored;
  if (found == "-" || fs::is_directory(found, ignored)) throw damaged(path, "its source is no file");
  recorded.arguments.inputs = {found};
  const fs::path result = result_beside(path, text_of(path, record, "result"));
  if (!given.output) recorded.arguments.output = result;
  return recorded;
}

void expect_recorded(const Recorded& recorded, const Job& job, const Provenance& now) {
  const std::string record = recorded.arguments.from_record->string();
  if (now.generator != recorded.provenance.generator || now.weights != recorded.provenance.weights) {
    throw Error(ErrorKind::invalid, record,
                now.generator == recorded.provenance.generator
                    ? "names other weights of the generator " + now.generator + " than those that are installed"
                    : "names the generator " + recorded.provenance.generator + ", but its model is " + now.generator,
                "install the weights that made the result");
  }
  if (now.render_factor != recorded.provenance.render_factor) {
    throw Error(ErrorKind::invalid, record,
                fmt::format("names the render factor {}, which is {} in this version",
                            recorded.provenance.render_factor, now.render_factor),
                "use the version that made the result: " + recorded.provenance.program);
  }
  if (sha256_of(job.source) != recorded.provenance.source_sha256) {
    throw Error(ErrorKind::invalid, job.source.string(), "was changed since " + record + " was written",
                "bring the source back that it was written for");
  }
}

void expect_same_result(const Recorded& recorded, const Job& job) {
  if (sha256_of(job.target) == recorded.result_sha256) return;
  throw Error(ErrorKind::failed, job.target.string(),
              fmt::format("was made by the record, but its bytes are not those of {}'s result",
                          recorded.arguments.from_record->string()),
              fmt::format("that was made by {} on the device {}: another version, device or processor rounds otherwise",
                          recorded.provenance.program, recorded.arguments.common.device));
}

std::optional<Provenance> recorded_provenance(const fs::path& result) {
  const fs::path path = record_path(result);
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return {};
  try {
    const json record = read_json(path);
    Provenance provenance = provenance_in(path, record);
    if (sha256_of(result) != text_of(path, record, "result_sha256")) return {};
    return provenance;
  } catch (const Error&) {
    return {};
  }
}

}  // namespace colourize::apps
