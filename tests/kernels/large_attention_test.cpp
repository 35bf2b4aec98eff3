// Multi-head attention larger than PyTorch's cases, which are small to stay small in the repository: so many keys that
// a part of the work takes all heads and several blocks of them. On every instruction set of this machine, against the
// reference, which computes in double and equals PyTorch on those cases.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "kernels/cpu/cpu.h"
#include "kernels/reference/reference.h"
#include "tests/kernels/operation_case.h"
#include "tests/kernels/tolerance.h"

namespace colourize::tests {
namespace {

using kernels::Shape;

OperationCase attention_case(const Shape& queries, const Shape& keys, int heads) {
  OperationCase given{.operation = "attention", .parameters = {{"heads", heads}}};
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers every time
  std::normal_distribution<float> values;
  for (const auto& [name, shape] : {std::pair{"query", queries}, {"key", keys}, {"value", keys}}) {
    Tensor tensor(shape);
    for (float& value : tensor.values()) value = values(random);
    given.activations.emplace(name, std::move(tensor));
  }
  given.activations.emplace("output", Tensor(queries));
  return given;
}

// Calls visit(backend) for each instruction set.
template <class Visit>
void on_each_target(int threads, const Visit& visit) {
  for (const kernels::cpu::Target& target : kernels::cpu::targets()) {
    if (!kernels::cpu::usable(target)) continue;
    SCOPED_TRACE(target.name);
    visit(*kernels::cpu::create(target, {.threads = threads}));
  }
}

TEST(LargeAttention, EqualsTheReference) {
  // A decoder's queries; more than one block of them, the last one of an odd size; few, to so many keys that the last
  // block of a chunk is not full.
  for (OperationCase given :
       {attention_case({1, 1, 100, 96}, {1, 64, 128, 96}, 3), attention_case({1, 11, 35, 18}, {1, 31, 67, 18}, 2),
        attention_case({1, 1, 3, 40}, {1, 89, 101, 40}, 1)}) {
    const auto reference = kernels::reference::create({.threads = 2});
    given.activations.at("output") = run_operation(given, *reference, Placement::packed);
    const Tensor tolerance = tolerance_of(given);
    on_each_target(2, [&](kernels::Backend& backend) {
      expect_equals_pytorch(run_operation(given, backend, Placement::packed), given, tolerance);
    });
  }
}

// How many pictures there are decides which heads a part takes, and no byte.
TEST(LargeAttention, GivesAPictureTheSameBytesInABatch) {
  const OperationCase one = attention_case({1, 1, 50, 64}, {1, 32, 64, 64}, 2);
  OperationCase batch = one;
  for (auto& [name, tensor] : batch.activations) {
    Shape shape = tensor.shape();
    shape.n = 5;
    Tensor copies(shape);
    for (auto to = copies.values().begin(); to != copies.values().end();) {
      to = std::ranges::copy(tensor.values(), to).out;
    }
    tensor = std::move(copies);
  }
  on_each_target(3, [&](kernels::Backend& backend) {
    const Tensor alone = run_operation(one, backend, Placement::packed);
    const Tensor together = run_operation(batch, backend, Placement::packed);
    for (std::size_t first = 0; first < together.values().size(); first += alone.values().size()) {
      EXPECT_EQ(std::memcmp(together.values().data() + first, alone.values().data(), alone.values().size_bytes()), 0);
    }
  });
}

}  // namespace
}  // namespace colourize::tests
