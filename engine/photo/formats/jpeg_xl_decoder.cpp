#include "engine/photo/formats/jpeg_xl_decoder.h"

#include <jxl/decode.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <utility>

#include "engine/photo/text.h"

namespace colourize::photo {
namespace {

struct CloseDecoder {
  void operator()(JxlDecoder* decoder) const { JxlDecoderDestroy(decoder); }
};
using Decoder = std::unique_ptr<JxlDecoder, CloseDecoder>;

const std::uint8_t* bytes_of(std::span<const std::byte> file) {
  return reinterpret_cast<const std::uint8_t*>(file.data());  // NOLINT: the same bytes
}

Decoder decoder_of(std::span<const std::byte> file, int events) {
  Decoder decoder(JxlDecoderCreate(nullptr));
  if (decoder == nullptr) throw std::bad_alloc();
  if (JxlDecoderSubscribeEvents(decoder.get(), events) != JXL_DEC_SUCCESS ||
      JxlDecoderSetInput(decoder.get(), bytes_of(file), file.size()) != JXL_DEC_SUCCESS) {
    throw std::bad_alloc();
  }
  // Told that this is all, libjxl 0.7 prints to the standard error stream where it wants more.
  return decoder;
}

// Collects one box after another.
class BoxReader {
 public:
  BoxReader(JxlDecoder* decoder, DecodedJpegXl& result) : decoder_(decoder), result_(result) {}

  void begin() {
    finish();
    JxlBoxType kind{};
    if (JxlDecoderGetBoxType(decoder_, static_cast<char*>(kind), JXL_TRUE) != JXL_DEC_SUCCESS) return;
    type_ = std::string(std::begin(kind), std::end(kind));
    constexpr std::array known{"JXL ", "ftyp", "jxlc", "jxlp", "jxll", "jxli", "jbrd", "brob"};
    if (type_ == "Exif" || type_ == "xml ") {
      content_.resize(first_length);
      give();
    } else if (std::ranges::find(known, type_) == known.end()) {
      result_.other_boxes.push_back(type_);
    }
  }

  // The box has more than there was memory for. Of one that is larger than metadata can be, the rest is let go.
  void grow() {
    constexpr std::size_t most = 64'000'000;
    filled_ = content_.size() - JxlDecoderReleaseBoxBuffer(decoder_);
    if (content_.size() >= most) {
      content_.assign(first_length, std::byte{0});
      filled_ = 0;
      too_large_ = true;
    } else if (!too_large_) {
      content_.resize(2 * content_.size());
    } else {
      filled_ = 0;
    }
    give();
  }

  void finish() {
    if (content_.empty()) return;
    filled_ = content_.size() - JxlDecoderReleaseBoxBuffer(decoder_);
    content_.resize(filled_);
    if (!too_large_) keep();
    if (too_large_) result_.other_boxes.push_back(type_);
    content_.clear();
    filled_ = 0;
    too_large_ = false;
  }

 private:
  static constexpr std::size_t first_length = 65536;

  void give() {
    const auto rest = std::span(content_).subspan(filled_);
    JxlDecoderSetBoxBuffer(decoder_, reinterpret_cast<std::uint8_t*>(rest.data()), rest.size());  // NOLINT: its bytes
  }

  void keep() {
    if (type_ == "xml " && result_.metadata.xmp.empty()) result_.metadata.xmp = std::string(as_text(content_));
    if (type_ != "Exif" || !result_.metadata.exif.empty() || content_.size() < 4) return;
    // Four bytes say how far behind them the TIFF structure begins (ISO/IEC 18181-2, 4.6).
    std::size_t offset = 4;
    for (std::size_t i = 0; i < 4; ++i) offset += std::to_integer<std::size_t>(content_[i]) << (24 - 8 * i);
    if (offset < content_.size()) {
      result_.metadata.exif.assign(content_.begin() + static_cast<std::ptrdiff_t>(offset), content_.end());
    }
  }

