// A picture on its way through a session: its luma, and what is wanted of its colours.
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

// What the generator saw of a picture, 0 to 255, and the chroma that it gave; both upright, at the generator's sizes.
struct Colours {
  kernels::Plane luma;
  kernels::Chroma chroma;
};

// Where a picture's colours are when its generator has run: picture `n` of `output`, and in `picture` what the steps
// before left.
struct Finished {
  kernels::Backend& backend;
  kernels::PictureMemory& picture;
  std::function<kernels::PictureInputArgs()> input;
  const kernels::PictureChromaArgs& colours;
  // Of a resize of the chroma to that width and height.
  std::function<const kernels::PreparedResize&(int width, int height)> resize;
};

// What is wanted of a picture's colours, and who waits for it. Either take() or fail() ends it.
class Wish {
 public:
  Wish() = default;
  Wish(const Wish&) = delete;
  Wish& operator=(const Wish&) = delete;
  virtual ~Wish() = default;

  // False where the colours are not finite; then nothing was given. Throws as kernels::PictureOperations does; may then
  // be called again.
  [[nodiscard]] virtual bool take(const Finished& finished) = 0;
  virtual void fail(const std::exception_ptr& problem) = 0;
};

struct Task {
  Luma luma;
  std::unique_ptr<Wish> wish;
  std::function<void(double fraction)>
      progress;  // of the generator's run, 0 to 1, from the worker's thread; perhaps empty
};

// The samples with the picture's own luma and the generator's chroma, written to `to`, which stays until the future is
// ready.
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

// Luma and chroma, for whoever goes on with them.
class LumaAndChroma final : public Wish {
 public:
  std::future<Colours> result() { return promise_.get_future(); }

  bool take(const Finished& finished) override;
  void fail(const std::exception_ptr& problem) override { promise_.set_exception(problem); }

 private:
  std::promise<Colours> promise_;
};

// The generator's own numbers: 1 x height x width x its channels.
class RawOutput final : public Wish {
 public:
  std::future<Tensor> result() { return promise_.get_future(); }

  bool take(const Finished& finished) override;
  void fail(const std::exception_ptr& problem) override { promise_.set_exception(problem); }

 private:
  std::promise<Tensor> promise_;
};

}  // namespace colourize::session
