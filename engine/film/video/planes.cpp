#include "engine/film/video/planes.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <span>

#include "engine/film/video/luma_frames.h"

namespace colourize::film {
namespace {

template <class Sample>
const Sample* row_of(const AVFrame& frame, int plane, int y) {
  return reinterpret_cast<const Sample*>(frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane]);
}
template <class Sample>
Sample* row_of(AVFrame& frame, int plane, int y) {
  return reinterpret_cast<Sample*>(frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane]);
}

AVPixelFormat format_of(const AVFrame& frame) {
  return static_cast<AVPixelFormat>(frame.format);
}

template <class Sample>
photo::Plane squeezed(const AVFrame& frame, const LumaLevels& levels, int side) {
  const float scale = 255 / (levels.white - levels.black);
  const auto luma = [&](int y, std::span<float> to) {
    const Sample* from = row_of<Sample>(frame, 0, y);
    for (std::size_t x = 0; x < to.size(); ++x) to[x] = (static_cast<float>(from[x]) - levels.black) * scale;
  };
  return photo::resize(luma, frame.width, frame.height, side, side);
}

// From one depth to another; see coloured_frame().
template <class From, class To>
void copy_luma(const AVFrame& from, AVFrame& to, int column, int deeper_by, bool full_range) {
  for (int y = 0; y < from.height; ++y) {
    const From* source = row_of<From>(from, 0, y);
    To* target = row_of<To>(to, 0, y) + column;
    if constexpr (sizeof(From) == sizeof(To)) {
      std::memcpy(target, source, static_cast<std::size_t>(from.width) * sizeof(To));
    } else if constexpr (sizeof(From) < sizeof(To)) {
      for (int x = 0; x < from.width; ++x) {
        target[x] = static_cast<To>((source[x] << deeper_by) | (full_range ? source[x] >> (8 - deeper_by) : 0));
      }
    } else {
      for (int x = 0; x < from.width; ++x) target[x] = static_cast<To>(std::min(source[x] >> -deeper_by, 255));
    }
  }
}

void copy_luma(const AVFrame& from, AVFrame& to, int column, bool full_range) {
  const int from_bits = luma_bits(format_of(from));
  const int to_bits = luma_bits(format_of(to));
  const int deeper_by = to_bits - from_bits;
  if (from_bits == 8) {
    to_bits == 8 ? copy_luma<std::uint8_t, std::uint8_t>(from, to, column, deeper_by, full_range)
                 : copy_luma<std::uint8_t, std::uint16_t>(from, to, column, deeper_by, full_range);
  } else {
    to_bits == 8 ? copy_luma<std::uint16_t, std::uint8_t>(from, to, column, deeper_by, full_range)
                 : copy_luma<std::uint16_t, std::uint16_t>(from, to, column, deeper_by, full_range);
  }
}

// The plane's samples from column `begin` on become `chroma`, resized to the rest of the row; those before it grey.
template <class Sample>
void fill_chroma(AVFrame& frame, int plane, int width, int height, int begin, const photo::Plane& chroma,
                 const kernels::ChromaLevels& levels) {
  photo::ResizedRows rows(chroma, width - begin, height);
  std::vector<float> row(static_cast<std::size_t>(width - begin));
  for (int y = 0; y < height; ++y) {
    rows.row(y, row);
    Sample* to = row_of<Sample>(frame, plane, y);
    to = std::fill_n(to, begin, static_cast<Sample>(levels.middle));
    for (const float value : row) {
      *to++ = static_cast<Sample>(std::clamp(levels.middle + levels.range * value, 0.0F, levels.largest) + 0.5F);
    }
  }
}

