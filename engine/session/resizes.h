// Keeps the last resize that a backend prepared, because most films and many folders have pictures of one size.
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

  // The operations must outlive this object. `blur` is that of kernels::PictureOperations::prepare().
  Resizes(kernels::PictureOperations& operations, double blur) : operations_(operations), blur_(blur) {}

  // Returns the last resize where the sizes are the same. Otherwise it prepares a new one, and the last one is gone.
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
