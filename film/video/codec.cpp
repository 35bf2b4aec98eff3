#include "film/video/codec.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "film/video/luma_frames.h"
#include "system/error.h"

namespace colourize::film {
namespace {

struct Traits {
  const char* encoder;          // libav's name
  bool shares_chroma_in_pairs;  // 4:2:0 and 4:2:2 need even sizes
  double bits_a_pixel;          // for a grainy film, roughly
};

const Traits& traits_of(VideoCodec codec) {
  static const std::map<VideoCodec, Traits> all{
      {VideoCodec::h264, {"libx264", true, 0.3}},
      {VideoCodec::h265, {"libx265", true, 0.2}},
      {VideoCodec::ffv1, {"ffv1", false, 6}},
      {VideoCodec::prores, {"prores_ks", false, 5}},
  };
  return all.at(codec);
}

struct PlanarFormat {
  int bits;
  int log2_chroma_width;
  int log2_chroma_height;
  AVPixelFormat format;
};
constexpr std::array planar_formats{
    PlanarFormat{8, 1, 1, AV_PIX_FMT_YUV420P},    PlanarFormat{8, 1, 0, AV_PIX_FMT_YUV422P},
    PlanarFormat{8, 0, 0, AV_PIX_FMT_YUV444P},    PlanarFormat{10, 1, 1, AV_PIX_FMT_YUV420P10},
    PlanarFormat{10, 1, 0, AV_PIX_FMT_YUV422P10}, PlanarFormat{10, 0, 0, AV_PIX_FMT_YUV444P10},
};

AVPixelFormat planar_format(int bits, int log2_chroma_width, int log2_chroma_height) {
  for (const PlanarFormat& entry : planar_formats) {
    if (entry.bits == bits && entry.log2_chroma_width == log2_chroma_width &&
        entry.log2_chroma_height == log2_chroma_height) {
      return entry.format;
    }
  }
  // 4:1:1, 4:1:0 and 4:4:0 lose no colour in 4:4:4.
  return bits > 8 ? AV_PIX_FMT_YUV444P10 : AV_PIX_FMT_YUV444P;
}

bool is_planar_format(AVPixelFormat format) {
  for (const PlanarFormat& entry : planar_formats) {
    if (entry.format == format) return true;
  }
  return false;
}

bool fits(const Traits& traits, AVPixelFormat format, const FrameFormat& frames) {
  const AVPixFmtDescriptor& description = *av_pix_fmt_desc_get(format);
  return !traits.shares_chroma_in_pairs || ((description.log2_chroma_w == 0 || frames.width % 2 == 0) &&
                                            (description.log2_chroma_h == 0 || frames.height % 2 == 0));
}

AVPixelFormat named_format(const CodecOptions& options, const FrameFormat& frames, const Warn& warn) {
  const Traits& traits = traits_of(options.codec);
  const std::string& name = *options.pixel_format;
  const AVPixelFormat format = av_get_pix_fmt(name.c_str());
  const bool known = is_planar_format(format);
  if (!known || (options.codec == VideoCodec::prores &&
                 (luma_bits(format) != 10 || av_pix_fmt_desc_get(format)->log2_chroma_h != 0))) {
    throw Error(ErrorKind::unsupported, "pixel format " + name, "cannot be written",
                options.codec == VideoCodec::prores
                    ? "choose yuv422p10le or yuv444p10le"
                    : "choose yuv420p, yuv422p or yuv444p, or one of them with 10le added");
  }
  if (!fits(traits, format, frames)) {
    throw Error(ErrorKind::unsupported, "pixel format " + name,
                fmt::format("cannot hold {} x {} pixels in this codec", frames.width, frames.height),
                "choose yuv444p, or the codec ffv1");
  }
  if (luma_bits(format) < frames.bits) {
    warn(fmt::format("pixel format {}: the source's luma has {} bits, of which the lowest are dropped", name,
                     frames.bits));
  }
  return format;
}

// The number of threads changes the bits that x264 writes, so it depends on the frame's size only.
int encoder_threads(const FrameFormat& frames) {
  const std::int64_t pixels = static_cast<std::int64_t>(frames.width) * frames.height;
  if (pixels <= 1024 * 576) return 1;
  return pixels <= 1920 * 1088 ? 3 : 6;
}

void set(AVCodecContext& context, const char* option, const std::string& value) {
  const int code = av_opt_set(context.priv_data, option, value.c_str(), 0);
  if (code < 0)
    throw Error(ErrorKind::unsupported, "codec",
                fmt::format("the encoder does not take {}={}: {}", option, value, words(code)));
}

// x264 keeps all frames of its lookahead in memory.
int most_lookahead(const FrameFormat& frames) {
  constexpr std::int64_t bytes = 128 << 20;
  const std::int64_t frame = std::int64_t{3} * frames.width * frames.height * (frames.bits > 8 ? 2 : 1);
  return static_cast<int>(std::max<std::int64_t>(bytes / std::max<std::int64_t>(frame, 1), 2));
}

// x264's sums over macroblocks for AVX-512 (build 164, mbtree) read uninitialised memory beyond the end of a row,
// unless a row's macroblocks are a multiple of eight. The same film then gives other bits each time. Its AVX2 code does
// not.
bool has_avx512() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") != 0;
#else
  return false;
#endif
}

bool shows_bottom_first(AVFieldOrder order) {
  return order == AV_FIELD_BB || order == AV_FIELD_TB;
}

void set_x264(AVCodecContext& context, const CodecOptions& options, const FrameFormat& frames, bool reorders) {
  set(context, "preset", options.preset);
  set(context, "crf", std::to_string(options.crf));
  std::string more = fmt::format("threads={}:lookahead-threads=1", encoder_threads(frames));
  constexpr int usual_lookahead = 40;
  if (const int lookahead = most_lookahead(frames); lookahead < usual_lookahead) {
    more += fmt::format(":rc-lookahead={}:sync-lookahead=0", lookahead);
  }
  if (has_avx512()) more += ":asm=AVX2,FMA3,BMI1,BMI2,LZCNT";
  // Otherwise x264 would write the first frame's headers before it has seen a frame.
  if (is_interlaced(frames.field_order)) more += shows_bottom_first(frames.field_order) ? ":bff=1" : ":tff=1";
  set(context, "x264-params", more);
  context.thread_count = encoder_threads(frames);
  if (!reorders) context.max_b_frames = 0;
}

void set_x265(AVCodecContext& context, const CodecOptions& options, const FrameFormat& frames, bool reorders) {
  set(context, "preset", options.preset);
  // One frame after another: frames in parallel change each other's bits. Rows in parallel do not.
  std::string more = fmt::format("log-level=error:frame-threads=1:crf={}", options.crf);
  constexpr int usual_lookahead = 20;
  if (const int lookahead = most_lookahead(frames); lookahead < usual_lookahead) {
    more += fmt::format(":rc-lookahead={}", std::max(lookahead, 5));
  }
  if (options.crf == 0) more += ":lossless=1";
  if (!reorders) more += ":bframes=0";
  set(context, "x265-params", more);
}

}  // namespace

