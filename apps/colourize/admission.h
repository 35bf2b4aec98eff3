// Who may hold memory: pictures under way together take no more than a limit.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace colourize::apps {

// Lets pictures in, in the order in which they came, while all that are inside take at most `limit` bytes. One that is
// larger is let in alone, so that it is coloured too. Any thread may call it.
class Admission {
 public:
  explicit Admission(std::size_t limit) : limit_(limit) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

 private:
  struct Leave {
    Admission* admission = nullptr;
    std::size_t bytes = 0;
    void operator()(const void* /*inside*/) const { admission->leave(bytes); }
  };

 public:
  // A place inside, as long as it lives; the admission must outlive it.
  using Place = std::unique_ptr<const void, Leave>;

  // Waits for a place.
  [[nodiscard]] Place enter(std::size_t bytes);

 private:
  void leave(std::size_t bytes);

  const std::size_t limit_;
  std::mutex mutex_;  // of all below
  std::condition_variable left_;
  std::size_t tickets_ = 0;  // that were given out
  std::size_t served_ = 0;   // of them, in their order
  std::size_t inside_ = 0;   // pictures
  std::size_t bytes_ = 0;    // that they take
};

}  // namespace colourize::apps
