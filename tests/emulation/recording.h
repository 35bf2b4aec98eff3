// What a kernel did to memory: every load and store of its threads, as the compiler's hooks (hooks.cpp) and the twins
// of ptx.cuh report them. A GPU would not tell:
//
//   races     two threads touch one byte, one of them writes, and nothing orders them: in one block a barrier, in one
//   warp also
//             __syncwarp (ldmatrix, mma and shuffles order no memory); between blocks nothing does
//   unwritten reads of shared memory
//   strays    writes to what is no memory of the kernel's
//   cost      how many ways a warp's access to shared memory conflicts, and how many 32-byte sectors of global memory
//   it
//             touches
//
// Races are found whatever the schedule was: they follow from what was ordered, not from what happened first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <source_location>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/emulation/block.h"

namespace colourize::emulation {

// One instruction of the kernel, over all its warps.
struct AccessCost {
  std::string where;  // "file.cu:12", or an address where the program has no line numbers
  bool shared = false;
  bool write = false;
  std::size_t warp_accesses = 0;
  std::size_t most_ways = 1;       // shared: accesses that one takes; 1 is free of conflicts
  std::size_t sectors = 0;         // global: touched, of all warp accesses together
  std::size_t fewest_sectors = 0;  // global: that many bytes need at least
};

class Recording {
 public:
  // `global`: the buffers of global memory to watch. What lies elsewhere, the threads' own stacks and constants, is not
  // recorded.
  explicit Recording(const std::vector<std::span<const std::byte>>& global = {}) {
    for (const auto& span : global) watch(span);
  }
  // More of it, and less: the emulated runtime says what it gives and takes back.
  void watch(std::span<const std::byte> buffer) { global_.push_back({buffer, std::vector<Byte>(buffer.size())}); }
  void forget(std::span<const std::byte> buffer) {
    std::erase_if(global_, [&](const Buffer& known) { return known.span.data() == buffer.data(); });
  }

  // The first thing that was wrong, in words; empty if nothing was.
  const std::string& failure() const { return failure_; }
  std::vector<AccessCost> costs() const;

  // For launch(), of which one ends before the next begins. A thread's place in time: `epoch` counts the barriers of
  // its block, `warp_epoch` those of its warp.
  struct Moment {
    std::uint32_t launch = 0;
    std::uint32_t block = none;
    std::uint32_t thread = 0;
    std::uint32_t epoch = 0;
    std::uint32_t warp_epoch = 0;
    const void* instruction = nullptr;
    static constexpr std::uint32_t none = ~0U;
  };
  void begin_launch() { ++launch_; }
  void begin_block(std::span<const std::byte> shared, std::size_t threads);
  void end_block();
  // No bytes: a lane that takes part in an instruction of its warp and touches nothing. `elsewhere`: the address may be
  // memory of no kind that is watched; a write to such is a failure if not.
  void record(Moment moment, const void* address, std::size_t bytes, bool write, bool elsewhere);
  // An instruction's identity where its name and source line are known in place of an address.
  const void* instruction_at(const std::string& name, const std::source_location& where);

 private:
  struct Byte {
    Moment last_write;
    // The last read; the last before it by another lane of its warp; and by another warp. A write that is ordered after
    // these three is ordered after all.
    Moment last_read;
    Moment lane_read;
    Moment warp_read;
  };
  struct WarpAccess {
    bool shared = false;
    bool write = false;
    std::size_t bytes = 0;
    std::array<std::uintptr_t, warp_lanes> addresses{};
    std::uint32_t lanes = 0;  // a bit each
  };
  // An instruction, and whether it went to shared memory: one of a device's functions may stand for several of a
  // kernel's.
  using Instruction = std::pair<const void*, bool>;
  // Warp, instruction, how often its lanes have come there before.
  using WarpAccessKey = std::tuple<std::uint32_t, Instruction, std::uint32_t>;

  std::vector<Byte>* bytes_at(const void* address, std::size_t bytes, std::size_t& first, bool& shared);
  void touch(Byte& byte, const Moment& moment, bool write, bool shared, std::size_t offset);
  void add_to_warp(const Moment& moment, const void* address, std::size_t bytes, bool write, bool shared);
  void count(const Instruction& instruction, const WarpAccess& access);
  std::string name_of(const Moment& moment, bool write) const;
  std::string place_of(const void* instruction) const;

  struct Buffer {
    std::span<const std::byte> span;
    std::vector<Byte> bytes;
  };
  std::vector<Buffer> global_;
  std::uint32_t launch_ = 0;
  std::span<const std::byte> shared_span_;
  std::vector<Byte> shared_;
  std::vector<std::map<Instruction, std::uint32_t>> times_;  // of each thread at each instruction
  std::map<WarpAccessKey, WarpAccess> open_;
  std::map<Instruction, AccessCost> costs_;
  std::set<std::string> lines_;  // "ldmatrix.x4 at conv.cu:12"; where one lies is its instruction's identity
  std::string failure_;
};

// Records an access of the thread that is running, if there is one and its launch records.
void record_access(const void* address, std::size_t bytes, bool write, const void* instruction);
void record_access(const char* name, const void* address, std::size_t bytes, bool write,
                   const std::source_location& where);

}  // namespace colourize::emulation
