// The most that the processor can do, on all threads at once: independent multiply-adds in registers, and reading
// memory that no cache holds. It takes the best of several short runs, because other programs may use the machine.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/peak.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>
#include <chrono>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

// Enough chains to hide each one's latency, and few enough for 16 registers.
constexpr int independent = 12;
constexpr std::int64_t rounds = 1'000'000;

float multiply_add() {
  const Floats d;
  const Vector factor = hn::Set(d, 0.999F);
  const Vector addend = hn::Set(d, 0.001F);
  Vector sums[independent];  // NOLINT(modernize-avoid-c-arrays): registers
#pragma GCC unroll 12
  for (int i = 0; i < independent; ++i) sums[i] = hn::Set(d, static_cast<float>(i));
  for (std::int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (Vector& sum : sums) sum = hn::MulAdd(sum, factor, addend);
  }
  Vector sum = sums[0];
#pragma GCC unroll 12
  for (int i = 1; i < independent; ++i) sum = hn::Add(sum, sums[i]);
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

float read(const float* from, std::int64_t count) {
  const Floats d;
  Vector sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};  // NOLINT(modernize-avoid-c-arrays)
  for (std::int64_t i = 0; i + 4 * lanes <= count; i += 4 * lanes) {
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) sums[v] = hn::Add(sums[v], hn::Load(d, from + i + v * lanes));
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3]))));
}

// The most parts in a second, of `parts` equal ones.
template <class Part>
double best_rate(const Context& context, std::int64_t parts, const Part& part) {
  double best = 0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const auto start = std::chrono::steady_clock::now();
    context.pool.run(parts, part);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(parts) / seconds.count());
  }
  return best;
}

Peak measure_peak(const Context& context) {
  const std::int64_t parts = std::int64_t{4} * context.pool.threads();
  std::vector<float> sums(static_cast<std::size_t>(parts));  // kept, so that the work is not optimised away
  Peak peak;
  peak.multiply_adds_per_second =
      best_rate(context, parts,
                [&](std::int64_t part, int) { sums[static_cast<std::size_t>(part)] = multiply_add(); }) *
      static_cast<double>(rounds * independent * lanes);

  // 64 MiB each, 1 GiB at most together: more than caches hold.
  const std::int64_t part_floats = std::min<std::int64_t>(16 << 20, (256 << 20) / parts);
  const PackedFloats memory(part_floats * parts);
  context.pool.run(parts,
                   [&](std::int64_t part, int) { std::fill_n(memory.data() + part * part_floats, part_floats, 1.0F); });
  peak.bytes_per_second = best_rate(context, parts,
                                    [&](std::int64_t part, int) {
                                      sums[static_cast<std::size_t>(part)] =
                                          read(memory.data() + part * part_floats, part_floats);
                                    }) *
                          static_cast<double>(part_floats * static_cast<std::int64_t>(sizeof(float)));
  volatile float sink = sums.front();
  static_cast<void>(sink);
  return peak;
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(measure_peak);
void add_peak(Operations& operations) {
  operations.measure_peak = HWY_DYNAMIC_DISPATCH(measure_peak);
}

}  // namespace colourize::kernels::cpu
#endif
