// Rounds one operand to a half-precision format and back, to nearest even, as the hardware's conversions do.
#pragma once

#include <Eigen/Core>

#include "kernels/backend.h"

namespace colourize::kernels::reference {

inline float round_operand(float value, Precision precision) {
  switch (precision) {
    case Precision::float16:
      return static_cast<float>(Eigen::half(value));
    case Precision::bfloat16:
      return static_cast<float>(Eigen::bfloat16(value));
    case Precision::float32:
      break;
  }
  return value;
}

}  // namespace colourize::kernels::reference
