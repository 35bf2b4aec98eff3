// A film's file, opened: its container and its streams, of which one has the pictures.
//
// A file is hostile: what it is is told by its bytes alone, and formats that name other files or addresses (playlists)
// are refused, so that no film reads what it is not.
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
  // "-" is the standard input. Throws Error with what is wrong: not there, no film, encrypted, no video stream.
  // `warn` hears what read() passes over.
  Input(const std::filesystem::path& path, const Warn& warn);
  // The same of a file's bytes, which must outlive the input. `name` is for messages.
  Input(std::span<const std::byte> file, const std::string& name, const Warn& warn);
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  ~Input();  // here, for Bytes is known in the source only

  AVFormatContext& container() { return *container_; }
  const AVFormatContext& container() const { return *container_; }
  // The stream with the pictures to colour: no cover picture.
  AVStream& video() const { return *container_->streams[video_]; }
  const std::string& name() const { return name_; }

  // The next packet of any stream that is not discarded; false at the end. A part of the file that cannot be read is
  // passed over, with a warning the first time. Throws Error when the disk fails.
  bool read(AVPacket& packet);

  // The container's beginning, in microseconds: what --from and --to count from.
  std::int64_t start() const;
  // Its length in seconds; 0 where it does not say.
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
  std::unique_ptr<Bytes> bytes_;  // null: a file
  std::unique_ptr<AVIOContext, Closed> io_;
  std::unique_ptr<AVFormatContext, Closed> container_;  // reads from io_
  int video_ = -1;
  bool complained_ = false;
};

// Whether the stream is a still picture that stands for the film.
bool is_cover(const AVStream& stream);

}  // namespace colourize::film
