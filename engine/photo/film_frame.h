// What a photo keeps of the DPX that it came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace colourize::photo {

// linear: proportional to light. log: printing density, in steps of 0.002 where there are 1023. video: as they are
// shown, which is what every other picture has.
enum class FilmTransfer : std::uint8_t { linear, log, video };

struct FilmFrame {
  FilmTransfer transfer = FilmTransfer::video;  // that the file had, or that somebody chose
  std::vector<std::byte> header;                // its first 2048 bytes, which have been read before
};

}  // namespace colourize::photo
