#include "film/video/luma_frames.h"

#include <fmt/core.h>

#include <bit>
#include <utility>

#include "film/video/colour_space.h"
#include "system/error.h"

namespace colourize::film {
namespace {

// The format for a frame without a plane of luma. Chroma is replaced in any case, so it keeps its size.
AVPixelFormat nearest_format(const AVPixFmtDescriptor& description) {
  const bool deep = description.comp[0].depth > 8;
  if ((description.flags & AV_PIX_FMT_FLAG_RGB) != 0 || (description.flags & AV_PIX_FMT_FLAG_PAL) != 0) {
    return deep ? AV_PIX_FMT_YUV444P10 : AV_PIX_FMT_YUV444P;
  }
  if (description.nb_components <= 2) return deep ? AV_PIX_FMT_GRAY10 : AV_PIX_FMT_GRAY8;
  if (description.log2_chroma_w == 0) return deep ? AV_PIX_FMT_YUV444P10 : AV_PIX_FMT_YUV444P;
  if (description.log2_chroma_h == 0) return deep ? AV_PIX_FMT_YUV422P10 : AV_PIX_FMT_YUV422P;
  return deep ? AV_PIX_FMT_YUV420P10 : AV_PIX_FMT_YUV420P;
}

}  // namespace

bool has_luma_plane(AVPixelFormat format) {
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
  if (description == nullptr) return false;
  const auto& luma = description->comp[0];
  constexpr std::uint64_t others = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM |
                                   AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER;
  const bool big_endian = (description->flags & AV_PIX_FMT_FLAG_BE) != 0;
  if ((description->flags & others) != 0 || luma.plane != 0 || luma.offset != 0 || luma.shift != 0) return false;
  if (luma.depth == 8) return luma.step == 1;
  return luma.depth == 10 && luma.step == 2 && big_endian == (std::endian::native == std::endian::big);
}

int luma_bits(AVPixelFormat format) {
  return av_pix_fmt_desc_get(format)->comp[0].depth;
}

LumaFrames::LumaFrames(const AVFrame& first, std::string name, const Warn& warn)
    : name_(std::move(name)), warn_(warn), width_(first.width), height_(first.height), bits_(0), direct_(false) {
  const auto format = static_cast<AVPixelFormat>(first.format);
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
  if (description == nullptr || width_ < 1 || height_ < 1)
    throw Error(ErrorKind::unsupported, name_, "its frames have no known format");
  direct_ = has_luma_plane(format);
  format_ = direct_ ? format : nearest_format(*description);
  bits_ = luma_bits(format_);
  if (direct_) return;
  if (sws_isSupportedInput(format) == 0) {
    throw Error(ErrorKind::unsupported, name_,
                std::string("its frames are in the format '") + description->name + "', which cannot be converted");
  }
  warn_(fmt::format("{}: its frames are in the format {}; their luma is converted to {} bits", name_, description->name,
                    bits_));
}

Frame LumaFrames::normalise(Frame frame) {
  if (frame->format == format_ && frame->width == width_ && frame->height == height_) return frame;
  if (!complained_ && (frame->width != width_ || frame->height != height_ || direct_)) {
    warn_(
        fmt::format("{}: its frames change from {} x {} to {} x {}; they are converted to the size and format of the "
                    "first",
                    name_, width_, height_, frame->width, frame->height));
    complained_ = true;
  }
  // Luma keeps its range. Red, green and blue get the limited one.
  const AVColorRange range = tags_of(*frame).range;
  scaler_ = new_scaler(std::move(scaler_), *frame, width_, height_, format_, SWS_BICUBIC, range, name_);

  Frame result = new_frame();
  result->width = width_;
  result->height = height_;
  result->format = format_;
  checked(av_frame_get_buffer(result.get(), 0), name_, "its frames cannot be converted");
  checked(av_frame_copy_props(result.get(), frame.get()), name_, "its frames cannot be converted");
  checked(sws_scale(scaler_.get(), frame->data, frame->linesize, 0, frame->height, result->data, result->linesize),
          name_, "its frames cannot be converted");
  result->color_range = range;
  return result;
}

}  // namespace colourize::film
