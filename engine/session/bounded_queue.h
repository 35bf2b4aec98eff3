// A queue between two threads of a pipeline. It holds a limited number of things.
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

  // Waits until the queue has a free place. Returns false, and drops the thing, after cancel().
  [[nodiscard]] bool push(Thing thing) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [&] { return cancelled_ || things_.size() < capacity_; });
    if (cancelled_) return false;
    things_.push_back(std::move(thing));
    has_things_.notify_one();
    return true;
  }

  // Waits for a thing. Returns none after cancel(), or when the queue is empty and end() was called.
  std::optional<Thing> pop() {
    std::unique_lock lock(mutex_);
    has_things_.wait(lock, [&] { return cancelled_ || ended_ || !things_.empty(); });
    return take();
  }

  // The same without waiting: returns none where the queue is empty now.
  std::optional<Thing> pop_if_any() {
    const std::lock_guard lock(mutex_);
    return take();
  }

  // Called by the thread that pushes: no more things will come.
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    has_things_.notify_all();
  }

  // Called by any thread: drops what is in the queue, and wakes all threads that wait. They get nothing.
  void cancel() {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    things_.clear();
    has_things_.notify_all();
    has_room_.notify_all();
  }

 private:
  // The caller holds the lock.
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
