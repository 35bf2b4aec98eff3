#include "tests/emulation/block.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <new>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "tests/emulation/fibre.h"
#include "tests/emulation/recording.h"

namespace colourize::emulation {
namespace {

constexpr std::size_t shared_alignment = 1024;
constexpr int poison = 0xFF;  // NaN in every floating type

bool same_place(const std::source_location& a, const std::source_location& b) {
  return a.line() == b.line() && std::strcmp(a.file_name(), b.file_name()) == 0;
}

struct Copy {
  std::byte* target;
  const std::byte* source;
  std::size_t bytes;
  std::size_t valid_bytes;
  std::source_location where;
};

enum class State : std::uint8_t { ready, at_barrier, in_meeting, ended };

struct Thread {
  std::size_t number = 0;
  Dimensions index;
  State state = State::ready;
  const char* instruction = "";
  std::source_location where;  // of what it waits for
  std::vector<Copy> open_copies;
  std::deque<std::vector<Copy>> committed_copies;
  bool copies_to_fence = false;  // some have landed since the last fence
  std::vector<std::function<void()>> open_products;
  std::deque<std::vector<std::function<void()>>> committed_products;
  std::unique_ptr<Fibre> fibre;

  void wait_for(const char* what, const std::source_location& place) {
    instruction = what;
    where = place;
  }
  std::string name() const { return "thread " + std::to_string(number); }
};

struct Warp {
  std::size_t arrived = 0;
  std::uint32_t epoch = 0;  // how many __syncwarp there were
  const Thread* first_to_come = nullptr;
  alignas(most_lane_bytes) std::array<std::byte, warp_lanes * most_lane_bytes> inputs;
  alignas(most_lane_bytes) std::array<std::byte, warp_lanes * most_lane_bytes> outputs;
};

struct FreeShared {
  void operator()(std::byte* memory) const { ::operator delete (memory, std::align_val_t{shared_alignment}); }
};

class Block;
thread_local Block* running = nullptr;

class Block {
 public:
  Block(const Launch& launch, Dimensions index, const std::function<void()>& kernel, std::mt19937_64& order)
      : launch_(launch),
        index_(index),
        number_(index.x + launch.grid.x * (index.y + launch.grid.y * index.z)),
        order_(order),
        shared_(static_cast<std::byte*>(::operator new (launch.shared_bytes, std::align_val_t{shared_alignment}))),
        threads_(launch.block.count()),
        warps_(threads_.size() / warp_lanes) {
    std::memset(shared_.get(), poison, launch.shared_bytes);
    if (launch.recording != nullptr) {
      launch.recording->begin_block({shared_.get(), launch.shared_bytes}, threads_.size());
    }
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      Thread& thread = threads_[i];
      thread.number = i;
      thread.index = {static_cast<unsigned>(i % launch.block.x),
                      static_cast<unsigned>(i / launch.block.x % launch.block.y),
                      static_cast<unsigned>(i / launch.block.x / launch.block.y)};
      thread.fibre = std::make_unique<Fibre>(kernel);
    }
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    running = this;  // for what unwinds
    threads_.clear();
    running = nullptr;
  }

  void run() {
    running = this;
    std::vector<std::size_t> warps(warps_.size());
    std::iota(warps.begin(), warps.end(), 0);
    for (;;) {
      std::ranges::shuffle(warps, order_);
      bool progress = false;
      for (const std::size_t warp : warps) progress |= run_warp(warp);
      if (launch_.recording != nullptr && !launch_.recording->failure().empty()) {
        throw Failure(launch_.recording->failure());
      }
      if (std::ranges::all_of(threads_, [](const Thread& thread) { return thread.state == State::ended; })) break;
      if (open_barrier() || progress) continue;
      throw Failure("deadlock: " + whereabouts());
    }
    if (launch_.recording != nullptr) launch_.recording->end_block();
  }

  Thread& current() { return *current_; }
  Recording* recording() const { return launch_.recording; }
  void record(const void* address, std::size_t bytes, bool write, const void* instruction) {
    recording()->record(moment(instruction), address, bytes, write, /*elsewhere=*/current().fibre->owns(address));
  }
  Recording::Moment moment(const void* instruction) {
    return {.block = number_,
            .thread = static_cast<std::uint32_t>(current().number),
            .epoch = epoch_,
            .warp_epoch = warp_of(current()).epoch,
            .instruction = instruction};
  }
  Warp& warp_of(const Thread& thread) { return warps_[thread.number / warp_lanes]; }
  const Launch& launched() const { return launch_; }
  Dimensions index() const { return index_; }
  std::byte* shared() const { return shared_.get(); }
  bool all_threads(bool (*hold)(const Thread&)) const { return std::ranges::all_of(threads_, hold); }

  // Until somebody makes the running thread ready again. It has said what for.
  void suspend(State state) {
    current().state = state;
    current().fibre->suspend();
  }

