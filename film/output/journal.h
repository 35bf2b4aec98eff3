// What is finished of a film that is being coloured: a folder beside the output, film.mkv.journal, from which the same
// command goes on after a crash, a power cut, a full disk or ^C.
//
//   film.json            which film, coloured how: who goes on must do the same
//   segment-000000.nut   the segments that are whole
//   segment-000000.safetensors   what the stabiliser knew behind it
//   segment-000000.json  written last: with it the segment counts
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
  // Opens the journal of `target`, or begins one. `identity`: everything that the output's bytes depend on, as JSON
  // values by name. Segments that are damaged, and those after them, are dropped, with a warning. Throws Error when
  // another process is at it, when the folder cannot be made, or, naming what differs, when it was begun with another
  // identity (another "device" is a warning). With `discard` what is there is removed first.
  Journal(const std::filesystem::path& target, const nlohmann::json& identity, bool discard, const Warn& warn);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  const std::vector<Segment>& segments() const { return segments_; }
  // What the stabiliser knew behind the last segment; empty where there is none, or where nothing was known.
  StabiliserState stabiliser_state() const;

  // Of a segment's pictures: by its number, 0 for the first.
  std::filesystem::path segment_path(std::size_t number) const;
  // The next segment, whose file is in place.
  void add(const Segment& segment, const StabiliserState& state);
  // When the film is in place. Warns where that is not possible.
  void remove();
  // For a film that is in place: removes a journal that a crash between that and remove() has left. One that another
  // process is at, or that was begun later to replace the film, stays.
  static void remove_left_over(const std::filesystem::path& target);

 private:
  // On the folder. The kernel gives it up when the process ends, however that happens.
  class Lock {
   public:
    // Throws Error when another process has it, or the folder is none.
    explicit Lock(const std::filesystem::path& folder);
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock();

   private:
    int descriptor_;
  };

  void read_segments();
  std::optional<Segment> read_segment(std::size_t number) const;
  std::filesystem::path record_path(std::size_t number) const;
  std::filesystem::path state_path(std::size_t number) const;

  std::filesystem::path folder_;
  Warn warn_;
  std::vector<Segment> segments_;
  std::optional<Lock> lock_;
};

}  // namespace colourize::film
