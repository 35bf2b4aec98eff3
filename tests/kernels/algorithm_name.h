// The names of tests that run once for each algorithm.
#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <string>

#include "kernels/cpu/choice.h"

namespace colourize::tests {

// GoogleTest takes letters and digits alone.
inline std::string algorithm_name(const testing::TestParamInfo<kernels::cpu::Algorithm>& info) {
  std::string name(kernels::cpu::name_of(info.param));
  std::erase_if(name, [](unsigned char c) { return std::isalnum(c) == 0; });
  return name;
}

}  // namespace colourize::tests
