// The journal of a film in progress: a folder beside the output, film.mkv.journal. From it the same command resumes
// after a crash, a power cut, a full disk or ^C.
//
//   film.json                    the film and its options; resuming requires the same
//   segment-000000.nut           a finished segment
//   segment-000000.safetensors   the stabiliser's state after it
//   segment-000000.json          written last; a segment without it does not count
//
// Each segment's record has the checksum of the record before it, and the first one that of the film and its options.
// So no segment of another film, of other options or of another place is ever taken for one of this film, whatever of
// the folder is missing, swapped or left over. Files that are not the journal's stay where they are.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "film/output/segment.h"
#include "film/stabiliser/stabiliser.h"
#include "system/warnings.h"

namespace colourize::film {

class Journal {
 public:
  // Opens the journal of `target`, or begins one. `identity` holds everything that the output's bytes depend on, as
  // JSON values by name. The journal throws away damaged segments, and those after them, with a warning; where
  // film.json is missing or damaged, it keeps the segments of this identity. Throws Error when another process uses it
  // or the folder cannot be made. Also throws Error, and names what differs, when the journal was begun with another
  // identity; another "device" is only a warning. `discard` first removes what is there.
  Journal(const std::filesystem::path& target, const nlohmann::json& identity, bool discard, const Warn& warn);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  const std::vector<Segment>& segments() const { return segments_; }
  // The stabiliser's state after the last segment; empty where there is no segment or no state.
  StabiliserState stabiliser_state() const;

  // The file of a segment; the first has number 0.
  std::filesystem::path segment_path(std::size_t number) const;
  // Adds the next segment, whose file is in place.
  void add(const Segment& segment, const StabiliserState& state);
  // Removes the journal; call it when the film is in place. Warns where the folder cannot be removed, or has other
  // files.
  void remove();
  // For a film that is in place: removes the journal that a crash before remove() left. It keeps a journal that another
  // process uses, or that was begun later to replace the film.
  static void remove_left_over(const std::filesystem::path& target);

 private:
  // A lock on the folder. The kernel releases it when the process ends, in whatever way.
  class Lock {
   public:
    // Throws Error when another process holds the lock, or the path is not a folder.
    explicit Lock(const std::filesystem::path& folder);
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock();

   private:
    int descriptor_;
  };

  void check_identity(const nlohmann::json& before, const nlohmann::json& now) const;
  void read_segments();
  // Reads a segment that follows those in segments_, and makes `chain` that of its record.
  std::optional<Segment> read_segment(std::size_t number, std::string& chain) const;
  std::filesystem::path record_path(std::size_t number) const;
  std::filesystem::path state_path(std::size_t number) const;

  std::filesystem::path folder_;
  Warn warn_;
  std::vector<Segment> segments_;
  std::string chain_;  // the checksum that the next segment's record has
  std::optional<Lock> lock_;
};

}  // namespace colourize::film
