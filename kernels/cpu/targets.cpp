#include "kernels/cpu/targets.h"

#include <array>
#include <mutex>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/targets.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

void describe(Operations& operations) {
  operations.lanes = static_cast<int>(lanes);
  operations.tile_rows = tile_rows;
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {
namespace {

HWY_EXPORT(describe);

constexpr std::array all_targets = {
#if HWY_TARGETS & HWY_AVX3
    Target{"avx512", HWY_AVX3},
#endif
#if HWY_TARGETS & HWY_AVX2
    Target{"avx2", HWY_AVX2},
#endif
#if HWY_TARGETS & HWY_SSE4
    Target{"sse4", HWY_SSE4},
#endif
#if HWY_TARGETS & HWY_NEON
    Target{"neon", HWY_NEON},
#endif
#if !(HWY_STATIC_TARGET & (HWY_AVX3 | HWY_AVX2 | HWY_SSE4 | HWY_NEON))
    Target{"baseline", HWY_STATIC_TARGET},
#endif
};

}  // namespace

std::span<const Target> targets() {
  return all_targets;
}

bool usable(const Target& target) {
  // The baseline, which the whole program is compiled for, always is: Highway 1.0 denies it to an ARM without AES, of
  // which nothing here makes use.
  return ((hwy::SupportedTargets() | HWY_STATIC_TARGET) & target.bit) != 0;
}

Operations operations_of(const Target& target) {
  // Highway keeps the chosen target for the whole process; the table is filled for one of them at a time.
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  hwy::SetSupportedTargetsForTest(target.bit);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  Operations operations;
  HWY_DYNAMIC_DISPATCH(describe)(operations);
#define COLOURIZE_OPERATION(name, Type) add_##name(operations);
#include "kernels/operations.def"
  add_peak(operations);
  add_pictures(operations);
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  return operations;
}

}  // namespace colourize::kernels::cpu
#endif
