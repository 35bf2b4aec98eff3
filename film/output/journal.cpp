#include "film/output/journal.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <span>
#include <string_view>
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
constexpr auto film_record = "film.json";
constexpr auto segment_prefix = "segment-";
constexpr auto discard_remedy = "give the same options, or discard the unfinished film";

void write_json(const fs::path& path, const json& value) {
  const std::string text = value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
  OutputFile file(path);
  file.write(std::as_bytes(std::span(text)));
  file.commit();
}

// Null where the file is missing or is not JSON.
json read_json(const fs::path& path) {
  std::ifstream file(path);
  return file ? json::parse(file, nullptr, false) : json();
}

json segment_json(const Segment& segment) {
  json frames = json::array();
  for (const Timing& frame : segment.frames) frames.push_back({frame.time, frame.duration});
  return {{"pictures", frames}, {"delay", segment.delay}, {"bytes", segment.bytes}, {"sha256", segment.sha256}};
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
  const fs::path record = folder_ / film_record;
  if (discard) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) fs::remove(entry.path(), problem);
    if (problem || fs::exists(record)) {
      throw Error(kind_of_errno(problem), folder_.string(), "cannot be emptied: " + problem.message(), "remove it");
    }
  }
  const json before = read_json(record);
  if (!before.is_object()) {
    write_json(record, identity);
    return;
  }
  for (const auto& [name, value] : identity.items()) {
    const json other = before.value(name, json());
    if (other == value) continue;
    if (name == device_name) {
      warn_(fmt::format("{}: was begun on the device {} and resumes on {}: from there on colours differ by rounding",
                        folder_.string(), other.dump(), value.dump()));
      continue;
    }
    throw Error(ErrorKind::conflict, folder_.string(),
                fmt::format("was begun with another {}: {} then, {} now", name, other.dump(), value.dump()),
                discard_remedy);
  }
  read_segments();
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
  while (std::optional<Segment> segment = read_segment(segments_.size())) segments_.push_back(*std::move(segment));
  if (fs::exists(record_path(segments_.size()))) {
    warn_(fmt::format("{}: segment {} is damaged; it and those after it will be coloured again", folder_.string(),
                      segments_.size()));
  }
}

std::optional<Segment> Journal::read_segment(std::size_t number) const {
  try {
    const json record = read_json(record_path(number));
    if (!record.is_object()) return {};
    Segment segment = segment_of(record);
    if (segment.frames.empty() || checksum_of(segment_path(number)) != segment.sha256) return {};
    const json& state = record.at("state");
    if (!state.is_null() && checksum_of(state_path(number)) != state.get<std::string>()) return {};
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
  record["state"] = nullptr;
  std::error_code ignored;
  fs::remove(state_path(number), ignored);
  if (!state.luma.values.empty()) {
    write_state(state_path(number), state);
    record["state"] = checksum_of(state_path(number));
  }
  write_json(record_path(number), record);
  segments_.push_back(segment);
}

void Journal::remove() {
  std::error_code problem;
  fs::remove_all(folder_, problem);
  if (problem) warn_(folder_.string() + ": cannot be removed: " + problem.message());
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
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem)) {
      const std::string name = entry.path().filename().string();
      if (name == film_record || name.starts_with(segment_prefix)) fs::remove(entry.path(), problem);
    }
    fs::remove(folder, problem);  // only where it is empty
  } catch (const Error&) {        // NOLINT(bugprone-empty-catch): another process is at it, so it is no left-over
  }
}

}  // namespace colourize::film
