// Films made by ffmpeg from a picture with a free licence, and what ffprobe says of a film: other people's word on
// ours.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tests/support/program.h"

namespace colourize::tests {

// The program, with films around it.
class FilmProgram : public Program {
 protected:
  // ffmpeg's arguments, in the test's folder; the test fails when ffmpeg does. PICTURES stands for an input of moving
  // grey pictures, 96 x 64, 25 a second, without end: to be cut by -t or -frames:v.
  void ffmpeg(const std::string& arguments) const;

  // Has the player turn the film by so many degrees.
  void turn(const std::string& from, int degrees, const std::string& to) const;

  // ffprobe's answer for these sections ("streams", "chapters", ...), as it prints them in JSON.
  nlohmann::json probe(const std::string& file, const std::string& options) const;

  struct Packet {
    std::int64_t pts = 0;
    std::string hash;
    bool operator==(const Packet&) const = default;
    auto operator<=>(const Packet&) const = default;
  };
  // Of a stream, by its number, in order of time; times rounded to so many microseconds.
  std::vector<Packet> packets(const std::string& file, int stream, std::int64_t tick) const;
  // When each picture of the first video stream is shown, in milliseconds; one that has no time counts from the one
  // before.
  std::vector<std::int64_t> frame_times(const std::string& file) const;
  // A sum over the luma of each picture of the first video stream, by ffmpeg's own decoders.
  std::vector<std::string> luma_sums(const std::string& file) const;

  // Who plays it finds sound and pictures of the same moment beside each other. For Matroska, which ffprobe reads as it
  // lies.
  void expect_interleaved(const std::string& file) const;

  // All but the pictures is the source's: the streams with their languages and dispositions, each packet of those that
  // are copied, the chapters, and when the pictures are shown. Times to the microsecond, or to the millisecond where
  // the containers differ.
  void expect_same_but_frames(const std::string& source, const std::string& target) const;
};

}  // namespace colourize::tests
