#include "engine/film/cuts.h"

#include <algorithm>

namespace colourize::film {
namespace {

constexpr double cut_share = 0.55;
// Levels of difference that grain makes without any content, and that a window without content cannot exceed.
constexpr float grain = 1.5F;

}  // namespace

double new_content(const Motion& motion) {
  double differences = 0;
  double textures = 0;
  for (std::size_t block = 0; block < motion.difference.size(); ++block) {
    differences += std::max(motion.difference[block] - grain, 0.0F);
    textures += motion.texture[block];
  }
  return differences / (textures + grain * static_cast<double>(motion.texture.size()));
}

bool is_cut(const Motion& motion) {
  return new_content(motion) > cut_share;
}

}  // namespace colourize::film
