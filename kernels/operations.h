// The contracts of the operations: what each one computes, on which shapes. Every backend implements exactly this, and
// kernels/reference/ is the yardstick. Notation: x is an input, y the output, all NHWC; [y, x, c] leaves the batch out.
//
// Each contract is a file of kernels/operations/, and a struct of arguments with these members beside them:
//   kind        what the operation is called, for people
//   in_place    whether the output may be the (first) input
//   workspace   a Workspace, where the operation may need one
#pragma once

#include "kernels/operations/all.h"

namespace colourize::kernels {

template <class Args>
concept HasWorkspace = requires(Args args) {
  args.workspace;
};

}  // namespace colourize::kernels
