// A part of the coloured film: some hundred pictures, encoded by themselves, in a file of their own. Segments are
// joined without being encoded again; what was finished before a crash is not done twice. The container is NUT: any
// codec, exact times, and FFmpeg's programs play it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "film/video/encoder.h"
#include "film/video/output_stream.h"

namespace colourize::film {

// When a picture is shown, and how long: in the time base of the film's video stream.
struct Timing {
  std::int64_t time = 0;
  std::int64_t duration = 0;
};

// A segment that is whole, as the journal keeps it.
struct Segment {
  std::vector<Timing> pictures;  // as shown
  std::int64_t delay = 0;        // how many pictures later one is shown than decoded, at most
  std::uint64_t bytes = 0;       // of its file
  std::string sha256;            // of its file
};

class SegmentWriter {
 public:
  // Throws Error when the encoder or the file cannot be opened.
  SegmentWriter(const std::filesystem::path& path, const VideoFormat& format);

  // A picture of the format's, later than the one before.
  void write(Frame picture, const Timing& timing);
  // Puts the file in place.
  Segment finish();

 private:
  struct Closed {
    void operator()(AVFormatContext* container) const { avformat_free_context(container); }
  };

  void write_packet(const AVPacket& packet);

  std::filesystem::path path_;
  VideoFormat format_;
  VideoEncoder encoder_;
  OutputStream output_;
  std::unique_ptr<AVFormatContext, Closed> container_;
  Packet packet_;
  std::int64_t packets_ = 0;
  Segment segment_;
};

class SegmentReader {
 public:
  // `time_base`: the film's. Throws Error when the file is missing or is not what was written.
  SegmentReader(const std::filesystem::path& path, const Segment& segment, AVRational time_base);

  // Of the codec, as the encoder gave them.
  const AVCodecParameters& parameters() const { return *container_->streams[0]->codecpar; }
  // The next packet in the order of decoding, its pts the film's; false at the end. Its dts is not set.
  bool read(AVPacket& packet);

 private:
  struct Closed {
    void operator()(AVFormatContext* container) const { avformat_close_input(&container); }
  };

  std::string name_;
  std::int64_t first_time_;
  AVRational time_base_;
  std::unique_ptr<AVFormatContext, Closed> container_;
};

}  // namespace colourize::film
