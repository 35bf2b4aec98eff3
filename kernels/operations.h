// The contracts of the operations: what each computes, on which shapes. Every backend computes exactly this;
// kernels/reference/ defines the right result. Notation: x is an input, y is the output, both NHWC; [y, x, c] leaves
// the batch out.
//
// Each contract is a file of kernels/operations/: a struct of arguments, which also has
//   kind        the operation's name, for people
//   in_place    true where the output may be the (first) input
//   workspace   a Workspace, where the operation may need one
#pragma once

#include "kernels/operations/all.h"

namespace colourize::kernels {

template <class Args>
concept HasWorkspace = requires(Args args) {
  args.workspace;
};

}  // namespace colourize::kernels
