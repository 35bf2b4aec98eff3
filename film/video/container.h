// The film that is written: a container with the coloured video, and everything else that the source has, as it was.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "film/video/decoder.h"
#include "film/video/encoder.h"
#include "film/video/input.h"
#include "film/video/output_stream.h"

namespace colourize::film {

// The format of a container by the file's ending; see container_name(). Throws Error for others.
const AVOutputFormat& container_format(const std::filesystem::path& target);

class Container {
 public:
  // Begins the film at `io` with the streams of `source` in their order, the video's replaced by one with these
  // parameters. What is outside of the range is left out, and times count from its beginning. Nothing of the source is
  // read. Throws Error, naming the stream and what can hold it, where the format cannot.
  Container(AVIOContext* io, const AVOutputFormat& format, const Input& source, const VideoFormat& video,
            const AVCodecParameters& parameters, const TimeRange& range, const std::string& name);

  // The next packet of the coloured video, in the order of decoding; pts, dts and duration in the film's time base.
  int write_video(AVPacket& packet);
  // A packet of the source's: its times become the range's. Those of streams that are not copied, or outside of the
  // range, are passed over. Both return libav's code.
  int write_copy(AVPacket& packet);
  int finish();

  AVStream& video() const { return *container_->streams[video_]; }

 private:
  struct Closed {
    void operator()(AVFormatContext* container) const { avformat_free_context(container); }
  };

  void add_streams(const Input& source, const VideoFormat& video, const AVCodecParameters& parameters);
  void add_copy(const AVStream& from);
  void add_cover_as_attachment(const AVStream& from);
  AVStream& add_stream(const AVCodecParameters& parameters);
  void add_chapters(const Input& source, const TimeRange& range);

  std::string name_;
  std::unique_ptr<AVFormatContext, Closed> container_;
  const Input& source_;
  AVRational time_base_;
  Moments moments_;
  int video_ = -1;
  std::vector<std::optional<int>> copies_;  // of the source's streams: the stream here
};

}  // namespace colourize::film
