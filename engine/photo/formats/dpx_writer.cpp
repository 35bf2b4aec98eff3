#include "engine/photo/formats/dpx_writer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/photo/film_tones.h"
#include "engine/photo/formats/dpx_header.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

constexpr std::size_t header_length = 2048;

class Writer {
 public:
  Writer(const Photo& photo, const std::string& name) : photo_(photo) {
    if (photo.film != nullptr) {
      source_ = photo.film->header;
      transfer_ = photo.film->transfer;
      const DpxSummary of_source = summary_of_dpx(source_, name);
      order_ = of_source.order;
      same_transfer_ = of_source.transfer == transfer_;
      bits_ = of_source.bits == 10 ? 10U : 0U;
    }
    if (bits_ == 0) bits_ = photo.bits() == 16 ? 16 : 10;
    const auto samples = static_cast<std::size_t>(photo.width()) * static_cast<std::size_t>(photo.channels());
    row_bytes_ = bits_ == 10 ? (samples + 2) / 3 * 4 : (samples + 1) / 2 * 4;
  }

  std::size_t size() const { return header_length + row_bytes_ * static_cast<std::size_t>(photo_.height()); }

  std::vector<std::byte> run() {
    file_.resize(size());
    write_header();
    std::visit([&](const auto& raster) { write_rows(raster); }, photo_.pixels);
    return std::move(file_);
  }

 private:
  void put(std::size_t at, std::uint32_t value, std::size_t bytes = 4) {
    for (std::size_t i = 0; i < bytes; ++i) {
      const std::size_t shift = 8 * (order_ == std::endian::big ? bytes - 1 - i : i);
      file_[at + i] = static_cast<std::byte>(value >> shift & 0xFFU);
    }
  }

  // The source's header, or one in which nothing is stated (undefined numbers are ones, texts are empty), and in both
  // what this file has.
  void write_header() {
    if (!source_.empty()) {
      std::ranges::copy(source_, file_.begin());
    } else {
      std::fill_n(file_.begin(), header_length, std::byte{0xFF});
      struct Texts {
        std::size_t at, length;
      };
      for (const auto& [at, length] :
           {Texts{36, 624}, Texts{820, 32}, Texts{1432, 188}, Texts{1664, 48}, Texts{1732, 132}}) {
        std::fill_n(file_.begin() + static_cast<std::ptrdiff_t>(at), length, std::byte{0});
      }
    }
    put(0, 0x53445058);  // SDPX
    put(4, header_length);
    constexpr std::uint32_t version = 0x56322E30;  // V2.0
    for (std::size_t i = 0; i < 4; ++i) file_[8 + i] = static_cast<std::byte>(version >> (24 - 8 * i) & 0xFFU);
    put(12, 0);
    put(16, static_cast<std::uint32_t>(size()));
    put(24, 1664);  // the lengths of the generic header, the industry's, and none
    put(28, 384);
    put(32, 0);
    put(768, 0, 2);  // upright
    put(770, 1, 2);
    put(772, static_cast<std::uint32_t>(photo_.width()));
    put(776, static_cast<std::uint32_t>(photo_.height()));
    put(780, 0);
    constexpr std::uint32_t rgb = 50;
    put(800, photo_.channels() == 4 ? rgb + 1 : rgb, 1);
    put_transfer();
    put(803, bits_, 1);
    put(804, bits_ == 10 ? 1 : 0, 2);  // method A
    put(806, 0, 2);
    put(808, header_length);
    put(812, 0xFFFFFFFF);
    put(816, 0xFFFFFFFF);
  }

  void put_transfer() {
    if (same_transfer_) return;  // the source's own number, and its colorimetry
    constexpr std::uint32_t density = 1;
    constexpr std::uint32_t linear = 2;
    constexpr std::uint32_t video = 4;
    const std::uint32_t number = transfer_ == FilmTransfer::log      ? density
                                 : transfer_ == FilmTransfer::linear ? linear
                                                                     : video;
    put(801, number, 1);
    put(802, number, 1);
  }

  template <typename Sample>
  void write_rows(const Raster<Sample>& raster) {
    constexpr double white = std::numeric_limits<Sample>::max();
    const double largest = std::pow(2, bits_) - 1;
    std::vector<std::uint16_t> codes(std::size_t{std::numeric_limits<Sample>::max()} + 1);
    std::vector<std::uint16_t> alphas(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const double shown = static_cast<double>(i) / white;
      codes[i] = static_cast<std::uint16_t>(std::lround(largest * film_code_of_srgb(transfer_, shown)));
      alphas[i] = static_cast<std::uint16_t>(std::lround(largest * shown));
    }
    const auto channels = static_cast<std::size_t>(raster.channels);
    for (int y = 0; y < raster.height; ++y) {
      const auto row = raster.row(y);
      const auto code = [&](std::size_t i) -> std::uint32_t {
        if (i >= row.size()) return 0;
        return channels == 4 && i % 4 == 3 ? alphas[row[i]] : codes[row[i]];
      };
      const std::size_t at = header_length + static_cast<std::size_t>(y) * row_bytes_;
      if (bits_ == 10) {
        for (std::size_t i = 0; i < row.size(); i += 3) {
          put(at + i / 3 * 4, code(i) << 22U | code(i + 1) << 12U | code(i + 2) << 2U);
        }
      } else {
        for (std::size_t i = 0; i < row.size(); ++i) put(at + 2 * i, code(i), 2);
      }
    }
  }

  const Photo& photo_;
  std::vector<std::byte> source_;
  std::endian order_ = std::endian::big;
  FilmTransfer transfer_ = FilmTransfer::video;
  bool same_transfer_ = false;
  unsigned bits_ = 0;
  std::size_t row_bytes_ = 0;
  std::vector<std::byte> file_;
};

}  // namespace

std::vector<std::byte> save_dpx(const Photo& photo, const std::string& name, const EncodeOptions& /*options*/,
                                const Warn& warn) {
  Writer writer(photo, name);
  if (writer.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorKind::unsupported, name, "would have more than 4 GB, too many for a DPX",
                "choose an output that ends in .tif");
  }
  if (photo.density && photo.film == nullptr) warn(name + ": DPX states no print size; the photo's is left out");
  return writer.run();
}

}  // namespace colourize::photo
