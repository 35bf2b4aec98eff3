#include "film/output/journal.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "film/video/extensions.h"
#include "system/error.h"
#include "system/mapped_file.h"
#include "system/output_file.h"
#include "system/sha256.h"
#include "weights/safetensors.h"
#include "weights/weights.h"

namespace colourize::film {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// A film may resume with another device, because a machine's GPU may be gone.
constexpr std::string_view device_name = "device";
constexpr std::string_view film_name = "film";
constexpr auto film_record = "film.json";
constexpr auto segment_prefix = "segment-";
constexpr auto discard_remedy = "give the same options, or discard the unfinished film";

// Returns what it wrote.
std::string write_json(const fs::path& path, const json& value) {
  const std::string text = value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
  OutputFile file(path);
  file.write(std::as_bytes(std::span(text)));
  file.commit();
  return text;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string checksum_of_text(const std::string& text) {
  return sha256(std::as_bytes(std::span(text)));
}

// Not an object where the file is missing or is not JSON.
json read_json(const fs::path& path) {
  return json::parse(text_of(path), nullptr, false);
}

// Of everything that segments depend on but the device.
std::string checksum_of_identity(json identity) {
  identity.erase(std::string(device_name));
  return checksum_of_text(identity.dump(-1, ' ', false, json::error_handler_t::replace));
}

// Hidden ones are written for a moment before they get their name.
bool is_of_journal(const fs::path& path) {
  const std::string file = path.filename().string();
  const std::string_view name = std::string_view(file).substr(file.starts_with('.') ? 1 : 0);
  return name.starts_with(film_record) || name.starts_with(segment_prefix);
}

// Removes the journal's files for which `which` is true. Returns how many segments' records were among them.
template <class Which>
std::size_t remove_files(const fs::path& folder, const Which& which) {
  std::size_t records = 0;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (is_of_journal(entry.path()) && which(entry.path().filename().string())) files.push_back(entry.path());
  }
  for (const fs::path& file : files) {
    std::error_code problem;
    fs::remove(file, problem);
    if (problem) throw Error(kind_of_errno(problem), file.string(), "cannot be removed: " + problem.message());
    if (file.filename() != film_record && file.extension() == ".json") ++records;
  }
  return records;
}

json segment_json(const Segment& segment) {
  json frames = json::array();
  for (const Timing& frame : segment.frames) frames.push_back({frame.time, frame.duration});
  return {{"pictures", frames},
          {"delay", segment.delay},
          {"bytes", segment.bytes},
          {"sha256", segment.sha256},
          {"source packets", segment.read.packets},
          {"source sum", segment.read.sum}};
}

// Throws json::exception where something is missing.
Segment segment_of(const json& value) {
  Segment segment;
  for (const json& frame : value.at("pictures")) {
    segment.frames.push_back({frame.at(0).get<std::int64_t>(), frame.at(1).get<std::int64_t>()});
  }
  segment.delay = value.at("delay").get<std::int64_t>();
  segment.bytes = value.at("bytes").get<std::uint64_t>();
  segment.sha256 = value.at("sha256").get<std::string>();
  segment.read = {value.at("source packets").get<std::int64_t>(), value.at("source sum").get<std::string>()};
  return segment;
}

std::string checksum_of(const fs::path& path) {
  return sha256(MappedFile(path).bytes());
}

// The planes of the stabiliser's state, by their names in the file.
template <class State>
auto planes_of(State& state) {
  return std::array{std::pair{"luma", &state.luma}, std::pair{"blue", &state.blue}, std::pair{"red", &state.red},
                    std::pair{"weight", &state.weight}};
}

void write_state(const fs::path& path, const StabiliserState& state) {
  std::vector<weights::SafetensorsWriter::Plan> plans;
  for (const auto& [name, plane] : planes_of(state)) {
    plans.push_back({name, weights::DataType::f32, {plane->height, plane->width}});
  }
  weights::SafetensorsWriter writer(path, plans, {});
  for (const auto& [name, plane] : planes_of(state)) writer.append(std::as_bytes(std::span(plane->values)));
  writer.commit();
}

}  // namespace

Journal::Journal(const fs::path& target, const json& identity, bool discard, const Warn& warn)
    : folder_(journal_folder(target)), warn_(warn) {
  std::error_code problem;
  fs::create_directory(folder_, problem);
  if (problem) {
    throw Error(kind_of_errno(problem), folder_.string(), "cannot be created: " + problem.message(),
                "choose another output");
  }
  lock_.emplace(folder_);
  chain_ = checksum_of_identity(identity);
  const fs::path record = folder_ / film_record;
  if (discard) remove_files(folder_, [](const std::string& /*name*/) { return true; });
  const json before = read_json(record);
  if (before.is_object()) check_identity(before, identity);
  const bool is_new = !fs::exists(record) && !fs::exists(record_path(0));
  if (!before.is_object()) {
    if (!is_new) {
      warn_(
          fmt::format("{}: {} is missing or damaged; those of its segments are used that are of this film and options",
                      folder_.string(), film_record));
    }
    write_json(record, identity);
  }
  read_segments();
}