  void end_meeting(const Thread& thread) {
    const std::size_t first = thread.number / warp_lanes * warp_lanes;
    for (std::size_t i = first; i < first + warp_lanes; ++i) {
      if (threads_[i].state == State::in_meeting) threads_[i].state = State::ready;
    }
  }

 private:
  // Each lane that may run, once, beginning anywhere. Whether there was one.
  bool run_warp(std::size_t warp) {
    const std::size_t begin = order_() % warp_lanes;
    bool progress = false;
    for (std::size_t i = 0; i < warp_lanes; ++i) {
      Thread& thread = threads_[warp * warp_lanes + (begin + i) % warp_lanes];
      if (thread.state != State::ready) continue;
      progress = true;
      current_ = &thread;
      thread.fibre->resume();
      if (thread.fibre->ended()) thread.state = State::ended;
    }
    return progress;
  }

  // Lets the threads go on when all of them stand at one barrier.
  bool open_barrier() {
    if (threads_.front().state != State::at_barrier) return false;
    const std::source_location& where = threads_.front().where;
    for (const Thread& thread : threads_) {
      if (thread.state != State::at_barrier || !same_place(thread.where, where)) return false;
    }
    for (Thread& thread : threads_) thread.state = State::ready;
    ++epoch_;
    return true;
  }

  // "64 threads wait at __syncthreads, conv.cu:12; 32 threads have ended".
  std::string whereabouts() const {
    std::map<std::string, std::size_t> counts;
    for (const Thread& thread : threads_) {
      ++counts[thread.state == State::ended
                   ? "have ended"
                   : std::string("wait at ") + thread.instruction + ", " + place(thread.where)];
    }
    std::string text;
    for (const auto& [what, count] : counts) {
      text += (text.empty() ? "" : "; ") + std::to_string(count) + " threads " + what;
    }
    return text;
  }

  const Launch& launch_;
  Dimensions index_;
  std::uint32_t number_;
  std::uint32_t epoch_ = 0;  // how many barriers there were
  std::mt19937_64& order_;
  std::unique_ptr<std::byte, FreeShared> shared_;
  std::vector<Thread> threads_;
  std::vector<Warp> warps_;
  Thread* current_ = nullptr;
};

void land(const Copy& copy) {
  record_access("cp.async from", copy.source, copy.valid_bytes, /*write=*/false, copy.where);
  record_access("cp.async to", copy.target, copy.bytes, /*write=*/true, copy.where);
  std::memset(copy.target, 0, copy.bytes);
  std::memcpy(copy.target, copy.source, copy.valid_bytes);
}

}  // namespace

std::string place(const std::source_location& where) {
  const std::string file = where.file_name();
  return file.substr(file.find_last_of('/') + 1) + ":" + std::to_string(where.line());
}

void launch(const Launch& launch, const std::function<void()>& kernel) {
  if (launch.block.count() == 0 || launch.block.count() % warp_lanes != 0) {
    throw Failure("a block of " + std::to_string(launch.block.count()) + " threads is not of whole warps");
  }
  std::mt19937_64 order(launch.seed);
  std::vector<Dimensions> blocks;
  for (unsigned z = 0; z < launch.grid.z; ++z) {
    for (unsigned y = 0; y < launch.grid.y; ++y) {
      for (unsigned x = 0; x < launch.grid.x; ++x) blocks.push_back({x, y, z});
    }
  }
  std::ranges::shuffle(blocks, order);
  if (launch.recording != nullptr) launch.recording->begin_launch();
  for (const Dimensions& index : blocks) Block(launch, index, kernel, order).run();
}

Dimensions thread_index() {
  return running->current().index;
}

Dimensions block_index() {
  return running->index();
}

Dimensions block_dimensions() {
  return running->launched().block;
}

Dimensions grid_dimensions() {
  return running->launched().grid;
}

std::size_t lane() {
  return running->current().number % warp_lanes;
}

std::byte* shared_memory() {
  return running->shared();
}

bool is_shared(const void* address, std::size_t bytes) {
  const auto* first = static_cast<const std::byte*>(address);
  const std::byte* shared = running->shared();
  return std::less_equal<>()(shared, first) &&
         std::less_equal<>()(first + bytes, shared + running->launched().shared_bytes);
}

void barrier(std::source_location where) {
  running->current().wait_for("__syncthreads", where);
  running->suspend(State::at_barrier);
}

void warp_barrier(std::source_location where) {
  meet<char, char>(
      "__syncwarp", 0,
      +[](std::span<const char, warp_lanes> /*inputs*/, std::span<char, warp_lanes> /*outputs*/) {
        ++running->warp_of(running->current()).epoch;
      },
      where);
}

