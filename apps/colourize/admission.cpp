#include "apps/colourize/admission.h"

namespace colourize::apps {

Admission::Place Admission::enter(std::size_t bytes) {
  std::unique_lock lock(mutex_);
  const std::size_t ticket = tickets_++;
  left_.wait(lock, [&] { return ticket == served_ && (inside_ == 0 || bytes_ + bytes <= limit_); });
  ++served_;
  ++inside_;
  bytes_ += bytes;
  left_.notify_all();  // the next one may fit too
  return Place(this, Leave{this, bytes});
}

void Admission::leave(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  --inside_;
  bytes_ -= bytes;
  left_.notify_all();
}

}  // namespace colourize::apps
