#include "engine/photo/formats/exr_file.h"

#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfInputPart.h>
#include <ImfPartType.h>
#include <ImfRgbaFile.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>
#include <stdexcept>

#include "engine/photo/formats/format.h"
#include "system/error.h"

namespace colourize::photo {

class ExrFile::Stream : public Imf::IStream {
 public:
  explicit Stream(std::span<const std::byte> file) : Imf::IStream("the file"), file_(file) {}

  bool read(char to[], int count) override {
    const auto wanted = static_cast<std::size_t>(std::max(count, 0));
    if (place_ > file_.size() || file_.size() - place_ < wanted) throw std::runtime_error("it ends too early");
    std::memcpy(to, file_.data() + place_, wanted);
    place_ += wanted;
    return place_ < file_.size();
  }
  std::uint64_t tellg() override { return place_; }
  void seekg(std::uint64_t place) override { place_ = static_cast<std::size_t>(place); }

 private:
  std::span<const std::byte> file_;
  std::size_t place_ = 0;
};

namespace {

constexpr auto name_of_format = "OpenEXR";

// OpenEXR checks them before it takes memory. They hold for the whole process.
void set_limits() {
  static std::once_flag once;
  std::call_once(once, [] {
    constexpr int longest_side = 200'000;
    constexpr int longest_side_of_tile = 4096;
    Imf::Header::setMaxImageSize(longest_side, longest_side);
    Imf::Header::setMaxTileSize(longest_side_of_tile, longest_side_of_tile);
  });
}

[[noreturn]] void refuse_kind(const std::string& name, const std::string& kind) {
  throw Error(ErrorKind::unsupported, name, "is an OpenEXR " + kind + ", which cannot be read",
              "convert it to a TIFF or PNG");
}

ExrLayout layout_of(const Imf::Header& header, const std::string& name) {
  if (header.hasType() && Imf::isDeepData(header.type())) refuse_kind(name, "of deep data");
  const auto& window = header.dataWindow();
  ExrLayout layout{.left = window.min.x, .top = window.min.y};
  const std::int64_t width = std::int64_t{window.max.x} - window.min.x + 1;
  const std::int64_t height = std::int64_t{window.max.y} - window.min.y + 1;
  constexpr std::int64_t longest = 1'000'000;
  if (width < 1 || height < 1 || width > longest || height > longest) {
    refuse_damaged(name, name_of_format, "impossible size");
  }
  layout.width = static_cast<int>(width);
  layout.height = static_cast<int>(height);
  const Imf::ChannelList& channels = header.channels();
  const auto has = [&](const char* channel) { return channels.findChannel(channel) != nullptr; };
  const bool rgb = has("R") && has("G") && has("B");
  const bool chroma = has("Y") && has("RY") && has("BY");
  if (!rgb && !has("Y")) refuse_kind(name, "without the channels R, G and B, or Y");
  layout.colours = rgb      ? ExrLayout::Colours::rgb
                   : chroma ? ExrLayout::Colours::luma_and_chroma
                            : ExrLayout::Colours::luma;
  layout.alpha = has("A");
  std::size_t all = 0;
  for (auto channel = channels.begin(); channel != channels.end(); ++channel) {
    ++all;
    const bool whole = channel.channel().xSampling == 1 && channel.channel().ySampling == 1;
    constexpr std::string_view colours = "RGBYA";
    const std::string_view of = channel.name();
    const bool wanted = of.size() == 1 && colours.find(of) != std::string_view::npos;
    if (wanted && !whole) refuse_kind(name, "with fewer samples of a colour than pixels");
  }
  const auto used = static_cast<std::size_t>(layout.channels());
  layout.further = all - std::min(all, used);
  return layout;
}

}  // namespace

ExrFile::ExrFile(std::span<const std::byte> file, const std::string& name)
    : file_(file), stream_(std::make_unique<Stream>(file)) {
  set_limits();
  try {
    constexpr int in_this_thread = 0;
    parts_ = std::make_unique<Imf::MultiPartInputFile>(*stream_, in_this_thread);
    layout_ = layout_of(parts_->header(0), name);
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& problem) {
    refuse_damaged(name, name_of_format, problem.what());
  }
}

ExrFile::~ExrFile() = default;

int ExrFile::read(Raster<float>& raster, std::string& reason) {
  return layout_.colours == ExrLayout::Colours::luma_and_chroma ? read_luma_and_chroma(raster, reason)
                                                                : read_channels(raster, reason);
}

int ExrFile::read_channels(Raster<float>& raster, std::string& reason) {
  std::vector<const char*> names{"Y"};
  if (layout_.colours == ExrLayout::Colours::rgb) names = {"R", "G", "B"};
  if (layout_.alpha) names.push_back("A");
  int y = 0;
  try {
    Imf::InputPart part(*parts_, 0);
    // One row's memory, for whichever row: the library adds nothing for y where the stride is 0.
    std::vector<float> row(raster.row_samples());
    Imf::FrameBuffer buffer;
    for (std::size_t c = 0; c < names.size(); ++c) {
      const std::size_t stride = names.size() * sizeof(float);
      auto* first = reinterpret_cast<char*>(row.data() + c);  // NOLINT: the library's way
      // It adds the column's number, from the data window's left on.
      buffer.insert(names[c],
                    Imf::Slice(Imf::FLOAT, first - static_cast<std::ptrdiff_t>(stride) * layout_.left, stride, 0));
    }
    part.setFrameBuffer(buffer);
    for (; y < layout_.height; ++y) {
      part.readPixels(layout_.top + y);
      std::ranges::copy(row, raster.row(y).begin());
    }
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& problem) {
    reason = problem.what();
  }
  return y;
}

// By the library's own filter, in halves.
int ExrFile::read_luma_and_chroma(Raster<float>& raster, std::string& reason) {
  int y = 0;
  try {
    Stream stream(file_);
    constexpr int in_this_thread = 0;
    Imf::RgbaInputFile file(stream, in_this_thread);
    std::vector<Imf::Rgba> row(static_cast<std::size_t>(layout_.width));
    file.setFrameBuffer(row.data() - layout_.left, 1, 0);
    for (; y < layout_.height; ++y) {
      file.readPixels(layout_.top + y);
      auto to = raster.row(y).begin();
      for (const Imf::Rgba& pixel : row) {
        for (const float colour : {float{pixel.r}, float{pixel.g}, float{pixel.b}}) *to++ = colour;
        if (layout_.alpha) *to++ = pixel.a;
      }
    }
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& problem) {
    reason = problem.what();
  }
  return y;
}

}  // namespace colourize::photo
