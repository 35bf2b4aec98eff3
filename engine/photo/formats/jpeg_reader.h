// libjpeg's decoder of one file, its errors and warnings made into something that C++ can act on.
//
// libjpeg leaves an error by a function that must not return: it jumps back to where the step began. Steps are
// therefore functions without objects that have a destructor; everything that has one lives outside of them.
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
  // The bytes are borrowed. stop_at_damage: damaged data is an error; else decoding goes on, and damaged() says so.
  JpegReader(std::span<const std::byte> file, bool stop_at_damage);
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;
  ~JpegReader() { jpeg_destroy_decompress(&codec_); }

  jpeg_decompress_struct& codec() { return codec_; }

  // Comes first, once. False, as run().
  bool read_header();

  // Calls step(codec()). False when libjpeg reported an error; then only the questions below may be asked. Throws
  // std::bad_alloc.
  template <typename Step>
  bool run(Step step) {
    if (setjmp(back_) != 0) {  // NOLINT(cert-err52-cpp): a C library's only way out
      throw_if_out_of_memory();
      return false;
    }
    step(codec_);
    return true;
  }

  // Whether libjpeg gave up because of what the file is, sound or not: a process or a precision that it does not
  // decode.
  bool unsupported() const;
  // Whether the picture's data were found damaged, or to end early.
  bool damaged() const { return damaged_; }
  // Whether the file ends before its end mark. Where nothing but the mark is missing, damaged() is false.
  bool cut_short() const { return cut_short_; }
  // The first words that libjpeg has said of an error or damage; of what harms nothing; empty if it was silent.
  const char* reason() const { return reason_.data(); }
  const char* remark() const { return remark_.data(); }

  // After jpeg_start_decompress() of a file of several scans: whether some of the picture's data never came: one of its
  // components or, where the file has no end mark, the last bits of a progressive picture's coefficients (ITU T.81,
  // G.1.2). With an end mark such a picture is as coarse as its writer liked.
  bool lacks_scans() const;
  // How many of the picture's rows came before the damage: those whose blocks have their mean (ITU T.81: DC) in each
  // component.
  int sound_rows() const;
  // How many of the file's bytes were decoded before the damage or the error. Where the file ends there, libjpeg has no
  // error.
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
  std::array<JDIMENSION, MAX_COMPONENTS> rows_of_blocks_{};  // rows of MCUs whose DC has come, by component
};

}  // namespace colourize::photo
