// A concatenation that upsamples its first input, for backends without a kernel for both at once.
#pragma once

#include "kernels/operations/concatenate.h"
#include "kernels/operations/pointwise.h"
#include "kernels/operations/upsample.h"

namespace colourize::kernels {

// Calls upsample(UpsampleArgs) and pointwise(PointwiseArgs). Each input goes to its place in the output, and the first
// one goes through its affine there. In host memory, float32.
template <class Upsample, class Pointwise>
void concatenate_upsampled(const ConcatenateArgs& args, const Upsample& upsample, const Pointwise& pointwise) {
  const auto& [first, second] = args.inputs;
  View upsampled = args.output;
  upsampled.shape.c = first.shape.c / 4;
  upsample(UpsampleArgs{first, upsampled, args.order});
  const auto epilogue_of = [&](std::size_t input) {
    return Epilogue{.affine = args.affines.at(input), .residual = {}, .after = args.activation};
  };
  const bool as_it_is = args.affines[0].scale == nullptr && args.activation == Activation::none;
  if (!as_it_is) pointwise(PointwiseArgs{upsampled, upsampled, epilogue_of(0)});
  View after = args.output;
  after.shape.c = second.shape.c;
  after.data = args.output.at(0, 0, 0) + upsampled.shape.c;
  pointwise(PointwiseArgs{second, after, epilogue_of(1)});
}

}  // namespace colourize::kernels
