// Runs one generator on one device: from the luma of a few pictures to what the generator makes of them.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "engine/generators/generator.h"
#include "engine/graph/executor.h"
#include "engine/session/luma.h"
#include "engine/session/resizes.h"
#include "engine/session/task.h"
#include "kernels/backend.h"

namespace colourize::session {

// A generator of a session, with its part in the pictures' mean chroma.
struct SessionMember {
  std::shared_ptr<const Generator> generator;
  float share = 1;  // all members' shares add up to 1
  int side = 0;     // of its square, in pixels
};

// The input of so many pictures.
kernels::Shape input_shape(const SessionMember& member, std::size_t pictures);
// The width and height of what the member's generator gives.
Resizes::Size output_size(const SessionMember& member);

class Runner {
 public:
  // Member and backend must outlive it.
  Runner(const SessionMember& member, kernels::Backend& backend, std::shared_ptr<graph::PackedStore> packed);

  // What a run reads and writes, in the backend's memory; valid until the next run.
  struct Result {
    kernels::View input;
    kernels::ConstView output;
  };
  // Colours the tasks' luma, which the pictures hold: one picture for each task. The run takes `planned` pictures, at
  // least as many as there are; in place of those that are missing it repeats the last one, so that a device plans only
  // once.
  Result run(std::span<const Task> tasks, std::span<const std::unique_ptr<kernels::PictureMemory>> pictures,
             std::size_t planned, const graph::Progress& progress);

  // How picture n of a result was fed to the generator, and how its chroma follows.
  kernels::PictureInputArgs input_args(const Luma& luma, const Result& result, std::size_t n);
  kernels::PictureChromaArgs chroma_args(const Result& result, std::size_t n) const;
  // Resizes the generator's output to a picture, and to the size of an ensemble's mean.
  const kernels::PreparedResize& to_picture(const Resizes::Size& size) {
    return to_picture_.prepare(output_size_, size);
  }
  const kernels::PreparedResize& to_mean(const Resizes::Size& size) { return to_mean_.prepare(output_size_, size); }

  graph::Executor& executor() { return executor_; }
  const graph::Executor& executor() const { return executor_; }

 private:
  const SessionMember& member_;
  const Resizes::Size output_size_;
  kernels::PictureOperations& operations_;
  graph::Executor executor_;
  Resizes to_square_;
  Resizes to_picture_;
  Resizes to_mean_;
};

}  // namespace colourize::session
