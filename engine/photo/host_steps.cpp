#include "engine/photo/host_steps.h"

#include "engine/device.h"
#include "engine/photo/luma.h"
#include "engine/photo/luma_range.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

std::unique_ptr<kernels::PreparedResize> prepared(kernels::PictureOperations& operations, int from_width,
                                                  int from_height, int width, int height, double blur) {
  return operations.prepare(kernels::bilinear_axis(from_width, width), kernels::bilinear_axis(from_height, height),
                            blur);
}

}  // namespace

Tensor generator_input(const Photo& photo, const Generator& generator, int side) {
  const Encoding& encoding = generator.encoding;
  const auto backend = open_device("reference", {}, ignore_warnings);  // by its name: it warns of nothing
  kernels::PictureOperations& operations = backend->pictures();
  const auto resize = prepared(operations, photo.width(), photo.height(), side, side, encoding.input_blur);
  const auto picture = operations.picture();
  const session::Luma luma = luma_of(photo);
  Tensor input({1, side, side, encoding.input_channels});
  operations.upload(*picture, luma.samples);
  operations.input(*picture, {.resize = resize.get(),
                              .levels = luma.levels,
                              .tone = session::stretched_tone(luma_range(photo), encoding.least_input_range),
                              .normalisation = encoding.input,
                              .input = kernels::packed_view(input.values().data(), input.shape())});
  return input;
}

void merge(Photo& photo, const Tensor& output, const Encoding& encoding, const Tensor& input) {
  const auto backend = open_device("reference", {}, ignore_warnings);  // by its name: it warns of nothing
  kernels::PictureOperations& operations = backend->pictures();
  const auto resize = prepared(operations, static_cast<int>(output.shape().w), static_cast<int>(output.shape().h),
                               photo.width(), photo.height(), 0);
  const auto picture = operations.picture();
  const kernels::Samples samples = samples_of(photo);
  operations.upload(*picture, {samples.data, samples.shape, samples.stride});
  operations.chroma(*picture, {.output = kernels::packed_view(output.values().data(), output.shape()),
                               .colours = encoding.colours,
                               .normalisation = encoding.output,
                               .input = kernels::packed_view(input.values().data(), input.shape()),
                               .grey = encoding.input});
  if (!operations.merge(*picture, *resize, samples)) {
    throw Error(ErrorKind::damaged, "generator", "gave numbers that are not finite");
  }
}

}  // namespace colourize::photo
