#include "engine/photo/generator_input.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "engine/photo/blur.h"
#include "engine/photo/exact.h"
#include "system/all_finite.h"
#include "system/error.h"
#include "weights/weights.h"

namespace colourize::photo {
namespace {

// Of ImageNet's photographs, as torchvision has them; 0 to 1 a channel.
constexpr std::array<float, 3> mean{0.485F, 0.456F, 0.406F};
constexpr std::array<float, 3> deviation{0.229F, 0.224F, 0.225F};

// Squares of luma, 0 to 255, in the numbers that the generator takes, as one batch.
Tensor scaled(std::span<const Plane* const> squares, const Generator& generator) {
  const Plane& first = *squares.front();
  Tensor input({static_cast<std::int64_t>(squares.size()), first.height, first.width, generator.input_channels()});
  auto to = input.values().begin();
  for (const Plane* square : squares) {
    for (const float value : square->values) {
      if (generator.interface == Interface::chroma) {
        *to++ = (value - generator.luma_mean) / generator.luma_scale;
        continue;
      }
      for (std::size_t c = 0; c < mean.size(); ++c) *to++ = (value / 255 - mean.at(c)) / deviation.at(c);
    }
  }
  return input;
}

// The photo's square, stretched in tone, as a batch of one.
Tensor stretched_input(Plane square, const Photo& photo, const Generator& generator) {
  const Tone tone = stretched_tone(photo, generator.least_input_range);
  for (float& value : square.values) value = value * tone.scale + tone.shift;
  const std::array one{&std::as_const(square)};
  return generator_input(one, generator);
}

float denormalised(float value, std::size_t channel) {
  return std::clamp(value * deviation.at(channel) + mean.at(channel), 0.0F, 1.0F);
}

}  // namespace

Tensor generator_input(const Photo& photo, const Generator& generator, int side) {
  const auto luma = [&](int y, std::span<float> row) { luma_row(photo, y, row); };
  return stretched_input(resize(luma, photo.width(), photo.height(), side, side), photo, generator);
}

Tensor generator_input(std::span<const Plane* const> squares, const Generator& generator) {
  if (generator.input_blur == 0) return scaled(squares, generator);
  std::vector<Plane> soft;
  std::vector<const Plane*> pointers;
  soft.reserve(squares.size());  // they stay where they are while they are pointed to
  for (const Plane* square : squares) {
    soft.push_back(blurred(*square, generator.input_blur));
    pointers.push_back(&soft.back());
  }
  return scaled(pointers, generator);
}

Tensor exact_generator_input(const Photo& photo, const Generator& generator, int side) {
  const Raster8 source = to_8_bit(photo);
  const Raster8 square = generator.interface == Interface::chroma ? resize_8_bit(grey(source), side, side)
                                                                  : grey(resize_8_bit(source, side, side));
  Plane luma(side, side);
  for (std::size_t i = 0; i < luma.values.size(); ++i) {
    luma.values[i] = square.samples[i * static_cast<std::size_t>(square.channels)];
  }
  return stretched_input(std::move(luma), photo, generator);
}

kernels::ChannelScaling input_scaling(const Generator& generator, const Tone& tone) {
  kernels::ChannelScaling scaling;
  if (generator.interface == Interface::chroma) {
    scaling.scale[0] = tone.scale / generator.luma_scale;
    scaling.shift[0] = (tone.shift - generator.luma_mean) / generator.luma_scale;
    return scaling;
  }
  for (std::size_t c = 0; c < mean.size(); ++c) {
    scaling.scale.at(c) = tone.scale / (255 * deviation.at(c));
    scaling.shift.at(c) = (tone.shift / 255 - mean.at(c)) / deviation.at(c);
  }
  return scaling;
}

kernels::ChannelScaling output_scaling() {
  kernels::ChannelScaling scaling;
  std::ranges::copy(deviation, scaling.scale.begin());
  std::ranges::copy(mean, scaling.shift.begin());
  return scaling;
}

void fail_for_colours_that_are_not_finite(const Generator& generator, bool half) {
  throw Error(
      ErrorKind::damaged, "generator " + generator.name, "gave numbers that are not finite",
      half ? "try the precision fp32; if that gives the same, its weights are damaged: fetch or convert them again"
           : "its weights are damaged; fetch or convert them again");
}

void expect_finite(const Tensor& output, const Generator& generator, bool half) {
  if (!all_finite(output.values())) fail_for_colours_that_are_not_finite(generator, half);
}

Chroma generator_chroma(const Tensor& output, const Generator& generator, std::int64_t n) {
  const auto [pictures, height, width, channels] = output.shape();
  Chroma chroma{Plane(static_cast<int>(width), static_cast<int>(height)),
                Plane(static_cast<int>(width), static_cast<int>(height))};
  const float* from = output.values().data() + n * height * width * channels;
  for (std::size_t i = 0; i < chroma.blue.values.size(); ++i, from += channels) {
    const ChromaPair pair =
        generator.interface == Interface::chroma
            ? ChromaPair{from[0], from[1]}
            : chroma_of(denormalised(from[0], 0), denormalised(from[1], 1), denormalised(from[2], 2));
    chroma.blue.values[i] = pair.blue;
    chroma.red.values[i] = pair.red;
  }
  return chroma;
}

Raster8 exact_generator_picture(const Tensor& output) {
  Raster8 picture(static_cast<int>(output.shape().w), static_cast<int>(output.shape().h), 3);
  for (std::size_t i = 0; i < picture.samples.size(); ++i) {
    picture.samples[i] = static_cast<std::uint8_t>(denormalised(output.values()[i], i % 3) * 255);
  }
  return picture;
}

}  // namespace colourize::photo
