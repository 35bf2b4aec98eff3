// Between two threads of a pipeline: what one makes and the other takes, a limited number of things at a time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace colourize::session {

template <class Thing>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  // Waits for room. Returns false, and drops the thing, when nobody will take it any more.
  [[nodiscard]] bool push(Thing thing) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [&] { return cancelled_ || things_.size() < capacity_; });
    if (cancelled_) return false;
    things_.push_back(std::move(thing));
    has_things_.notify_one();
    return true;
  }

  // Waits for a thing; none when the last one was taken and no more will come.
  std::optional<Thing> pop() {
    std::unique_lock lock(mutex_);
    has_things_.wait(lock, [&] { return cancelled_ || ended_ || !things_.empty(); });
    return take();
  }

  // The same without waiting: none where none lies here now.
  std::optional<Thing> pop_if_any() {
    const std::lock_guard lock(mutex_);
    return take();
  }

  // By who pushes: no more will come.
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    has_things_.notify_all();
  }

  // By anybody: what lies here is dropped, and all who wait go on with nothing.
  void cancel() {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    things_.clear();
    has_things_.notify_all();
    has_room_.notify_all();
  }

 private:
  // The lock is held.
  std::optional<Thing> take() {
    if (cancelled_ || things_.empty()) return {};
    std::optional<Thing> thing(std::move(things_.front()));
    things_.pop_front();
    has_room_.notify_one();
    return thing;
  }

  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable has_room_;
  std::condition_variable has_things_;
  std::deque<Thing> things_;
  bool ended_ = false;
  bool cancelled_ = false;
};

}  // namespace colourize::session
