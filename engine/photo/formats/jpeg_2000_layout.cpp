#include "engine/photo/formats/jpeg_2000_layout.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "engine/photo/formats/jpeg_2000_codestream.h"
#include "engine/photo/formats/stored_number.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "JPEG 2000"sv;

const Box* find(std::span<const Box> boxes, std::string_view type) {
  const auto found = std::ranges::find(boxes, type, &Box::type);
  return found == boxes.end() ? nullptr : &*found;
}

std::uint32_t number(const Box& box, std::size_t at, std::size_t bytes, const std::string& name) {
  const auto value = big_endian(box.content, at, bytes);
  if (!value) refuse_damaged(name, name_of_format, "a box is too short");
  return *value;
}

// The box pclr, I.5.3.4.
Jpeg2000Layout::Palette palette_of(const Box& box, const std::string& name) {
  Jpeg2000Layout::Palette palette;
  const std::size_t rows = number(box, 0, 2, name);
  const std::size_t columns = number(box, 2, 1, name);
  constexpr std::size_t most_rows = 1024;
  if (rows < 1 || rows > most_rows || columns < 1 || columns > 4) {
    refuse_damaged(name, name_of_format, "impossible palette");
  }
  std::size_t place = 3;
  for (std::size_t i = 0; i < columns; ++i) {
    palette.bits.push_back(number(box, place++, 1, name) + 1);
    if (palette.bits.back() > 16) refuse_damaged(name, name_of_format, "impossible palette");
  }
  for (std::size_t i = 0; i < rows * columns; ++i) {
    const std::size_t bytes = palette.bits[i % columns] > 8 ? 2 : 1;
    palette.values.push_back(static_cast<std::uint16_t>(number(box, place, bytes, name)));
    place += bytes;
  }
  return palette;
}

// The box cmap, I.5.3.5.
std::vector<Jpeg2000Layout::Channel> mapping_of(const Box& box, const Jpeg2000Layout& layout, const std::string& name) {
  std::vector<Jpeg2000Layout::Channel> channels;
  constexpr std::size_t entry = 4;
  constexpr std::size_t most = 4;
  for (std::size_t place = 0; place < box.content.size() && channels.size() <= most; place += entry) {
    Jpeg2000Layout::Channel channel{.component = number(box, place, 2, name)};
    if (number(box, place + 2, 1, name) == 1) channel.column = number(box, place + 3, 1, name);
    const bool possible = channel.component < layout.components.size() &&
                          (!channel.column || *channel.column < layout.palette->bits.size());
    if (!possible) refuse_damaged(name, name_of_format, "impossible palette");
    channels.push_back(channel);
  }
  if (channels.empty() || channels.size() > most) refuse_damaged(name, name_of_format, "impossible palette");
  return channels;
}

// The enumerated colours of the box colr, I.5.3.3, and ISO/IEC 15444-2, table M.25.
Jpeg2000Layout::Colours enumerated(std::uint32_t which, const std::string& name) {
  using Colours = Jpeg2000Layout::Colours;
  constexpr std::uint32_t inks = 12;
  constexpr std::uint32_t srgb = 16;
  constexpr std::uint32_t grey = 17;
  constexpr std::uint32_t sycc = 18;
  switch (which) {
    case inks:
      return Colours::inks;
    case srgb:
      return Colours::rgb;
    case grey:
      return Colours::grey;
    case sycc:
      return Colours::ycc;
    default:
      throw Error(ErrorKind::unsupported, name,
                  fmt::format("is a JPEG 2000 whose colours are of kind {} (ISO/IEC 15444-2, table M.25), which cannot "
                              "be read",
                              which),
                  "convert it to a TIFF");
  }
}

// Without a statement, and where a profile tells: by the number of channels. Chroma with fewer samples is what tells
// YCC in a bare codestream.
Jpeg2000Layout::Colours by_channels(const Jpeg2000Layout& layout, std::size_t colours) {
  if (colours < 3) return Jpeg2000Layout::Colours::grey;
  const bool small_chroma = layout.components.size() >= 3 && layout.components[0].horizontal == 1 &&
                            layout.components[1].horizontal > 1 && layout.components[2].horizontal > 1;
  return small_chroma ? Jpeg2000Layout::Colours::ycc : Jpeg2000Layout::Colours::rgb;
}

