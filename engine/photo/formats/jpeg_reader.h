// Decodes one file with libjpeg, and turns its errors and warnings into something that C++ can act on.
//
// libjpeg leaves an error through a function that must not return: it jumps back to where the step began. So a step is
// a function without objects that have a destructor. All such objects live outside of the steps.
#pragma once

// clang-format off
#include <cstdio>  // jpeglib.h uses FILE and size_t, and includes neither
#include <jpeglib.h>
// clang-format on

#include <array>
#include <csetjmp>
#include <cstddef>
#include <span>

namespace colourize::photo {

class JpegReader {
 public:
  // Borrows the bytes. stop_at_damage: damaged data is an error. Otherwise decoding continues, and damaged() returns
  // true.
  JpegReader(std::span<const std::byte> file, bool stop_at_damage);
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;
  ~JpegReader() { jpeg_destroy_decompress(&codec_); }

  jpeg_decompress_struct& codec() { return codec_; }
  std::span<const std::byte> file() const { return file_; }

  // Call this first, and once. Returns false as run() does.
  bool read_header();

  // Calls step(codec()). Returns false when libjpeg reported an error; after that, call only the questions below.
  // Throws std::bad_alloc.
  template <typename Step>
  bool run(Step step) {
    if (setjmp(back_) != 0) {  // NOLINT(cert-err52-cpp): a C library's only way out
      throw_if_out_of_memory();
      return false;
    }
    step(codec_);
    return true;
  }

  // True where libjpeg gave up because it does not decode this process or precision, whether the file is sound or not.
  bool unsupported() const;
  // True where the picture's data are damaged or end early.
  bool damaged() const { return damaged_; }
  // True where the file ends before its end mark. Where only the mark is missing, damaged() is false; but in arithmetic
  // coding it is true, because data that end early look there like data that do not (ITU T.81, D.2.6).
  bool cut_short() const { return cut_short_; }
  // libjpeg's first message about an error or damage (reason), and about what does no harm (remark); empty where there
  // is none.
  const char* reason() const { return reason_.data(); }
  const char* remark() const { return remark_.data(); }

  // Call after jpeg_start_decompress() of a file with several scans. True where some of the picture's data never came:
  // one of its components or, in a file without an end mark, the last bits of a progressive picture's coefficients (ITU
  // T.81, G.1.2). With an end mark, such a picture is as coarse as its writer wanted.
  bool lacks_scans() const;
  // How many of the picture's rows came before the damage: rows whose blocks have their mean (ITU T.81: DC) in each
  // component.
  int sound_rows() const;
  // How many bytes of the file libjpeg decoded before the damage or the error. A file that ends there gives no error of
  // libjpeg.
  std::size_t sound_bytes() const { return sound_bytes_; }

 private:
  using Message = std::array<char, JMSG_LENGTH_MAX>;

  static JpegReader& of(j_common_ptr codec) { return *static_cast<JpegReader*>(codec->client_data); }
  static void on_error(j_common_ptr codec);
  static void on_message(j_common_ptr codec, int level);
  static void on_progress(j_common_ptr codec);
  void note_rows();
  void throw_if_out_of_memory() const;
  [[noreturn]] void jump_back();

  jpeg_decompress_struct codec_{};
  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf back_{};
  Message reason_{};
  Message remark_{};
  std::span<const std::byte> file_;
  std::size_t sound_bytes_ = 0;
  bool stop_at_damage_;
  bool damaged_ = false;
  bool cut_short_ = false;
  std::array<JDIMENSION, MAX_COMPONENTS> rows_of_blocks_{};  // rows of MCUs whose DC has come, for each component
};

}  // namespace colourize::photo
