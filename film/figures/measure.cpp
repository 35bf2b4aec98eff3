#include "film/figures/measure.h"

#include "film/video/colour_space.h"
#include "film/video/expected_frames.h"

namespace colourize::film {
namespace {

// Frames of one size and format as red, green and blue.
class RgbFrames {
 public:
  explicit RgbFrames(std::string name) : name_(std::move(name)) {}

  const photo::Raster8& convert(const AVFrame& frame) {
    if (scaler_ == nullptr) {
      raster_ = photo::Raster8(frame.width, frame.height, 3);
      scaler_ =
          new_scaler({}, frame, frame.width, frame.height, AV_PIX_FMT_RGB24, SWS_BILINEAR, AVCOL_RANGE_JPEG, name_);
    }
    std::uint8_t* const to[] = {raster_.samples.data()};             // NOLINT(modernize-avoid-c-arrays): libav's
    const int stride[] = {static_cast<int>(raster_.row_samples())};  // NOLINT(modernize-avoid-c-arrays): the same
    checked(sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, to, stride), name_,
            "its frames cannot be converted");
    return raster_;
  }

 private:
  std::string name_;
  Scaler scaler_;
  photo::Raster8 raster_;
};

}  // namespace

FilmFigures measure_film(const std::filesystem::path& path, const TimeRange& range,
                         const std::function<void(std::int64_t done, std::int64_t expected)>& progress,
                         const Warn& warn) {
  Input input(path, warn);
  Decoder decoder(input, range, warn);
  RgbFrames rgb(input.name());
  FilmMeasurement measurement;
  const ExpectedFrames expected(decoder);
  std::int64_t done = 0;
  while (const std::optional<TimedFrame> frame = decoder.next()) {
    measurement.add(rgb.convert(*frame->picture));
    ++done;
    if (progress) progress(done, expected.after(done, decoder.seconds_shown()));
  }
  return measurement.figures();
}

}  // namespace colourize::film