bool is_interlaced(AVFieldOrder order) {
  return order != AV_FIELD_UNKNOWN && order != AV_FIELD_PROGRESSIVE;
}

const std::map<std::string, VideoCodec>& video_codecs() {
  static const std::map<std::string, VideoCodec> names{{"h264", VideoCodec::h264},
                                                       {"h265", VideoCodec::h265},
                                                       {"ffv1", VideoCodec::ffv1},
                                                       {"prores", VideoCodec::prores}};
  return names;
}

std::string default_preset(weights::Speed speed) {
  return speed == weights::Speed::fast ? "superfast" : "medium";
}

AVPixelFormat choose_pixel_format(const CodecOptions& options, const FrameFormat& frames, const Warn& warn) {
  if (options.pixel_format) return named_format(options, frames, warn);
  const Traits& traits = traits_of(options.codec);
  if (options.codec == VideoCodec::prores) return AV_PIX_FMT_YUV422P10;
  if (options.codec == VideoCodec::ffv1) {
    const AVPixFmtDescriptor& source = *av_pix_fmt_desc_get(frames.source);
    if (source.nb_components <= 2) return planar_format(frames.bits, 1, 1);
    return planar_format(frames.bits, source.log2_chroma_w, source.log2_chroma_h);
  }
  for (const auto& [width, height] : {std::pair{1, 1}, std::pair{1, 0}, std::pair{0, 0}}) {
    const AVPixelFormat format = planar_format(frames.bits, width, height);
    if (!fits(traits, format, frames)) continue;
    if (width != 1 || height != 1) {
      warn(fmt::format(
          "{} x {} pixels cannot be held in 4:2:0: the film is written as {}, which not every player shows; "
          "the codecs ffv1 and prores are alternatives",
          frames.width, frames.height, av_get_pix_fmt_name(format)));
    }
    return format;
  }
  return planar_format(frames.bits, 0, 0);
}

bool is_lossless(const CodecOptions& options) {
  return options.codec == VideoCodec::ffv1;
}

double estimated_bytes(const CodecOptions& options, const FrameFormat& frames) {
  constexpr double bits_a_byte = 8;
  const double pixels = static_cast<double>(frames.width) * frames.height;
  const double depth = options.codec == VideoCodec::ffv1 && frames.bits > 8 ? 1.4 : 1;
  return pixels * depth * traits_of(options.codec).bits_a_pixel / bits_a_byte;
}

Codec make_encoder(const CodecOptions& options, const FrameFormat& frames, AVPixelFormat format, bool reorders) {
  const Traits& traits = traits_of(options.codec);
  const AVCodec* encoder = avcodec_find_encoder_by_name(traits.encoder);
  if (encoder == nullptr) {
    throw Error(ErrorKind::unsupported, "codec",
                fmt::format("this machine's libav was built without {}", traits.encoder),
                "choose another codec: ffv1 is always there");
  }
  Codec context(avcodec_alloc_context3(encoder));
  if (context == nullptr) throw std::bad_alloc();
  context->width = frames.width;
  context->height = frames.height;
  context->pix_fmt = format;
  context->thread_count = 1;
  switch (options.codec) {
    case VideoCodec::h264:
      set_x264(*context, options, frames, reorders);
      break;
    case VideoCodec::h265:
      set_x265(*context, options, frames, reorders);
      break;
    case VideoCodec::ffv1:
      // Version 3, each frame by itself, a checksum in each slice: what archives ask for. libav (5.1) loses the samples
      // of a slice that is one pixel wide or high, so a film of that size gets version 1. It also cannot cut every odd
      // size into four slices.
      context->level = frames.width > 1 && frames.height > 1 ? 3 : 1;
      context->gop_size = 1;
      context->slices = frames.width % 2 == 0 && frames.height % 2 == 0 && frames.height > 16 ? 4 : 1;
      context->thread_count = 4;
      context->thread_type = FF_THREAD_SLICE;
      if (context->level == 3) set(*context, "slicecrc", "1");
      break;
    case VideoCodec::prores:
      set(*context, "profile", format == AV_PIX_FMT_YUV444P10 ? "4444" : "hq");
      set(*context, "vendor", "apl0");
      break;
  }
  return context;
}

}  // namespace colourize::film
