// How a film stores colours: how luma is mixed from red, green and blue, and which numbers represent chroma.
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

// A film's colour tags, which tell a player how to show it.
struct ColourTags {
  AVColorSpace space = AVCOL_SPC_UNSPECIFIED;
  AVColorPrimaries primaries = AVCOL_PRI_UNSPECIFIED;
  AVColorTransferCharacteristic transfer = AVCOL_TRC_UNSPECIFIED;
  AVColorRange range = AVCOL_RANGE_UNSPECIFIED;
};

// Returns the source's own tags. Where a tag is missing, it assumes what players assume: BT.709 from 720 rows or 1280
// columns on, otherwise BT.601, with the primaries of 525 lines (SMPTE 170M) for up to 480 rows and of 625 lines
// (BT.470 BG) above. A missing range is full where the source stores grey alone, as libav assumes, and limited
// otherwise.
ColourTags tags_of(const AVFrame& frame);

// From Rec. ITU-R BT.601-7, BT.709-6 and BT.2020-2. Any other space gets BT.601's matrix.
Matrix matrix_of(AVColorSpace space);

// Prepares a scaler from frames like this one to the given size and format, with a filter of libswscale. It converts
// luma from the frame's range to `range`. It reuses `before` where that has the same parameters, and frees it
// otherwise. Throws Error(name, ...) where no such scaler exists.
Scaler new_scaler(Scaler before, const AVFrame& frame, int width, int height, AVPixelFormat format, int filter,
                  AVColorRange range, const std::string& name);

// Converts a generator's chroma, BT.601, to a film's matrix. It keeps the colour's difference from grey of the same
// luma. dR = 1.402 Cr, dB = 1.772 Cb, dG makes BT.601's luma of the three 0, and dY is the film's luma of (dR, dG, dB):
//   Cb' = (dB - dY) / (2 (1 - blue))     Cr' = (dR - dY) / (2 (1 - red))
void to_matrix(const Matrix& matrix, kernels::Chroma& chroma);

// Rec. ITU-R BT.601-7 2.5.3 and BT.2100: limited range has 224 of 256 steps around 128 in 8 bits, and four times as
// many in 10 bits.
kernels::ChromaLevels chroma_levels(AVColorRange range, int bits);

// The luma values of black and white, as numbers of the frame.
kernels::LumaLevels luma_levels(AVColorRange range, int bits);

}  // namespace colourize::film
