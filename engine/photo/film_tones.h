// What the numbers of a scanned film's frame mean.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "engine/photo/film_frame.h"
#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// Their names, for people.
const std::map<std::string, FilmTransfer>& film_transfers();

// Makes film's numbers, 0 to full range, those of sRGB.
//   linear: by sRGB's curve (IEC 61966-2-1).
//   log: first light, by Kodak, "Conversion of 10-bit Log Film Data to 8-bit Linear or Video Data for the Cineon
//   Digital Film System", 2.1 (1995), with its own defaults: reference black 95 and white 685 of 1023, 0.002 density a
//   code, negative gamma 0.6, no soft clip:
//     light = (10^((code - 685) 0.002 / 0.6) - black) / (1 - black), black = 10^((95 - 685) 0.002 / 0.6)
//   What is brighter than reference white becomes white.
// Alpha stays. Warns of what was done, and what share of the colours became white.
void apply_film_transfer(FilmTransfer transfer, std::variant<Raster8, Raster16>& pixels, const std::string& name,
                         const Warn& warn);

// The sample of sRGB, 0 to 1, for light of 0 to 1 (IEC 61966-2-1).
double srgb_of_light(double light);

// The way back: the number, 0 to 1, that apply_film_transfer() makes this sample of sRGB, 0 to 1.
double film_code_of_srgb(FilmTransfer transfer, double sample);

// Light of a log code of 0 to 1, before it is cut to 0 to 1.
double light_of_log_code(double code);

}  // namespace colourize::photo
