// How a film stores colours: which mixture of red, green and blue its luma is, and what numbers stand for its chroma.
#pragma once

#include <string>

#include "film/video/libav.h"
#include "kernels/bt601.h"
#include "kernels/pictures.h"

namespace colourize::film {

// Y = red * R + (1 - red - blue) * G + blue * B; Cb = (B - Y) / (2 (1 - blue)), Cr = (R - Y) / (2 (1 - red)).
struct Matrix {
  float red = kernels::bt601::luma_red;
  float blue = kernels::bt601::luma_blue;
};

// What a film is tagged with, for the player.
struct ColourTags {
  AVColorSpace space = AVCOL_SPC_UNSPECIFIED;
  AVColorPrimaries primaries = AVCOL_PRI_UNSPECIFIED;
  AVColorTransferCharacteristic transfer = AVCOL_TRC_UNSPECIFIED;
  AVColorRange range = AVCOL_RANGE_UNSPECIFIED;
};

// The source's own tags; where it has none, as players take it: BT.709 from 720 rows or 1280 columns on, below BT.601,
// with 525 lines' primaries (SMPTE 170M) for up to 480 rows and 625 lines' (BT.470 BG) above. Range: the source's; full
// where it does not say and stores grey alone, as libav takes it; limited otherwise.
ColourTags tags_of(const AVFrame& frame);

// Rec. ITU-R BT.601-7, BT.709-6 and BT.2020-2; BT.601's for what has none of these.
Matrix matrix_of(AVColorSpace space);

// From frames like this one to such a size and format, by a filter of libswscale's; luma from the frame's range to the
// full one or the limited one. Takes over `before`, where there is one for the same, or frees it. Throws Error(name,
// ...) where that is not possible.
Scaler new_scaler(Scaler before, const AVFrame& frame, int width, int height, AVPixelFormat format, int filter,
                  AVColorRange range, const std::string& name);

// From a generator's chroma, BT.601, to that of a film's matrix. The colour's difference from grey of the same luma
// stays: with dR = 1.402 Cr, dB = 1.772 Cb, dG from BT.601's luma of 0, and dY the film's luma of (dR, dG, dB):
//   Cb' = (dB - dY) / (2 (1 - blue))     Cr' = (dR - dY) / (2 (1 - red))
void to_matrix(const Matrix& matrix, kernels::Chroma& chroma);

// Rec. ITU-R BT.601-7 2.5.3 and BT.2100: limited range is 224 of 256 steps around 128, in 8 bits; 10 bits have four
// times that.
kernels::ChromaLevels chroma_levels(AVColorRange range, int bits);

// Luma of black and white, in the frame's own numbers.
kernels::LumaLevels luma_levels(AVColorRange range, int bits);

}  // namespace colourize::film
