#include "engine/film/measure.h"

#include "engine/film/colour_space.h"
#include "system/error.h"

namespace colourize::film {
namespace {

// Frames of one size and format as red, green and blue.
class RgbFrames {
 public:
  explicit RgbFrames(std::string name) : name_(std::move(name)) {}

  const photo::Raster8& convert(const AVFrame& frame) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    if (scaler_ == nullptr) {
      raster_ = photo::Raster8(frame.width, frame.height, 3);
      scaler_.reset(sws_getContext(frame.width, frame.height, format, frame.width, frame.height, AV_PIX_FMT_RGB24,
                                   SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT, nullptr,
                                   nullptr, nullptr));
      if (scaler_ == nullptr) throw Error(name_, "its pictures cannot be converted");
      const ColourTags tags = tags_of(frame);
      const int* coefficients = sws_getCoefficients(scaler_matrix(tags.space));
      const int one = 1 << 16;
      sws_setColorspaceDetails(scaler_.get(), coefficients, tags.range == AVCOL_RANGE_JPEG ? 1 : 0, coefficients, 1, 0,
                               one, one);
    }
    std::uint8_t* const to[] = {raster_.samples.data()};             // NOLINT(modernize-avoid-c-arrays): libav's
    const int stride[] = {static_cast<int>(raster_.row_samples())};  // NOLINT(modernize-avoid-c-arrays): the same
    checked(sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, to, stride), name_,
            "its pictures cannot be converted");
    return raster_;
  }

 private:
  std::string name_;
  Scaler scaler_;
  photo::Raster8 raster_;
};

}  // namespace

FilmFigures measure_film(const std::filesystem::path& path, const TimeRange& range,
                         const std::function<void(std::int64_t done, std::int64_t expected)>& progress) {
  Input input(path);
  Decoder decoder(input, range);
  RgbFrames rgb(input.name());
  FilmMeasurement measurement;
  std::int64_t done = 0;
  while (const std::optional<TimedFrame> frame = decoder.next()) {
    measurement.add(rgb.convert(*frame->picture));
    if (progress) progress(++done, decoder.expected_frames());
  }
  return measurement.figures();
}

}  // namespace colourize::film