void Journal::check_identity(const json& before, const json& now) const {
  for (const auto& [name, value] : now.items()) {
    const json other = before.value(name, json());
    if (other == value) continue;
    if (name == device_name) {
      warn_(fmt::format("{}: was begun on the device {} and resumes on {}: from there on colours differ by rounding",
                        folder_.string(), other.dump(), value.dump()));
      continue;
    }
    // Of the film itself, sizes and checksums are nothing to read.
    const std::string differs =
        name == film_name ? std::string("was begun with another film, or with another version of it")
                          : fmt::format("was begun with another {}: {} then, {} now", name, other.dump(), value.dump());
    throw Error(ErrorKind::conflict, folder_.string(), differs, discard_remedy);
  }
}

Journal::Lock::Lock(const fs::path& folder)
    : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)) {
  if (descriptor_ < 0)
    throw Error(kind_of_errno(errno), folder.string(), "cannot be opened: " + system_message(errno), "move it away");
  // Where a file system has no locks, the person must not start two processes.
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  ::close(descriptor_);
  throw Error(ErrorKind::refused, folder.string(), "this film is being coloured by another process",
              "wait until that is done");
}

Journal::Lock::~Lock() {
  ::close(descriptor_);
}

void Journal::read_segments() {
  while (std::optional<Segment> segment = read_segment(segments_.size(), chain_)) {
    segments_.push_back(*std::move(segment));
  }
  const std::string first_lost = record_path(segments_.size()).stem().string();
  const std::size_t lost = remove_files(folder_, [&](const std::string& name) {
    return name.starts_with(segment_prefix) && name.substr(0, first_lost.size()) >= first_lost;
  });
  if (lost == 0) return;
  warn_(
      fmt::format("{}: segment {} is damaged or of another film or options; it and those after it, {} in all, are "
                  "thrown away and coloured again",
                  folder_.string(), segments_.size(), lost));
}

std::optional<Segment> Journal::read_segment(std::size_t number, std::string& chain) const {
  try {
    const std::string text = text_of(record_path(number));
    const json record = json::parse(text, nullptr, false);
    if (!record.is_object() || record.at("before").get<std::string>() != chain) return {};
    Segment segment = segment_of(record);
    if (segment.frames.empty() || checksum_of(segment_path(number)) != segment.sha256) return {};
    const json& state = record.at("state");
    if (!state.is_null() && checksum_of(state_path(number)) != state.get<std::string>()) return {};
    chain = checksum_of_text(text);
    return segment;
  } catch (const json::exception&) {
    return {};
  } catch (const Error&) {
    return {};
  }
}

StabiliserState Journal::stabiliser_state() const {
  StabiliserState state;
  if (segments_.empty() || !fs::exists(state_path(segments_.size() - 1))) return state;
  const auto file = weights::Weights::open(state_path(segments_.size() - 1));
  for (const auto& [name, plane] : planes_of(state)) {
    const weights::Dimensions& shape = file->shape(name);
    if (shape.size() != 2)
      throw Error(ErrorKind::damaged, file->source(), "differs from what was written", discard_remedy);
    *plane = kernels::Plane(static_cast<int>(shape[1]), static_cast<int>(shape[0]));
    std::ranges::copy(file->values(name), plane->values.begin());
  }
  return state;
}

fs::path Journal::segment_path(std::size_t number) const {
  return folder_ / fmt::format("{}{:06}.nut", segment_prefix, number);
}
fs::path Journal::record_path(std::size_t number) const {
  return folder_ / fmt::format("{}{:06}.json", segment_prefix, number);
}
fs::path Journal::state_path(std::size_t number) const {
  return folder_ / fmt::format("{}{:06}.safetensors", segment_prefix, number);
}

void Journal::add(const Segment& segment, const StabiliserState& state) {
  const std::size_t number = segments_.size();
  json record = segment_json(segment);
  record["before"] = chain_;
  record["state"] = nullptr;
  std::error_code ignored;
  fs::remove(state_path(number), ignored);
  if (!state.luma.values.empty()) {
    write_state(state_path(number), state);
    record["state"] = checksum_of(state_path(number));
  }
  chain_ = checksum_of_text(write_json(record_path(number), record));
  segments_.push_back(segment);
}

void Journal::remove() {
  std::error_code problem;
  try {
    remove_files(folder_, [](const std::string& /*name*/) { return true; });
    fs::remove(folder_, problem);
  } catch (const Error& failed) {
    warn_(failed.what());
    return;
  } catch (const fs::filesystem_error& failed) {
    problem = failed.code();
  }
  if (problem == std::errc::directory_not_empty) {
    warn_(folder_.string() + ": has files that are not of the journal, and stays");
  } else if (problem) {
    warn_(folder_.string() + ": cannot be removed: " + problem.message());
  }
}

void Journal::remove_left_over(const fs::path& target) {
  const fs::path folder = journal_folder(target);
  std::error_code problem;
  if (!fs::is_directory(folder, problem)) return;
  // Where it is missing, it was removed already.
  const fs::file_time_type begun = fs::last_write_time(folder / film_record, problem);
  if (!problem && fs::last_write_time(target, problem) < begun) return;
  try {
    const Lock lock(folder);
    remove_files(folder, [](const std::string& /*name*/) { return true; });
    fs::remove(folder, problem);  // only where it is empty
  } catch (const Error&) {        // NOLINT(bugprone-empty-catch): another process is at it, so it is no left-over
  } catch (const fs::filesystem_error&) {  // NOLINT(bugprone-empty-catch): the next call will try again
  }
}

}  // namespace colourize::film