// A plane of the frame's format, of its own.
void add_plane(AVFrame& frame, int plane, int width, int height) {
  constexpr int alignment = 64;
  const int bytes = luma_bits(format_of(frame)) > 8 ? 2 : 1;
  frame.linesize[plane] = (width * bytes + alignment - 1) / alignment * alignment;
  // Decoders and encoders read a little past the end.
  const std::size_t size =
      static_cast<std::size_t>(frame.linesize[plane]) * static_cast<std::size_t>(height) + alignment;
  frame.buf[plane] = av_buffer_alloc(static_cast<decltype(AVBufferRef::size)>(size));  // an int in FFmpeg 4
  if (frame.buf[plane] == nullptr) throw std::bad_alloc();
  frame.data[plane] = frame.buf[plane]->data;
}

// Luma without a copy: the buffer that it lies in, whichever of the source's that is.
void share_luma(const AVFrame& source, AVFrame& frame) {
  AVBufferRef* buffer = av_frame_get_plane_buffer(const_cast<AVFrame*>(&source), 0);  // NOLINT: it changes nothing
  frame.buf[0] = buffer == nullptr ? nullptr : av_buffer_ref(buffer);
  if (frame.buf[0] == nullptr) throw std::bad_alloc();
  frame.data[0] = source.data[0];
  frame.linesize[0] = source.linesize[0];
}

}  // namespace

photo::Plane turned(photo::Plane plane, int quarter_turns) {
  const int last = plane.width - 1;
  for (; quarter_turns > 0; --quarter_turns) {
    photo::Plane next(plane.width, plane.height);
    for (int y = 0; y <= last; ++y) {
      for (int x = 0; x <= last; ++x) {
        next.row(x)[static_cast<std::size_t>(last - y)] = plane.row(y)[static_cast<std::size_t>(x)];
      }
    }
    plane = std::move(next);
  }
  return plane;
}

photo::Plane luma_square(const AVFrame& frame, const LumaLevels& levels, int side, int quarter_turns) {
  photo::Plane square = luma_bits(format_of(frame)) == 8 ? squeezed<std::uint8_t>(frame, levels, side)
                                                         : squeezed<std::uint16_t>(frame, levels, side);
  return turned(std::move(square), quarter_turns);
}

Frame coloured_frame(const AVFrame& source, const photo::Chroma& chroma, const OutputPictures& output) {
  const AVPixFmtDescriptor& description = *av_pix_fmt_desc_get(output.format);
  const int bits = luma_bits(output.format);
  Frame frame = new_frame();
  if (av_frame_copy_props(frame.get(), &source) < 0) throw std::bad_alloc();
  frame->format = output.format;
  frame->width = source.width * (output.side_by_side ? 2 : 1);
  frame->height = source.height;
  frame->color_range = output.range;
  // What the source's encoder made of it must not bind ours.
  frame->pict_type = AV_PICTURE_TYPE_NONE;
  if (source.linesize[0] > 0 && !output.side_by_side && luma_bits(format_of(source)) == bits) {
    share_luma(source, *frame);
  } else {
    add_plane(*frame, 0, frame->width, frame->height);
    const bool full_range = output.range == AVCOL_RANGE_JPEG;
    copy_luma(source, *frame, 0, full_range);
    if (output.side_by_side) copy_luma(source, *frame, source.width, full_range);
  }
  const int width = AV_CEIL_RSHIFT(frame->width, description.log2_chroma_w);
  const int height = AV_CEIL_RSHIFT(frame->height, description.log2_chroma_h);
  const int begin = output.side_by_side ? AV_CEIL_RSHIFT(source.width, description.log2_chroma_w) : 0;
  const kernels::ChromaLevels levels = chroma_levels(output.range, bits);
  for (const int plane : {1, 2}) {
    add_plane(*frame, plane, width, height);
    const photo::Plane& values = plane == 1 ? chroma.blue : chroma.red;
    if (bits == 8) {
      fill_chroma<std::uint8_t>(*frame, plane, width, height, begin, values, levels);
    } else {
      fill_chroma<std::uint16_t>(*frame, plane, width, height, begin, values, levels);
    }
  }
  return frame;
}

}  // namespace colourize::film
