// Between a frame of a film and a generator: the square of luma that goes in, the planes of chroma that come out.
#pragma once

#include "engine/film/video/colour_space.h"
#include "engine/film/video/libav.h"
#include "engine/photo/luma_chroma.h"
#include "engine/photo/resample.h"

namespace colourize::film {

// The luma of a frame with a plane of luma (LumaFrames), squeezed to side x side, 0 black to 255 white as photo::luma_row() has it;
// turned upright by so many quarter turns to the right.
photo::Plane luma_square(const AVFrame& frame, const LumaLevels& levels, int side, int quarter_turns);

// The plane turned by quarter turns to the right; it is square.
photo::Plane turned(photo::Plane plane, int quarter_turns);

// Which planes the film that is written has.
struct OutputPictures {
  AVPixelFormat format = AV_PIX_FMT_YUV420P;  // planar Y, Cb, Cr of 8 or 10 bits
  AVColorRange range = AVCOL_RANGE_MPEG;
  bool side_by_side = false;  // the source's luma in grey at the left, the coloured picture at the right
};

// A frame with the source's luma, the same bits (10 bits of an 8-bit source are its bits, shifted; in full range the highest two
// are repeated below), and this chroma, resized. Times, field order and aspect are the source's. Where the depths agree and there is
// one picture, luma is not copied: the frame shares the source's memory.
Frame coloured_frame(const AVFrame& source, const photo::Chroma& chroma, const OutputPictures& output);

}  // namespace colourize::film
