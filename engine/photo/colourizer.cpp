#include "engine/photo/colourizer.h"

#include "engine/photo/exact.h"
#include "engine/photo/generator_input.h"
#include "engine/photo/luma_chroma.h"
#include "engine/photo/resample.h"

namespace colourize::photo {

Colourizer::Colourizer(const Generator& generator, kernels::Backend& backend, const ColourizerOptions& options)
    : generator_(generator),
      executor_(generator.graph, backend),
      exact_(options.exact),
      half_(backend.activation_type() == kernels::Type::float16),
      side_(input_side(generator, options.render_factor.value_or(generator.default_render_factor))) {
  if (kernels::PictureOperations* operations = backend.pictures()) device_steps_.emplace(generator, *operations);
}

Photo Colourizer::colourize(const Photo& photo) {
  if (exact_) return colourize_exactly(photo);
  if (device_steps_) return colourize_on_device(photo);
  const Tensor square = generator_input(photo, generator_, side_);
  const Tensor colours = run(square);
  const Chroma chroma = generator_chroma(colours, generator_);
  return merge(photo, chroma);
}

Photo Colourizer::colourize_on_device(const Photo& photo) {
  const auto write_input = [&](const kernels::View& square) { device_steps_->write_input(photo, square); };
  const kernels::ConstView colours = executor_.run_on_views(input_shape(), write_input);
  std::optional<Photo> merged = device_steps_->merge(photo, colours);
  if (!merged) fail_for_colours_that_are_not_finite(generator_, half_);
  return *std::move(merged);
}

Tensor Colourizer::run(const Tensor& square) {
  Tensor colours = executor_.run(square);
  expect_finite(colours, generator_, half_);
  return colours;
}

std::size_t Colourizer::arena_bytes() {
  return executor_.prepare(input_shape()).arena_bytes;
}

Photo Colourizer::colourize_exactly(const Photo& photo) {
  const Tensor square = exact_generator_input(photo, generator_, side_);
  const Tensor colours = run(square);
  const Photo photo_8_bit{to_8_bit(photo), photo.metadata};
  if (generator_.interface == Interface::chroma) return merge(photo_8_bit, generator_chroma(colours, generator_));
  const Raster8 picture = resize_8_bit(exact_generator_picture(colours), photo.width(), photo.height());
  return {merge_exact(picture, std::get<Raster8>(photo_8_bit.pixels)), photo.metadata};
}

}  // namespace colourize::photo
