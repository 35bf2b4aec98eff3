#include "engine/photo/formats/jpeg_reader.h"

#include <jerror.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace colourize::photo {
namespace {

// libjpeg's own progression has ten scans for three components. Each scan of a hostile file costs a walk over the whole
// picture.
constexpr int most_scans = 100;

// Messages that say nothing about the picture's data: a version, padding, an application's marker.
bool is_harmless(int warning) {
  switch (warning) {
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_TOO_MUCH_DATA:
      return true;
    default:
      return false;
  }
}

}  // namespace

JpegReader::JpegReader(std::span<const std::byte> file, bool stop_at_damage)
    : file_(file), stop_at_damage_(stop_at_damage) {
  codec_.err = jpeg_std_error(&errors_);
  errors_.error_exit = on_error;
  errors_.emit_message = on_message;
  progress_.progress_monitor = on_progress;
  codec_.client_data = this;
}

bool JpegReader::read_header() {
  return run([&](jpeg_decompress_struct& codec) {
    jpeg_create_decompress(&codec);
    codec.progress = &progress_;
    jpeg_mem_src(&codec, reinterpret_cast<const unsigned char*>(file_.data()), file_.size());  // NOLINT: what it takes
    jpeg_read_header(&codec, TRUE);
  });
}

void JpegReader::jump_back() {
  std::longjmp(back_, 1);  // NOLINT(cert-err52-cpp): a C library's only way out
}

void JpegReader::on_error(j_common_ptr codec) {
  JpegReader& reader = of(codec);
  if (*reader.reason() == '\0') codec->err->format_message(codec, reader.reason_.data());
  reader.jump_back();
}

// level: -1 is a warning; 0 and above are messages that the program does not need.
void JpegReader::on_message(j_common_ptr codec, int level) {
  if (level >= 0) return;
  JpegReader& reader = of(codec);
  const int warning = codec->err->msg_code;
  if (warning == JWRN_JPEG_EOF) {
    // The decoder reads ahead, so it meets the end before it knows whether it needs more. If it does, another warning
    // follows.
    if (reader.damaged_) return;
    reader.cut_short_ = true;
    if (reader.codec_.arith_code == FALSE) return;
    codec->err->format_message(codec, reader.reason_.data());
    reader.damaged_ = true;
    if (reader.stop_at_damage_) reader.jump_back();
  } else if (is_harmless(warning)) {
    if (*reader.remark() == '\0') codec->err->format_message(codec, reader.remark_.data());
  } else if (!reader.damaged_) {
    codec->err->format_message(codec, reader.reason_.data());
    // Before a scan's data the counter is that of the scan before it.
    if (warning == JWRN_HIT_MARKER || warning == JWRN_HUFF_BAD_CODE || warning == JWRN_MUST_RESYNC) reader.note_rows();
    reader.damaged_ = true;
    if (reader.stop_at_damage_) reader.jump_back();
  }
}

// Called before each portion of the file is decoded.
void JpegReader::on_progress(j_common_ptr codec) {
  JpegReader& reader = of(codec);
  if (reader.codec_.input_scan_number > most_scans) {
    constexpr char reason[] = "more scans than any encoder writes";
    std::memcpy(reader.reason_.data(), reason, sizeof(reason));
    reader.jump_back();
  }
  if (reader.damaged_) {
    reader.codec_.src->bytes_in_buffer = 0;  // what follows the damage is noise; libjpeg meets the end instead
  } else {
    reader.note_rows();
    // A marker that the decoder has met while it looked for data is two bytes that are not decoded yet.
    const std::size_t marker = reader.codec_.unread_marker != 0 ? 2 : 0;
    if (!reader.cut_short_) reader.sound_bytes_ = reader.file_.size() - reader.codec_.src->bytes_in_buffer - marker;
  }
}

void JpegReader::note_rows() {
  if (codec_.progressive_mode != FALSE && (codec_.Ss != 0 || codec_.Ah != 0)) return;  // no first scan of DC
  for (int i = 0; i < codec_.comps_in_scan; ++i) {
    JDIMENSION& rows = rows_of_blocks_.at(static_cast<std::size_t>(codec_.cur_comp_info[i]->component_index));
    rows = std::max(rows, codec_.input_iMCU_row);
  }
}

void JpegReader::throw_if_out_of_memory() const {
  if (errors_.msg_code == JERR_OUT_OF_MEMORY) throw std::bad_alloc();
}

bool JpegReader::unsupported() const {
  switch (errors_.msg_code) {
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
      return true;
    default:
      return false;
  }
}

bool JpegReader::lacks_scans() const {
  for (int component = 0; component < codec_.num_components; ++component) {
    if (rows_of_blocks_.at(static_cast<std::size_t>(component)) < codec_.total_iMCU_rows) return true;
    if (!cut_short_ || codec_.coef_bits == nullptr) continue;
    for (const int missing_bits : codec_.coef_bits[component]) {
      if (missing_bits != 0) return true;  // -1: the coefficient never came
    }
  }
  return false;
}

int JpegReader::sound_rows() const {
  if (codec_.num_components < 1 || codec_.num_components > MAX_COMPONENTS) return 0;
  const auto components = std::span(rows_of_blocks_).first(static_cast<std::size_t>(codec_.num_components));
  const JDIMENSION rows = std::ranges::min(components) * static_cast<JDIMENSION>(codec_.max_v_samp_factor) * DCTSIZE;
  return static_cast<int>(std::min(rows, codec_.image_height));
}

}  // namespace colourize::photo
