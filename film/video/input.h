// An open film: its container and its streams, one of which has the frames.
//
// The file is hostile. Only its bytes decide its format. Formats that name other files or addresses (playlists) are
// refused, so that a film cannot make the program read anything else.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "film/video/libav.h"
#include "system/warnings.h"

namespace colourize::film {

class Input {
 public:
  // "-" is the standard input. Throws Error where the file is missing, is not a film, is encrypted or has no video
  // stream. `warn` receives what read() skips.
  Input(const std::filesystem::path& path, const Warn& warn);
  // The same, from a file's bytes, which must outlive the input. `name` is for messages.
  Input(std::span<const std::byte> file, const std::string& name, const Warn& warn);
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  ~Input();  // in the .cpp, because Bytes is incomplete here

  AVFormatContext& container() { return *container_; }
  const AVFormatContext& container() const { return *container_; }
  // The stream with the frames to colour; never a cover picture.
  AVStream& video() const { return *container_->streams[video_]; }
  const std::string& name() const { return name_; }

  // Reads the next packet of any stream that is not discarded; returns false at the end. It skips a part of the file
  // that cannot be read, and warns the first time. Throws Error when the disk fails.
  bool read(AVPacket& packet);

  // The container's first time, in microseconds: the zero of TimeRange.
  std::int64_t start() const;
  // The length in seconds; 0 where the container does not state it.
  double seconds() const;

 private:
  struct Bytes;
  struct Closed {
    void operator()(AVIOContext* io) const;
    void operator()(AVFormatContext* container) const { avformat_close_input(&container); }
  };

  void open();
  void choose_video();

  std::string name_;
  Warn warn_;
  std::unique_ptr<Bytes> bytes_;  // null where the input is a file
  std::unique_ptr<AVIOContext, Closed> io_;
  std::unique_ptr<AVFormatContext, Closed> container_;  // reads from io_
  int video_ = -1;
  bool complained_ = false;
};

// True for a still picture that represents the film.
bool is_cover(const AVStream& stream);

}  // namespace colourize::film
