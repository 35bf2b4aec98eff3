#include "apps/colourize/picture_means.h"

#include <algorithm>

namespace colourize::apps {

PictureMeans means_of(std::span<const photo::PictureFigures> pictures) {
  PictureMeans means{.figures = {}, .pictures = pictures.size()};
  photo::PictureFigures& mean = means.figures;
  photo::AtMatchedColourfulness matched{0, 0};
  double blue_in_skin = 0;
  const auto count = static_cast<double>(pictures.size());
  for (const photo::PictureFigures& one : pictures) {
    mean.ciede2000.mean += one.ciede2000.mean / count;
    mean.ciede2000.median += one.ciede2000.median / count;
    mean.ciede2000.ninetieth += one.ciede2000.ninetieth / count;
    mean.ciede2000.ninety_ninth += one.ciede2000.ninety_ninth / count;
    mean.colourfulness.result += one.colourfulness.result / count;
    mean.colourfulness.original += one.colourfulness.original / count;
    mean.mean_chroma.result += one.mean_chroma.result / count;
    mean.mean_chroma.original += one.mean_chroma.original / count;
    mean.luma_shift += one.luma_shift / count;
    mean.largest_luma_shift = std::max(mean.largest_luma_shift, one.largest_luma_shift);
    mean.clipped += one.clipped / count;
    if (one.matched) {
      matched.factor += one.matched->factor;
      matched.ciede2000 += one.matched->ciede2000;
      ++means.matched;
    }
    if (one.blue_in_skin) {
      blue_in_skin += *one.blue_in_skin;
      ++means.with_skin;
    }
  }
  if (means.matched > 0) {
    const auto matched_count = static_cast<double>(means.matched);
    mean.matched = {matched.factor / matched_count, matched.ciede2000 / matched_count};
  }
  if (means.with_skin > 0) mean.blue_in_skin = blue_in_skin / static_cast<double>(means.with_skin);
  return means;
}

}  // namespace colourize::apps
