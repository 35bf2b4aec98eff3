#include "tests/emulation/fibre.h"

#include <utility>
#include <vector>

#include <boost/context/fixedsize_stack.hpp>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace colourize::emulation {
namespace {

constexpr std::size_t stack_bytes = 128 * 1024;  // under AddressSanitizer frames are some times larger

// AddressSanitizer must be told of each change of stacks; elsewhere these do nothing. `saved` is null where the stack
// that is left ends.
void begin_switch([[maybe_unused]] void** saved, [[maybe_unused]] const void* bottom,
                  [[maybe_unused]] std::size_t bytes) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(saved, bottom, bytes);
#endif
}

void end_switch([[maybe_unused]] void* saved, [[maybe_unused]] const void** bottom,
                [[maybe_unused]] std::size_t* bytes) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(saved, bottom, bytes);
#endif
}

}  // namespace

// Says where the stack that it gives lies. A kernel's threads come and go by the thousand: their stacks are kept for
// the next ones.
class Fibre::KnownStack {
 public:
  explicit KnownStack(Stack& known) : known_(known) {}
  boost::context::stack_context allocate() {
    std::vector<boost::context::stack_context>& free = kept().stacks;
    boost::context::stack_context stack;
    if (free.empty()) {
      stack = boost::context::fixedsize_stack(stack_bytes).allocate();
    } else {
      stack = free.back();
      free.pop_back();
    }
    known_ = {.bottom = static_cast<const std::byte*>(stack.sp) - stack.size, .bytes = stack.size};
    return stack;
  }
  void deallocate(boost::context::stack_context& stack) { kept().stacks.push_back(stack); }

 private:
  struct Kept {
    std::vector<boost::context::stack_context> stacks;
    Kept() = default;
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;
    ~Kept() {
      for (boost::context::stack_context& stack : stacks)
        boost::context::fixedsize_stack(stack_bytes).deallocate(stack);
    }
  };
  static Kept& kept() {
    static thread_local Kept stacks;
    return stacks;
  }

  Stack& known_;
};

Fibre::Fibre(std::function<void()> body) : body_(std::move(body)) {}

boost::context::fiber Fibre::run(boost::context::fiber&& caller) {
  end_switch(nullptr, &caller_stack_.bottom, &caller_stack_.bytes);
  caller_ = std::move(caller);
  try {
    body_();
  } catch (const Cancelled&) {  // NOLINT(bugprone-empty-catch): the destructor wants it to end
  } catch (...) {
    failure_ = std::current_exception();
  }
  ended_ = true;
  begin_switch(nullptr, caller_stack_.bottom, caller_stack_.bytes);
  return std::move(caller_);
}

Fibre::~Fibre() {
  cancelled_ = true;
  failure_ = nullptr;
  // A body that catches everything and goes on is cancelled again where it suspends next.
  while (started_ && !ended_) resume();
}

void Fibre::resume() {
  if (!started_) {
    // Not before: a fibre of the library that never ran would unwind by an exception on its own stack.
    fibre_ = boost::context::fiber(std::allocator_arg, KnownStack(stack_),
                                   [this](boost::context::fiber&& caller) { return run(std::move(caller)); });
    started_ = true;
  }
  void* saved = nullptr;
  begin_switch(&saved, stack_.bottom, stack_.bytes);
  fibre_ = std::move(fibre_).resume();
  end_switch(saved, nullptr, nullptr);
  if (failure_ && !cancelled_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Fibre::suspend() {
  void* saved = nullptr;
  begin_switch(&saved, caller_stack_.bottom, caller_stack_.bytes);
  caller_ = std::move(caller_).resume();
  end_switch(saved, &caller_stack_.bottom, &caller_stack_.bytes);
  if (cancelled_) throw Cancelled();
}

}  // namespace colourize::emulation
