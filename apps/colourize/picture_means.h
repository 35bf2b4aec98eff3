// Means of figures over pictures.
#pragma once

#include <cstddef>
#include <span>

#include "engine/photo/figures/picture_figures.h"

namespace colourize::apps {

struct PictureMeans {
  // Each figure's mean over the pictures; `matched` over those that have it, `blue_in_skin` too; of the largest luma
  // shifts the largest.
  photo::PictureFigures figures;
  std::size_t pictures = 0;
  std::size_t matched = 0;    // those that have `matched`
  std::size_t with_skin = 0;  // those that have `blue_in_skin`
};

// Needs at least one picture.
PictureMeans means_of(std::span<const photo::PictureFigures> pictures);

}  // namespace colourize::apps
