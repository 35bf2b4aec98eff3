#include "film/video/colour_space.h"

#include "system/error.h"

namespace colourize::film {
namespace {

bool stores_grey_alone(AVPixelFormat format) {
  return av_pix_fmt_desc_get(format)->nb_components <= 2;
}

bool stores_red_green_blue(AVPixelFormat format) {
  return (av_pix_fmt_desc_get(format)->flags & AV_PIX_FMT_FLAG_RGB) != 0;
}

// Spaces whose chroma is a difference from luma. A film in another space (YCgCo, ICtCp, RGB) gets a tag that fits the
// new colours.
bool is_luma_and_differences(AVColorSpace space) {
  switch (space) {
    case AVCOL_SPC_BT709:
    case AVCOL_SPC_FCC:
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_SMPTE240M:
    case AVCOL_SPC_BT2020_NCL:
      return true;
    default:
      return false;
  }
}

bool was_full_range_by_name(AVPixelFormat format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
      return true;
    default:
      return false;
  }
}

// libswscale's number for a space.
int scaler_matrix(AVColorSpace space) {
  switch (space) {
    case AVCOL_SPC_BT709:
      return SWS_CS_ITU709;
    case AVCOL_SPC_BT2020_NCL:
      return SWS_CS_BT2020;
    case AVCOL_SPC_SMPTE240M:
      return SWS_CS_SMPTE240M;
    case AVCOL_SPC_FCC:
      return SWS_CS_FCC;
    default:
      return SWS_CS_ITU601;
  }
}

}  // namespace

ColourTags tags_of(const AVFrame& frame) {
  constexpr int high_definition_height = 720;
  constexpr int high_definition_width = 1280;
  constexpr int lines_525 = 480;
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const bool high_definition = frame.height >= high_definition_height || frame.width >= high_definition_width;
  const bool of_525_lines = frame.height <= lines_525;
  ColourTags tags{frame.colorspace, frame.color_primaries, frame.color_trc, frame.color_range};
  if (!is_luma_and_differences(tags.space)) {
    tags.space = high_definition ? AVCOL_SPC_BT709 : of_525_lines ? AVCOL_SPC_SMPTE170M : AVCOL_SPC_BT470BG;
  }
  if (tags.primaries == AVCOL_PRI_UNSPECIFIED) {
    tags.primaries = high_definition ? AVCOL_PRI_BT709 : of_525_lines ? AVCOL_PRI_SMPTE170M : AVCOL_PRI_BT470BG;
  }
  if (tags.transfer == AVCOL_TRC_UNSPECIFIED) {
    tags.transfer = high_definition ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M;
  }
  if (was_full_range_by_name(format)) tags.range = AVCOL_RANGE_JPEG;
  // libav converts red, green and blue to limited range unless told otherwise.
  if (stores_red_green_blue(format)) tags.range = AVCOL_RANGE_MPEG;
  if (tags.range == AVCOL_RANGE_UNSPECIFIED) {
    tags.range = stores_grey_alone(format) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  }
  return tags;
}

Matrix matrix_of(AVColorSpace space) {
  switch (space) {
    case AVCOL_SPC_BT709:
      return {.red = 0.2126F, .blue = 0.0722F};
    case AVCOL_SPC_BT2020_NCL:
      return {.red = 0.2627F, .blue = 0.0593F};
    case AVCOL_SPC_FCC:
      return {.red = 0.30F, .blue = 0.11F};
    case AVCOL_SPC_SMPTE240M:
      return {.red = 0.212F, .blue = 0.087F};
    default:
      return {.red = kernels::bt601::luma_red, .blue = kernels::bt601::luma_blue};
  }
}

Scaler new_scaler(Scaler before, const AVFrame& frame, int width, int height, AVPixelFormat format, int filter,
                  AVColorRange range, const std::string& name) {
  const int flags = filter | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT;
  Scaler scaler(sws_getCachedContext(before.release(), frame.width, frame.height,
                                     static_cast<AVPixelFormat>(frame.format), width, height, format, flags, nullptr,
                                     nullptr, nullptr));
  if (scaler == nullptr) throw Error(ErrorKind::failed, name, "its frames cannot be converted");
  const ColourTags tags = tags_of(frame);
  const int* coefficients = sws_getCoefficients(scaler_matrix(tags.space));
  const auto is_full = [](AVColorRange some) { return some == AVCOL_RANGE_JPEG ? 1 : 0; };
  const int one = 1 << 16;
  sws_setColorspaceDetails(scaler.get(), coefficients, is_full(tags.range), coefficients, is_full(range), 0, one, one);
  return scaler;
}

void to_matrix(const Matrix& matrix, kernels::Chroma& chroma) {
  if (matrix.red == kernels::bt601::luma_red && matrix.blue == kernels::bt601::luma_blue) return;
  const float green = 1 - matrix.red - matrix.blue;
  for (std::size_t i = 0; i < chroma.blue.values.size(); ++i) {
    const float d_blue = 2 * (1 - kernels::bt601::luma_blue) * chroma.blue.values[i];
    const float d_red = 2 * (1 - kernels::bt601::luma_red) * chroma.red.values[i];
    const float d_green = -(kernels::bt601::luma_red * d_red + kernels::bt601::luma_blue * d_blue) /
                          (1 - kernels::bt601::luma_red - kernels::bt601::luma_blue);
    const float d_luma = matrix.red * d_red + green * d_green + matrix.blue * d_blue;
    chroma.blue.values[i] = (d_blue - d_luma) / (2 * (1 - matrix.blue));
    chroma.red.values[i] = (d_red - d_luma) / (2 * (1 - matrix.red));
  }
}

kernels::ChromaLevels chroma_levels(AVColorRange range, int bits) {
  const auto scale = static_cast<float>(1 << (bits - 8));
  const float largest = 256 * scale - 1;
  return {.middle = 128 * scale, .range = range == AVCOL_RANGE_JPEG ? largest : 224 * scale, .largest = largest};
}

kernels::LumaLevels luma_levels(AVColorRange range, int bits) {
  const auto scale = static_cast<float>(1 << (bits - 8));
  if (range == AVCOL_RANGE_JPEG) return {.black = 0, .white = 256 * scale - 1};
  return {.black = 16 * scale, .white = 235 * scale};
}

}  // namespace colourize::film
