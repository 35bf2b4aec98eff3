// Between a frame of a film and a session: the luma that goes in, the planes of chroma that come out.
#pragma once

#include <functional>

#include "film/video/colour_space.h"
#include "film/video/libav.h"
#include "kernels/pictures.h"

namespace colourize::film {

// The plane of luma of a frame that has one (LumaFrames); the samples stay until the frame goes.
kernels::ConstSamples luma_of(const AVFrame& frame);

// Which planes the film that is written has.
struct OutputPictures {
  AVPixelFormat format = AV_PIX_FMT_YUV420P;  // planar Y, Cb, Cr of 8 or 10 bits
  AVColorRange range = AVCOL_RANGE_MPEG;
  bool side_by_side = false;  // the source's luma in grey at the left, the coloured picture at the right
};

// Fills planes of chroma, both of 1 channel and one size; see kernels::PictureOperations::chroma_planes().
using FillChroma =
    std::function<void(const kernels::ChromaLevels& levels, const kernels::Samples& blue, const kernels::Samples& red)>;

// A frame with the source's luma, the same bits (10 bits of an 8-bit source are its bits, shifted; in full range the
// highest two are repeated below), and the chroma that `fill` writes. Times, field order and aspect are the source's.
// Where the depths agree and there is one picture, luma is not copied: the frame shares the source's memory.
Frame coloured_frame(const AVFrame& source, const OutputPictures& output, const FillChroma& fill);

}  // namespace colourize::film
