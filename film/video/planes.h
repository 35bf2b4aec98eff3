// Connects a film's frame and a session: luma goes in, planes of chroma come out.
#pragma once

#include <functional>

#include "film/video/colour_space.h"
#include "film/video/libav.h"
#include "kernels/pictures.h"

namespace colourize::film {

// The plane of luma of a frame that has one (LumaFrames). The samples live as long as the frame.
kernels::ConstSamples luma_of(const AVFrame& frame);

// The planes of the film that is written.
struct OutputFrames {
  AVPixelFormat format = AV_PIX_FMT_YUV420P;  // planar Y, Cb, Cr of 8 or 10 bits
  AVColorRange range = AVCOL_RANGE_MPEG;
  bool side_by_side = false;  // the source's luma in grey at the left, the coloured frame at the right
};

// Fills two planes of chroma, each of 1 channel, of the same size; see kernels::PictureOperations::chroma_planes().
using FillChroma =
    std::function<void(const kernels::ChromaLevels& levels, const kernels::Samples& blue, const kernels::Samples& red)>;

// Returns a frame with the source's luma, bit for bit, and with the chroma that `fill` writes. Where an 8-bit source
// becomes 10 bits, its bits are shifted, and in full range the highest two are repeated below. Times, field order and
// aspect are the source's. Where the depths agree and there is one picture, this does not copy luma: the frame shares
// the source's memory.
Frame coloured_frame(const AVFrame& source, const OutputFrames& output, const FillChroma& fill);

}  // namespace colourize::film
