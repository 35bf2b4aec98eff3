// A grid of CUDA thread blocks on a CPU: one fibre a thread, one block after the other, in an order that a seed
// shuffles.
//
// What a GPU leaves undefined is an error here: a barrier that some threads of the block do not reach, lanes of a warp
// that meet in different places, a collective of a warp that some of its lanes have left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <source_location>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace colourize::emulation {

// What the kernel did wrong, and the source lines at which its threads were.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// "conv.cu:12", as messages have it.
std::string place(const std::source_location& where);

struct Dimensions {
  unsigned x = 1;
  unsigned y = 1;
  unsigned z = 1;
  std::size_t count() const { return std::size_t{x} * y * z; }
};

constexpr std::size_t warp_lanes = 32;

class Recording;

struct Launch {
  Dimensions grid;
  Dimensions block;                // whole warps
  std::size_t shared_bytes = 0;    // of dynamic shared memory: a heap block of exactly this size, NaN at first
  std::uint64_t seed = 1;          // of the order in which blocks, warps and lanes run
  Recording* recording = nullptr;  // of every load and store; its first failure is thrown as one of the launch
};

// Runs `kernel` once a thread of the grid. Throws Failure; what the kernel throws goes through.
void launch(const Launch& launch, const std::function<void()>& kernel);

// From here on: for the thread that is running.

Dimensions thread_index();
Dimensions block_index();
Dimensions block_dimensions();
Dimensions grid_dimensions();
std::size_t lane();
std::byte* shared_memory();
// Whether all of it lies in the block's shared memory.
bool is_shared(const void* address, std::size_t bytes);

// __syncthreads().
void barrier(std::source_location where = std::source_location::current());

// __syncwarp().
void warp_barrier(std::source_location where = std::source_location::current());

// All lanes of the warp meet at one instruction: each gives what it has, the last to come calls `compute` once for all
// (32 inputs, 32 outputs), and each gets its own output. At most 64 bytes each way.
constexpr std::size_t most_lane_bytes = 64;
using Compute = std::function<void(const std::byte* inputs, std::byte* outputs)>;
void meet_with_bytes(const char* instruction, std::span<const std::byte> input, std::span<std::byte> output,
                     const Compute& compute, std::source_location where);

template <class Output, class Input>
Output meet(const char* instruction, const Input& input,
            void (*compute)(std::span<const Input, warp_lanes>, std::span<Output, warp_lanes>),
            std::source_location where) {
  static_assert(std::is_trivially_copyable_v<Input> && std::is_trivially_copyable_v<Output>);
  static_assert(sizeof(Input) <= most_lane_bytes && sizeof(Output) <= most_lane_bytes);
  Output output;
  meet_with_bytes(
      instruction, std::as_bytes(std::span(&input, 1)), std::as_writable_bytes(std::span(&output, 1)),
      [compute](const std::byte* inputs, std::byte* outputs) {
        compute(std::span<const Input, warp_lanes>(reinterpret_cast<const Input*>(inputs), warp_lanes),
                std::span<Output, warp_lanes>(reinterpret_cast<Output*>(outputs), warp_lanes));
      },
      where);
  return output;
}

// One load or store of 8 or 16 bytes, which the compiler of the CPU might split; throws Failure where it is not
// aligned.
void move_vector(void* to, const void* from, std::size_t bytes, bool store,
                 std::source_location where = std::source_location::current());

// cp.async: the first `valid_bytes` of `source` and zeros after them go to shared memory; `target` holds NaN until the
// wait that includes the copy. Throws Failure where an address is not aligned to `bytes` or `target` is no shared
// memory.
void start_copy(void* target, const void* source, std::size_t bytes, std::size_t valid_bytes,
                std::source_location where);
void commit_copies();
// Lands the committed groups, but the newest `pending` of them.
void wait_for_copies(std::size_t pending);
// Makes what this thread's copies have brought visible to wgmma, and whether this was done for all that have landed, by
// every thread of the block.
void fence_copies();
bool copies_are_fenced();

// wgmma: a product that this thread has begun. It is computed as late as a GPU might, at the wait that includes it.
void start_product(std::function<void()> product);
void commit_products();
void wait_for_products(std::size_t pending);

}  // namespace colourize::emulation
