// Resizes that a backend has prepared, kept while the sizes stay: most films and many folders have pictures of one
// size.
#pragma once

#include <memory>
#include <utility>

#include "kernels/pictures.h"

namespace colourize::session {

class Resizes {
 public:
  struct Size {
    int width = 0;
    int height = 0;
    bool operator==(const Size&) const = default;
  };

  // The operations must outlive the object. blur: as kernels::PictureOperations::prepare() takes it.
  Resizes(kernels::PictureOperations& operations, double blur) : operations_(operations), blur_(blur) {}

  // The last one again where it is the same; otherwise the last one is gone.
  const kernels::PreparedResize& prepare(const Size& from, const Size& to) {
    if (prepared_ == nullptr || from != from_ || to != to_) {
      prepared_ = operations_.prepare(kernels::bilinear_axis(from.width, to.width),
                                      kernels::bilinear_axis(from.height, to.height), blur_);
      from_ = from;
      to_ = to;
    }
    return *prepared_;
  }

 private:
  kernels::PictureOperations& operations_;
  double blur_;
  Size from_;
  Size to_;
  std::unique_ptr<kernels::PreparedResize> prepared_;
};

}  // namespace colourize::session