  JxlDecoder* decoder_;
  DecodedJpegXl& result_;
  std::string type_;
  std::vector<std::byte> content_;
  std::size_t filled_ = 0;
  bool too_large_ = false;
};

void take_profile(const JxlDecoder* decoder, DecodedJpegXl& result) {
  constexpr auto of_pixels = JXL_COLOR_PROFILE_TARGET_DATA;
  JxlColorEncoding colours{};
  if (JxlDecoderGetColorAsEncodedProfile(decoder, nullptr, of_pixels, &colours) == JXL_DEC_SUCCESS) {
    const bool primaries = colours.color_space == JXL_COLOR_SPACE_GRAY || colours.primaries == JXL_PRIMARIES_SRGB;
    if (primaries && colours.white_point == JXL_WHITE_POINT_D65 &&
        colours.transfer_function == JXL_TRANSFER_FUNCTION_SRGB) {
      return;
    }
  }
  std::size_t size = 0;
  result.colours_are_known =
      JxlDecoderGetICCProfileSize(decoder, nullptr, of_pixels, &size) == JXL_DEC_SUCCESS && size > 0;
  constexpr std::size_t most = 16'000'000;
  if (!result.colours_are_known || size > most) return;
  result.profile.resize(size);
  auto* to = reinterpret_cast<std::uint8_t*>(result.profile.data());  // NOLINT: its bytes
  if (JxlDecoderGetColorAsICCProfile(decoder, nullptr, of_pixels, to, size) != JXL_DEC_SUCCESS) {
    result.profile.clear();
    result.colours_are_known = false;
  }
}

// Takes memory for the pixels. Returns false where libjxl wants another amount than the header's size needs.
template <typename Sample>
bool give_memory(JxlDecoder* decoder, DecodedJpegXl& result, JxlDataType type) {
  const JxlBasicInfo& header = result.header;
  const auto channels = header.num_color_channels + (header.alpha_bits > 0 ? 1 : 0);
  const JxlPixelFormat format{channels, type, JXL_NATIVE_ENDIAN, 0};
  Raster<Sample> raster(static_cast<int>(header.xsize), static_cast<int>(header.ysize), static_cast<int>(channels));
  const std::size_t bytes = raster.samples.size() * sizeof(Sample);
  std::size_t wanted = 0;
  if (JxlDecoderImageOutBufferSize(decoder, &format, &wanted) != JXL_DEC_SUCCESS || wanted != bytes) return false;
  auto& kept = result.pixels.emplace<Raster<Sample>>(std::move(raster));
  return JxlDecoderSetImageOutBuffer(decoder, &format, kept.samples.data(), bytes) == JXL_DEC_SUCCESS;
}

bool give_memory(JxlDecoder* decoder, DecodedJpegXl& result) {
  switch (jpeg_xl_samples(result.header)) {
    case JpegXlSamples::bytes:
      return give_memory<std::uint8_t>(decoder, result, JXL_TYPE_UINT8);
    case JpegXlSamples::words:
      return give_memory<std::uint16_t>(decoder, result, JXL_TYPE_UINT16);
    default:
      return give_memory<float>(decoder, result, JXL_TYPE_FLOAT);
  }
}

bool has_black_ink(const JxlDecoder* decoder, const JxlBasicInfo& header) {
  for (std::uint32_t i = 0; i < header.num_extra_channels; ++i) {
    JxlExtraChannelInfo channel{};
    if (JxlDecoderGetExtraChannelInfo(decoder, i, &channel) == JXL_DEC_SUCCESS && channel.type == JXL_CHANNEL_BLACK) {
      return true;
    }
  }
  return false;
}

// Goes through libjxl's events; one method for each that it meets.
class Decoding {
 public:
  Decoding(std::span<const std::byte> file, const std::function<void(const JxlBasicInfo&)>& fits)
      : decoder_(decoder_of(
            file, JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING | JXL_DEC_FRAME | JXL_DEC_FULL_IMAGE | JXL_DEC_BOX)),
        boxes_(decoder_.get(), result_),
        fits_(fits) {}

  DecodedJpegXl run() {
    using Outcome = DecodedJpegXl::Outcome;
    JxlDecoderSetDecompressBoxes(decoder_.get(), JXL_TRUE);
    while (step()) continue;
    boxes_.finish();
    if (complete_) {
      result_.outcome = Outcome::whole;
    } else if (result_.cut_short && has_memory_ && JxlDecoderFlushImage(decoder_.get()) == JXL_DEC_SUCCESS) {
      result_.outcome = Outcome::part;
    }
    return std::move(result_);
  }

 private:
  // Returns false where there is nothing more.
  bool step() {
    switch (JxlDecoderProcessInput(decoder_.get())) {
      case JXL_DEC_BASIC_INFO:
        if (JxlDecoderGetBasicInfo(decoder_.get(), &result_.header) != JXL_DEC_SUCCESS) return false;
        result_.has_black_ink = has_black_ink(decoder_.get(), result_.header);
        fits_(result_.header);
        return true;
      case JXL_DEC_COLOR_ENCODING:
        take_profile(decoder_.get(), result_);
        return true;
      case JXL_DEC_FRAME:
        return !complete_ || JxlDecoderSkipCurrentFrame(decoder_.get()) == JXL_DEC_SUCCESS;
      case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
        if (complete_) return false;
        has_memory_ = give_memory(decoder_.get(), result_);
        return has_memory_;
      case JXL_DEC_FULL_IMAGE:
        complete_ = true;
        return true;
      case JXL_DEC_BOX:
        boxes_.begin();
        return true;
      case JXL_DEC_BOX_NEED_MORE_OUTPUT:
        boxes_.grow();
        return true;
      case JXL_DEC_NEED_MORE_INPUT:
        result_.cut_short = true;
        return false;
      default:
        return false;
    }
  }

  DecodedJpegXl result_;
  Decoder decoder_;
  BoxReader boxes_;
  const std::function<void(const JxlBasicInfo&)>& fits_;
  bool has_memory_ = false;
  bool complete_ = false;
};

}  // namespace

std::optional<JxlBasicInfo> read_jpeg_xl_header(std::span<const std::byte> file) {
  const Decoder decoder = decoder_of(file, JXL_DEC_BASIC_INFO);
  JxlBasicInfo header{};
  if (JxlDecoderProcessInput(decoder.get()) != JXL_DEC_BASIC_INFO ||
      JxlDecoderGetBasicInfo(decoder.get(), &header) != JXL_DEC_SUCCESS) {
    return {};
  }
  return header;
}

JpegXlSamples jpeg_xl_samples(const JxlBasicInfo& header) {
  if (header.exponent_bits_per_sample > 0) return JpegXlSamples::floats;
  return header.bits_per_sample > 8 ? JpegXlSamples::words : JpegXlSamples::bytes;
}

DecodedJpegXl decode_jpeg_xl(std::span<const std::byte> file, const std::function<void(const JxlBasicInfo&)>& fits) {
  return Decoding(file, fits).run();
}

}  // namespace colourize::photo
