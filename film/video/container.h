// Writes the film: a container with the coloured video and with everything else that the source has, unchanged.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "engine/provenance.h"
#include "film/video/decoder.h"
#include "film/video/encoder.h"
#include "film/video/input.h"
#include "film/video/output_stream.h"

namespace colourize::film {

// The format of a container by the file's extension; see container_name(). Throws Error for other extensions.
const AVOutputFormat& container_format(const std::filesystem::path& target);

class Container {
 public:
  // Begins the film at `io`. It has the streams of `source` in their order, and the video stream is replaced by one
  // with `parameters`. The film leaves out what is outside the range, and its times count from the range's beginning.
  // Its comment states `provenance` (statement.h) instead of what the source's states; none: it states nothing. This
  // reads nothing from the source. Throws Error that names a stream that the format cannot hold, and a format that can.
  Container(AVIOContext* io, const AVOutputFormat& format, const Input& source, const VideoFormat& video,
            const AVCodecParameters& parameters, const TimeRange& range, const std::string& name,
            const std::optional<Provenance>& provenance = {});

  // Writes the next packet of the coloured video, in decoding order. Its pts, dts and duration are in the film's time
  // base.
  int write_video(AVPacket& packet);
  // Writes a packet of the source, with its times shifted to the range. It skips packets that are outside the range or
  // of streams that are not copied. This and write_video() return libav's code.
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
  std::vector<std::optional<int>> copies_;  // for each stream of the source, the stream here
};

}  // namespace colourize::film
