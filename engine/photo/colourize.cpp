#include "engine/photo/colourize.h"

#include <utility>

#include "engine/photo/exact.h"
#include "engine/photo/exact_lab.h"
#include "engine/photo/host_steps.h"
#include "engine/photo/luma.h"
#include "engine/photo/luma_range.h"
#include "engine/photo/resample.h"
#include "engine/photo/wide_gamut.h"

namespace colourize::photo {

// Luma goes to the generator at a small size. The chroma comes back, is enlarged to the photo's size, and joins its
// luma.
Photo colourize(Photo photo, session::Session& session, const session::Session::Progress& progress) {
  if (photo.space != nullptr) {
    return colour_in_space(std::move(photo),
                           [&](Photo shown) { return colourize(std::move(shown), session, progress); });
  }
  session::Luma luma = luma_of(photo);
  luma.range = luma_range(photo);
  session.merge(std::move(luma), samples_of(photo), progress).get();
  return photo;
}

Photo colourize_exactly(const Photo& photo, session::Session& session, const session::Session::Progress& progress) {
  if (photo.space != nullptr) {
    return colour_in_space(photo, [&](const Photo& shown) { return colourize_exactly(shown, session, progress); });
  }
  const Encoding& encoding = session.only_generator().encoding;
  if (encoding.colours == kernels::Colours::lab) {
    const Raster8 colours = to_8_bit(photo);
    const Photo square{exact_lab_square(colours, session.side()), {}};
    return with_pixels(photo, merge_exact_lab(session.output(luma_of(square), progress).get(), colours));
  }
  const Photo square{exact_square(photo, encoding, session.side()), {}};
  session::Luma luma = luma_of(square);
  luma.range = luma_range(photo);
  const Tensor output = session.output(luma, progress).get();
  Photo coloured = with_pixels(photo, to_8_bit(photo));
  if (encoding.colours == kernels::Colours::chroma) {
    merge(coloured, output, encoding);
  } else {
    const Raster8 picture = resize_8_bit(exact_generator_picture(output, encoding), photo.width(), photo.height());
    coloured.pixels = merge_exact(picture, std::get<Raster8>(coloured.pixels));
  }
  return coloured;
}

}  // namespace colourize::photo