void meet_with_bytes(const char* instruction, std::span<const std::byte> input, std::span<std::byte> output,
                     const Compute& compute, std::source_location where) {
  Thread& thread = running->current();
  Warp& warp = running->warp_of(thread);
  thread.wait_for(instruction, where);
  if (warp.arrived == 0) warp.first_to_come = &thread;
  const Thread& first = *warp.first_to_come;
  if (!same_place(first.where, where) || std::strcmp(first.instruction, instruction) != 0) {
    throw Failure("lanes of a warp meet in different places: " + first.name() + " at " + first.instruction + ", " +
                  place(first.where) + ", " + thread.name() + " at " + instruction + ", " + place(where));
  }
  const std::size_t own_lane = thread.number % warp_lanes;
  std::ranges::copy(input, warp.inputs.begin() + static_cast<std::ptrdiff_t>(own_lane * input.size()));
  if (++warp.arrived < warp_lanes) {
    running->suspend(State::in_meeting);
  } else {
    compute(warp.inputs.data(), warp.outputs.data());
    warp.arrived = 0;
    running->end_meeting(thread);
  }
  std::copy_n(warp.outputs.begin() + static_cast<std::ptrdiff_t>(own_lane * output.size()), output.size(),
              output.begin());
}

void start_copy(void* target, const void* source, std::size_t bytes, std::size_t valid_bytes,
                std::source_location where) {
  Thread& thread = running->current();
  const auto fail = [&](const std::string& what) {
    throw Failure("cp.async, " + place(where) + ", " + thread.name() + ": " + what);
  };
  if (!is_shared(target, bytes)) fail("its target lies outside shared memory");
  if (reinterpret_cast<std::uintptr_t>(target) % bytes != 0) fail("its target is not aligned");
  if (reinterpret_cast<std::uintptr_t>(source) % bytes != 0) fail("its source is not aligned");
  record_access("cp.async's begin", target, bytes, /*write=*/true, where);
  std::memset(target, poison, bytes);
  thread.open_copies.push_back(
      {static_cast<std::byte*>(target), static_cast<const std::byte*>(source), bytes, valid_bytes, where});
}

void commit_copies() {
  Thread& thread = running->current();
  thread.committed_copies.push_back(std::exchange(thread.open_copies, {}));
}

void wait_for_copies(std::size_t pending) {
  auto& groups = running->current().committed_copies;
  for (; groups.size() > pending; groups.pop_front()) {
    std::ranges::for_each(groups.front(), land);
    running->current().copies_to_fence |= !groups.front().empty();
  }
}

void fence_copies() {
  running->current().copies_to_fence = false;
}

bool copies_are_fenced() {
  return running->all_threads([](const Thread& thread) { return !thread.copies_to_fence; });
}

void start_product(std::function<void()> product) {
  running->current().open_products.push_back(std::move(product));
}

void commit_products() {
  Thread& thread = running->current();
  thread.committed_products.push_back(std::exchange(thread.open_products, {}));
}

void wait_for_products(std::size_t pending) {
  auto& groups = running->current().committed_products;
  for (; groups.size() > pending; groups.pop_front()) {
    for (const auto& product : groups.front()) product();
  }
}

namespace {

// The compiler's hooks and AddressSanitizer exclude each other: what the twins report would be half of a record, of
// reads whose writes it does not know.
#ifdef __SANITIZE_ADDRESS__
constexpr bool hooks_are_called = false;
#else
constexpr bool hooks_are_called = true;
#endif

// What the recorder itself does is not recorded: of a template that it shares with kernels the linker keeps one copy,
// and that may be theirs, which calls the hooks.
class AtWork {
 public:
  AtWork() { at_work_ = true; }
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;
  ~AtWork() { at_work_ = false; }
  static bool now() { return at_work_; }

 private:
  static thread_local inline bool at_work_ = false;
};

bool is_recorded() {
  return hooks_are_called && running != nullptr && running->recording() != nullptr && !AtWork::now();
}

}  // namespace

void record_access(const void* address, std::size_t bytes, bool write, const void* instruction) {
  if (!is_recorded()) return;
  const AtWork at_work;
  running->record(address, bytes, write, instruction);
}

void record_access(const char* name, const void* address, std::size_t bytes, bool write,
                   const std::source_location& where) {
  if (!is_recorded()) return;
  const AtWork at_work;
  running->record(address, bytes, write, running->recording()->instruction_at(name, where));
}

void move_vector(void* to, const void* from, std::size_t bytes, bool store, std::source_location where) {
  const void* memory = store ? to : from;
  if (reinterpret_cast<std::uintptr_t>(memory) % bytes != 0) {
    throw Failure("a vector of " + std::to_string(bytes) + " bytes is not aligned to them, " + place(where) + ", " +
                  running->current().name());
  }
  record_access(store ? "store" : "load", memory, bytes, store, where);
  std::memcpy(to, from, bytes);
}

}  // namespace colourize::emulation
