#include "engine/session/task.h"

#include <optional>
#include <utility>

#include "system/all_finite.h"

namespace colourize::session {

bool MergedSamples::take(const Finished& finished) {
  kernels::PictureOperations& operations = finished.backend.pictures();
  finished.make_chroma();
  const kernels::PreparedResize& resize = finished.resize(to_.shape.width, to_.shape.height);
  if (!operations.merge(finished.picture, resize, to_)) return false;
  promise_.set_value();
  return true;
}

bool LumaAndChroma::take(const Finished& finished) {
  kernels::PictureOperations& operations = finished.backend.pictures();
  finished.make_chroma();
  kernels::Plane luma = operations.read_luma(finished.picture, finished.input());
  std::optional<kernels::Chroma> chroma = operations.read_chroma(finished.picture);
  if (!chroma) return false;
  promise_.set_value({std::move(luma), *std::move(chroma)});
  return true;
}

bool RawOutput::take(const Finished& finished) {
  kernels::ConstView one = finished.output;
  one.data = static_cast<const std::byte*>(one.data) + finished.n * one.strides.n * size_of(one.type);
  one.shape.n = 1;
  Tensor values(one.shape);
  finished.backend.read(one, values.values().data());
  if (!all_finite(values.values())) return false;
  promise_.set_value(std::move(values));
  return true;
}

}  // namespace colourize::session
