// How large a picture is printed or was scanned.
#pragma once

namespace colourize::photo {

// Pixels along a row and along a column for each metre. Where the file states only their proportion, `unit` is none.
struct Density {
  enum class Unit { metre, none };
  double horizontal = 1;  // above 0
  double vertical = 1;    // above 0
  Unit unit = Unit::none;

  // That of the picture turned by a quarter.
  Density turned() const { return {vertical, horizontal, unit}; }
};

constexpr double inches_per_metre = 1 / 0.0254;  // exactly 0.0254 m, by definition

}  // namespace colourize::photo
