#include "film/video/planes.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <span>

#include "film/video/luma_frames.h"

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

// Converts from one depth to another; see coloured_frame().
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

// A plane's samples from column `begin` on; those before it become grey.
template <class Sample>
kernels::Samples right_side(AVFrame& frame, int plane, int width, int height, int begin,
                            const kernels::ChromaLevels& levels) {
  for (int y = 0; y < height; ++y) {
    std::fill_n(row_of<Sample>(frame, plane, y), begin, static_cast<Sample>(levels.middle));
  }
  return {.data = row_of<Sample>(frame, plane, 0) + begin,
          .shape = {.width = width - begin, .height = height, .channels = 1, .bytes = sizeof(Sample)},
          .stride = frame.linesize[plane]};
}

// Gives the frame a plane of its own, in its format.
void add_plane(AVFrame& frame, int plane, int width, int height) {
  constexpr int alignment = 64;
  const int bytes = luma_bits(format_of(frame)) > 8 ? 2 : 1;
  frame.linesize[plane] = (width * bytes + alignment - 1) / alignment * alignment;
  // Decoders and encoders read a little beyond the end.
  const std::size_t size =
      static_cast<std::size_t>(frame.linesize[plane]) * static_cast<std::size_t>(height) + alignment;
  frame.buf[plane] = av_buffer_alloc(static_cast<decltype(AVBufferRef::size)>(size));  // an int in FFmpeg 4
  if (frame.buf[plane] == nullptr) throw std::bad_alloc();
  frame.data[plane] = frame.buf[plane]->data;
}

// Takes luma without a copy: the frame shares whichever buffer of the source holds it.
void share_luma(const AVFrame& source, AVFrame& frame) {
  AVBufferRef* buffer = av_frame_get_plane_buffer(const_cast<AVFrame*>(&source), 0);  // NOLINT: it changes nothing
  frame.buf[0] = buffer == nullptr ? nullptr : av_buffer_ref(buffer);
  if (frame.buf[0] == nullptr) throw std::bad_alloc();
  frame.data[0] = source.data[0];
  frame.linesize[0] = source.linesize[0];
}

}  // namespace

kernels::ConstSamples luma_of(const AVFrame& frame) {
  const int bytes = luma_bits(format_of(frame)) > 8 ? 2 : 1;
  return {.data = frame.data[0],
          .shape = {.width = frame.width, .height = frame.height, .channels = 1, .bytes = bytes},
          .stride = frame.linesize[0]};
}

Frame coloured_frame(const AVFrame& source, const OutputFrames& output, const FillChroma& fill) {
  const AVPixFmtDescriptor& description = *av_pix_fmt_desc_get(output.format);
  const int bits = luma_bits(output.format);
  Frame frame = new_frame();
  if (av_frame_copy_props(frame.get(), &source) < 0) throw std::bad_alloc();
  frame->format = output.format;
  frame->width = source.width * (output.side_by_side ? 2 : 1);
  frame->height = source.height;
  frame->color_range = output.range;
  // What the source's encoder stored here must not bind ours.
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
  for (const int plane : {1, 2}) add_plane(*frame, plane, width, height);
  const auto right_of = [&](int plane) {
    return bits == 8 ? right_side<std::uint8_t>(*frame, plane, width, height, begin, levels)
                     : right_side<std::uint16_t>(*frame, plane, width, height, begin, levels);
  };
  const kernels::Samples blue = right_of(1);
  const kernels::Samples red = right_of(2);
  fill(levels, blue, red);
  return frame;
}

}  // namespace colourize::film
