// Channels side by side, each input through its affine, all through the activation.
#include <algorithm>

#include "kernels/reference/epilogue.h"
#include "kernels/reference/rows.h"
#include "kernels/upsampled_concatenation.h"

namespace colourize::kernels::reference {
namespace {

void compute(const ConcatenateArgs& args, const Context& context) {
  if (args.upsample_first) {
    return concatenate_upsampled(
        args, [&](const UpsampleArgs& part) { upsample(part, context); },
        [&](const PointwiseArgs& part) { pointwise(part, context); });
  }
  const Shape& out = args.output.shape;
  for_each_row(context, out, [&](std::int64_t n, std::int64_t y) {
    for (std::int64_t x = 0; x < out.w; ++x) {
      float* values = args.output.at(n, y, x);
      for (std::size_t i = 0; i < args.inputs.size(); ++i) {
        const ConstView& input = args.inputs.at(i);
        const Epilogue epilogue{.affine = args.affines.at(i), .residual = {}, .after = args.activation};
        std::copy_n(input.at(n, y, x), input.shape.c, values);
        apply_epilogue(epilogue, nullptr, values, input.shape.c);
        values += input.shape.c;
      }
    }
  });
}

}  // namespace

const Implementation<ConcatenateArgs> concatenate{.compute = compute};

}  // namespace colourize::kernels::reference
