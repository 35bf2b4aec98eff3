// Every instruction set of the CPU backend that this machine has.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "kernels/backend.h"
#include "kernels/cpu/cpu.h"

namespace colourize::tests {

// One operation on one pixel of these channels, on each of them: visit(result), in a trace of the set's name.
// args(input, output): of the operation.
template <class Arguments, class Visit>
void on_each_target(const std::vector<float>& values, const Arguments& args, const Visit& visit) {
  const kernels::Shape shape = {1, 1, 1, std::ssize(values)};
  for (const kernels::cpu::Target& target : kernels::cpu::targets()) {
    if (!kernels::cpu::usable(target)) continue;
    SCOPED_TRACE(target.name);
    const auto backend = kernels::cpu::create(target, {.threads = 1});
    std::vector<float> result(values.size());
    backend->run(args(kernels::packed_view(values.data(), shape), kernels::packed_view(result.data(), shape)));
    visit(result);
  }
}

}  // namespace colourize::tests
