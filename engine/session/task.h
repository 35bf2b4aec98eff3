// A picture on its way through a session: its luma, and what the caller wants of its colours.
#pragma once

#include <exception>
#include <functional>
#include <future>
#include <memory>

#include "engine/session/luma.h"
#include "engine/tensor.h"
#include "kernels/backend.h"
#include "kernels/pictures.h"

namespace colourize::session {

// The luma that the generator saw, 0 to 255, and the chroma that it made. Both are upright and have the generator's
// size.
struct Colours {
  kernels::Plane luma;
  kernels::Chroma chroma;
};

// Where a picture's colours are after its last generator has run: they are picture `n` of `output`. `picture` holds
// what the earlier steps left.
struct Finished {
  kernels::Backend& backend;
  kernels::PictureMemory& picture;
  const kernels::ConstView& output;
  std::int64_t n = 0;
  std::function<kernels::PictureInputArgs()> input;
  // Makes the picture's chroma of the output, or the mean of all generators'. Call it once.
  std::function<void()> make_chroma;
  // Prepares a resize of the chroma to this width and height.
  std::function<const kernels::PreparedResize&(int width, int height)> resize;
};

// What the caller wants of a picture's colours. The worker calls take() or fail() to end it.
class Wish {
 public:
  Wish() = default;
  Wish(const Wish&) = delete;
  Wish& operator=(const Wish&) = delete;
  virtual ~Wish() = default;

  // Delivers the result. Returns false, and delivers nothing, where the colours are not finite. Throws as
  // kernels::PictureOperations does; the worker may then run the generators again, and call it again.
  [[nodiscard]] virtual bool take(const Finished& finished) = 0;
  virtual void fail(const std::exception_ptr& problem) = 0;
};

struct Task {
  Luma luma;
  std::unique_ptr<Wish> wish;
  // Receives the progress of the generator's run, 0 to 1, in the worker's thread. May be empty.
  std::function<void(double fraction)> progress;
};

// Writes the samples with the picture's own luma and the generator's chroma to `to`, which must stay alive until the
// future is ready.
class MergedSamples final : public Wish {
 public:
  explicit MergedSamples(const kernels::Samples& to) : to_(to) {}
  std::future<void> result() { return promise_.get_future(); }

  bool take(const Finished& finished) override;
  void fail(const std::exception_ptr& problem) override { promise_.set_exception(problem); }

 private:
  kernels::Samples to_;
  std::promise<void> promise_;
};

// Delivers luma and chroma.
class LumaAndChroma final : public Wish {
 public:
  std::future<Colours> result() { return promise_.get_future(); }

  bool take(const Finished& finished) override;
  void fail(const std::exception_ptr& problem) override { promise_.set_exception(problem); }

 private:
  std::promise<Colours> promise_;
};

// Delivers the generator's raw output: 1 x height x width x its channels.
class RawOutput final : public Wish {
 public:
  std::future<Tensor> result() { return promise_.get_future(); }

  bool take(const Finished& finished) override;
  void fail(const std::exception_ptr& problem) override { promise_.set_exception(problem); }

 private:
  std::promise<Tensor> promise_;
};

}  // namespace colourize::session
