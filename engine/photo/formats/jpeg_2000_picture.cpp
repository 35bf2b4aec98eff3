#include "engine/photo/formats/jpeg_2000_picture.h"

#include <algorithm>
#include <cstring>

namespace colourize::photo {
namespace {

constexpr auto end_of_stream = static_cast<OPJ_SIZE_T>(-1);

// What OpenJPEG reads from.
struct Source {
  std::span<const std::byte> bytes;
  std::size_t place = 0;
};

OPJ_SIZE_T read(void* to, OPJ_SIZE_T wanted, void* data) {
  auto& source = *static_cast<Source*>(data);
  const std::size_t count = std::min<std::size_t>(wanted, source.bytes.size() - source.place);
  if (count == 0) return end_of_stream;
  std::memcpy(to, source.bytes.data() + source.place, count);
  source.place += count;
  return count;
}

OPJ_OFF_T skip(OPJ_OFF_T count, void* data) {
  auto& source = *static_cast<Source*>(data);
  const auto rest = static_cast<OPJ_OFF_T>(source.bytes.size() - source.place);
  if (count < 0 || count > rest) return -1;
  source.place += static_cast<std::size_t>(count);
  return count;
}

OPJ_BOOL seek(OPJ_OFF_T place, void* data) {
  auto& source = *static_cast<Source*>(data);
  if (place < 0 || static_cast<std::uint64_t>(place) > source.bytes.size()) return OPJ_FALSE;
  source.place = static_cast<std::size_t>(place);
  return OPJ_TRUE;
}

// Keeps the first message, without the end of its line.
void keep(const char* message, void* data) {
  auto& text = *static_cast<std::string*>(data);
  if (!text.empty()) return;
  text = message;
  text.resize(std::min(text.find('\n'), text.size()));
}
void ignore(const char* /*message*/, void* /*data*/) {}

struct CloseStream {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct CloseCodec {
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};

}  // namespace

DecodedJpeg2000 decode_jpeg_2000(std::span<const std::byte> codestream, bool strictly) {
  Source source{codestream};
  const std::unique_ptr<opj_stream_t, CloseStream> stream(opj_stream_default_create(OPJ_STREAM_READ));
  const std::unique_ptr<opj_codec_t, CloseCodec> codec(opj_create_decompress(OPJ_CODEC_J2K));
  if (stream == nullptr || codec == nullptr) return {};
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), codestream.size());
  opj_stream_set_read_function(stream.get(), read);
  opj_stream_set_skip_function(stream.get(), skip);
  opj_stream_set_seek_function(stream.get(), seek);
  std::string error;
  std::string warning;
  opj_set_error_handler(codec.get(), keep, &error);
  opj_set_warning_handler(codec.get(), keep, &warning);
  opj_set_info_handler(codec.get(), ignore, nullptr);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* picture = nullptr;
  bool decoded = opj_setup_decoder(codec.get(), &parameters) == OPJ_TRUE &&
                 opj_decoder_set_strict_mode(codec.get(), strictly ? OPJ_TRUE : OPJ_FALSE) == OPJ_TRUE &&
                 opj_read_header(stream.get(), codec.get(), &picture) == OPJ_TRUE;
  DecodedJpeg2000 result;
  result.picture.reset(picture);
  decoded = decoded && opj_decode(codec.get(), stream.get(), picture) == OPJ_TRUE;
  if (!decoded) result.picture.reset();
  result.message = error.empty() ? warning : error;
  return result;
}

}  // namespace colourize::photo
