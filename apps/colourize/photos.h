// One picture after the other, each by the same generator on the same device.
#pragma once

#include <functional>
#include <memory>

#include <nlohmann/json_fwd.hpp>

#include "apps/colourize/arguments.h"
#include "apps/colourize/jobs.h"
#include "engine/generators/generator.h"
#include "engine/photo/colourizer.h"
#include "kernels/backend.h"

namespace colourize::apps {

class Photos {
 public:
  // Both must outlive the object. Throws Error when the device is not usable or the render factor not in 8..64.
  Photos(const ColourArguments& arguments, const Generator& generator, graph::Progress progress);

  // Reads, colours and writes. Returns what there is to say for machines. Throws Error.
  nlohmann::json colour(const Job& job);

  // Of the device and the generator's run, for the summary.
  nlohmann::json facts();

 private:
  std::unique_ptr<photo::Colourizer> make_colourizer();
  photo::Photo colourize_somewhere(const photo::Photo& before);

  const ColourArguments& arguments_;
  const Generator& generator_;
  graph::Progress progress_;
  std::unique_ptr<kernels::Backend> backend_;
  std::unique_ptr<photo::Colourizer> colourizer_;
  bool has_run_ = false;
};

}  // namespace colourize::apps
