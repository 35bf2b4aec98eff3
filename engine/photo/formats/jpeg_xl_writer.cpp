#include "engine/photo/formats/jpeg_xl_writer.h"

#include <fmt/core.h>
#include <jxl/encode.h>

#include <memory>
#include <new>

#include "system/error.h"

namespace colourize::photo {
namespace {

// cjxl's distance for JPEG's quality 95, the one of the other formats: 0.1 + 0.09 (100 - quality), from 30 on
// (libjxl 0.7, tools/cjxl_main.cc).
constexpr float lossy_distance = 0.55F;
// Of 1 to 9, lossless: higher ones take several times as long, for a few per cent.
constexpr int lossless_effort = 3;

struct CloseEncoder {
  void operator()(JxlEncoder* encoder) const { JxlEncoderDestroy(encoder); }
};

class Encoding {
 public:
  explicit Encoding(const std::string& name) : encoder_(JxlEncoderCreate(nullptr)), name_(name) {
    if (encoder_ == nullptr) throw std::bad_alloc();
  }

  std::vector<std::byte> run(const Photo& photo, bool lossless) {
    check(JxlEncoderUseContainer(encoder_.get(), JXL_TRUE));
    describe(photo, lossless);
    JxlEncoderFrameSettings* settings = JxlEncoderFrameSettingsCreate(encoder_.get(), nullptr);
    if (settings == nullptr) throw std::bad_alloc();
    if (lossless) {
      check(JxlEncoderSetFrameLossless(settings, JXL_TRUE));
      check(JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT, lossless_effort));
    } else {
      check(JxlEncoderSetFrameDistance(settings, lossy_distance));
    }
    const JxlPixelFormat format{static_cast<std::uint32_t>(photo.channels()),
                                photo.bits() == 8 ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16, JXL_NATIVE_ENDIAN, 0};
    std::visit(
        [&](const auto& raster) {
          const std::size_t bytes = raster.samples.size() * sizeof(raster.samples[0]);
          check(JxlEncoderAddImageFrame(settings, &format, raster.samples.data(), bytes));
        },
        photo.pixels);
    JxlEncoderCloseInput(encoder_.get());
    return output();
  }

 private:
  void check(JxlEncoderStatus status) const {
    if (status == JXL_ENC_SUCCESS) return;
    const JxlEncoderError problem = JxlEncoderGetError(encoder_.get());
    if (problem == JXL_ENC_ERR_OOM) throw std::bad_alloc();
    throw Error(ErrorKind::failed, name_,
                fmt::format("could not be encoded: libjxl's error {}", static_cast<int>(problem)));
  }

  void describe(const Photo& photo, bool lossless) const {
    JxlBasicInfo header;
    JxlEncoderInitBasicInfo(&header);
    header.xsize = static_cast<std::uint32_t>(photo.width());
    header.ysize = static_cast<std::uint32_t>(photo.height());
    header.bits_per_sample = static_cast<std::uint32_t>(photo.bits());
    header.num_color_channels = 3;
    if (photo.channels() == 4) {
      header.num_extra_channels = 1;
      header.alpha_bits = header.bits_per_sample;
    }
    header.uses_original_profile = lossless ? JXL_TRUE : JXL_FALSE;
    check(JxlEncoderSetBasicInfo(encoder_.get(), &header));
    const auto profile = photo.metadata.profile();
    if (profile.empty()) {
      JxlColorEncoding colours{};
      JxlColorEncodingSetToSRGB(&colours, JXL_FALSE);
      return check(JxlEncoderSetColorEncoding(encoder_.get(), &colours));
    }
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(profile.data());  // NOLINT: the same bytes
    check(JxlEncoderSetICCProfile(encoder_.get(), bytes, profile.size()));
  }

  std::vector<std::byte> output() const {
    constexpr std::size_t step = 1 << 20;
    std::vector<std::byte> file;
    std::size_t filled = 0;
    JxlEncoderStatus status = JXL_ENC_NEED_MORE_OUTPUT;
    while (status == JXL_ENC_NEED_MORE_OUTPUT) {
      file.resize(filled + step);
      auto* to = reinterpret_cast<std::uint8_t*>(file.data() + filled);  // NOLINT: the same bytes
      std::size_t left = step;
      status = JxlEncoderProcessOutput(encoder_.get(), &to, &left);
      filled = file.size() - left;
    }
    check(status);
    file.resize(filled);
    return file;
  }

  std::unique_ptr<JxlEncoder, CloseEncoder> encoder_;
  const std::string& name_;
};

}  // namespace

std::vector<std::byte> save_jpeg_xl(const Photo& photo, const std::string& name, const EncodeOptions& options,
                                    const Warn& warn) {
  if (photo.density) {
    warn(name + ": JPEG XL states no print size; only that in the photo's EXIF stays, if there is one");
  }
  return Encoding(name).run(photo, options.jxl_lossless);
}

}  // namespace colourize::photo
