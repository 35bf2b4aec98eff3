// Words that a picture file carries beside its metadata: comments, titles, an XMP packet that nobody can parse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace colourize::photo {

struct Text {
  enum class Kind : std::uint8_t {
    jpeg_comment,       // a segment COM (ITU T.81, B.2.4.5): bytes of an encoding that nobody states
    png,                // a chunk tEXt, as its file has it (PNG, third edition, 11.3.3): keyword, 0, Latin-1
    png_compressed,     // a chunk zTXt: keyword, 0, method, the same compressed
    png_international,  // a chunk iTXt: keyword, 0, flag, method, language, 0, translated keyword, 0, UTF-8
    xmp,                // an XMP packet, UTF-8, without what surrounds it in a file
  };
  Kind kind = Kind::jpeg_comment;
  std::string data;

  friend bool operator==(const Text&, const Text&) = default;
};

inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT: the same bytes by another name
}

// What is read of one file; the rest is left out, with a warning.
constexpr std::size_t most_texts = 1'000;
constexpr std::size_t most_text_bytes = 4'000'000;  // of all texts together

// Collects a file's texts up to these limits.
class Texts {
 public:
  // Copies the data where they are within the limits.
  void add(Text::Kind kind, std::string_view data) {
    if (texts_.size() == most_texts || data.size() > most_text_bytes - bytes_) {
      ++left_out_;
      return;
    }
    bytes_ += data.size();
    texts_.push_back({kind, std::string(data)});
  }
  std::size_t left_out() const { return left_out_; }
  std::vector<Text> take() { return std::move(texts_); }

 private:
  std::vector<Text> texts_;
  std::size_t bytes_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace colourize::photo