// What the box cdef says of the channels, I.5.3.6, or else what their order says: colours, then alpha.
void settle_channels(const Box* definitions, Jpeg2000Layout& layout, const std::string& name) {
  using Channel = Jpeg2000Layout::Channel;
  const std::vector<Channel> stored = layout.channels;
  const std::size_t colours = layout.colour_channels();
  std::vector<std::optional<Channel>> of_colour(colours);
  std::optional<Channel> alpha;
  if (definitions == nullptr) {
    for (std::size_t i = 0; i < std::min(colours, stored.size()); ++i) of_colour[i] = stored[i];
    if (stored.size() > colours) alpha = stored[colours];
  } else {
    const std::uint32_t count = number(*definitions, 0, 2, name);
    for (std::size_t i = 0; i < std::min<std::size_t>(count, 16); ++i) {
      const std::uint32_t channel = number(*definitions, 2 + 6 * i, 2, name);
      const std::uint32_t type = number(*definitions, 4 + 6 * i, 2, name);
      const std::uint32_t of = number(*definitions, 6 + 6 * i, 2, name);  // 1 the first colour; 0 the whole picture
      if (channel >= stored.size()) refuse_damaged(name, name_of_format, "impossible channels");
      if (type == 0 && of >= 1 && of <= colours) of_colour[of - 1] = stored[channel];
      if ((type == 1 || type == 2) && of == 0 && !alpha) {
        alpha = stored[channel];
        layout.multiplied = type == 2;
      }
    }
  }
  layout.channels.clear();
  for (const auto& channel : of_colour) {
    if (!channel) refuse_damaged(name, name_of_format, "it lacks a channel of its colours");
    layout.channels.push_back(*channel);
  }
  layout.alpha = alpha.has_value() && layout.colours != Jpeg2000Layout::Colours::inks;
  if (layout.alpha) layout.channels.push_back(*alpha);
  layout.further = stored.size() - std::min(stored.size(), layout.channels.size());
}

void read_header_boxes(Jpeg2000Layout& layout, const std::string& name) {
  const std::span<const Box> boxes = layout.header_boxes;
  for (std::size_t i = 0; i < layout.components.size(); ++i) layout.channels.push_back({.component = i});
  const Box* palette = find(boxes, "pclr");
  const Box* mapping = find(boxes, "cmap");
  if (palette != nullptr && mapping != nullptr) {
    layout.palette = palette_of(*palette, name);
    layout.channels = mapping_of(*mapping, layout, name);
  }
  const Box* definitions = find(boxes, "cdef");
  std::size_t colours = layout.channels.size();
  if (colours == 2 || colours == 4) --colours;  // one of them is alpha
  layout.colours = by_channels(layout, colours);
  const Box* colour = find(boxes, "colr");
  constexpr std::uint32_t by_number = 1;
  if (colour != nullptr && number(*colour, 0, 1, name) == by_number) {
    layout.colours = enumerated(number(*colour, 3, 4, name), name);
  } else if (colour != nullptr && layout.channels.size() == 4 && definitions == nullptr) {
    constexpr std::size_t space_at = 3 + 16;  // of an ICC profile (ICC.1:2022, 7.2.6)
    constexpr std::uint32_t cmyk = 0x434D594B;
    if (big_endian(colour->content, space_at, 4) == cmyk) layout.colours = Jpeg2000Layout::Colours::inks;
  }
  settle_channels(definitions, layout, name);
}

}  // namespace

bool is_jpeg_2000_file(std::span<const std::byte> file) {
  return as_text(file).starts_with("\0\0\0\x0CjP  \r\n\x87\n"sv);
}

bool is_jpeg_2000_codestream(std::span<const std::byte> file) {
  return as_text(file).starts_with("\xFF\x4F\xFF\x51"sv);
}

StoredSize Jpeg2000Layout::stored_size() const {
  const int stored_colours = colours == Colours::grey ? 1 : 3;
  return {width, height, stored_colours + (alpha ? 1 : 0), deep ? 16 : 8};
}

Jpeg2000Layout read_jpeg_2000_layout(std::span<const std::byte> file, const std::string& name) {
  Jpeg2000Layout layout;
  layout.codestream = file;
  bool whole_box = true;
  if (is_jpeg_2000_file(file)) {
    layout.boxes = boxes_in(file);
    const Box* header = find(layout.boxes, "jp2h");
    const Box* codestream = find(layout.boxes, "jp2c");
    if (header == nullptr || codestream == nullptr) refuse_damaged(name, name_of_format, "it has no picture");
    layout.header_boxes = boxes_in(header->content);
    layout.codestream = codestream->content;
    whole_box = codestream->whole;
  }
  read_codestream_headers(layout.codestream, name, layout);
  layout.whole = layout.whole && whole_box;
  read_header_boxes(layout, name);
  for (const Jpeg2000Layout::Channel& channel : layout.channels) {
    const unsigned bits =
        channel.column ? layout.palette->bits[*channel.column] : layout.components[channel.component].bits;
    layout.deep = layout.deep || bits > 8;
  }
  return layout;
}

}  // namespace colourize::photo
