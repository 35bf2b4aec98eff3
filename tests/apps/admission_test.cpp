// How many pictures may hold memory together.
#include "apps/colourize/admission.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

namespace colourize::apps {
namespace {

using namespace std::chrono_literals;

// Long enough that a thread which may run has run, on a loaded machine too; only a fault is ever waited for in vain.
constexpr auto while_others_run = 50ms;

class Entering {
 public:
  Entering(Admission& admission, std::size_t bytes)
      : thread_([this, &admission, bytes] {
          place_ = admission.enter(bytes);
          inside_ = true;
        }) {}

  // Waits for it to be inside.
  void await() { thread_.join(); }
  bool inside() const { return inside_; }
  void leave() { place_.reset(); }

 private:
  std::optional<Admission::Place> place_;
  std::atomic<bool> inside_ = false;
  std::jthread thread_;
};

TEST(Admission, LetsInWhatFits) {
  Admission admission(100);
  Admission::Place first = admission.enter(60);
  const Admission::Place second = admission.enter(40);
  Entering third(admission, 1);
  std::this_thread::sleep_for(while_others_run);
  EXPECT_FALSE(third.inside());
  first.reset();
  third.await();
  EXPECT_TRUE(third.inside());
}

// One that fits no limit comes in too, and is alone.
TEST(Admission, LetsALargeOneInAlone) {
  Admission admission(100);
  Admission::Place small = admission.enter(1);
  Entering large(admission, 1000);
  std::this_thread::sleep_for(while_others_run);
  EXPECT_FALSE(large.inside());
  small.reset();
  large.await();
  Entering next(admission, 1);
  std::this_thread::sleep_for(while_others_run);
  EXPECT_FALSE(next.inside());
  large.leave();
  next.await();
}

// A large one is not kept waiting by small ones that came after it.
TEST(Admission, KeepsTheOrder) {
  Admission admission(100);
  Admission::Place first = admission.enter(60);
  Entering large(admission, 90);
  std::this_thread::sleep_for(while_others_run);
  Entering small(admission, 10);
  std::this_thread::sleep_for(while_others_run);
  EXPECT_FALSE(small.inside()) << "it would have fitted, but came later";
  first.reset();
  large.await();
  small.await();
}

}  // namespace
}  // namespace colourize::apps
