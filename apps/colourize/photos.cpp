#include "apps/colourize/photos.h"

#include <spdlog/spdlog.h>

#include <utility>

#include <nlohmann/json.hpp>

#include "engine/device.h"
#include "engine/photo/decode.h"
#include "engine/photo/encode.h"
#include "system/error.h"

namespace colourize::apps {

Photos::Photos(const ColourArguments& arguments, const Generator& generator, graph::Progress progress)
    : arguments_(arguments),
      generator_(generator),
      progress_(std::move(progress)),
      backend_(open_device(arguments.common.device, arguments.common.backend_options())),
      colourizer_(make_colourizer()) {}

nlohmann::json Photos::colour(const Job& job) {
  const photo::Photo before = photo::decode(job.source, {.megapixels = arguments_.max_megapixels});
  const photo::Photo after = colourize_somewhere(before);
  photo::write(arguments_.side_by_side ? photo::side_by_side(before, after) : after, job.target);
  has_run_ = true;
  return {{"width", before.width()}, {"height", before.height()}, {"bits", before.bits()}};
}

nlohmann::json Photos::facts() {
  return {{"render_factor", colourizer_->side() / 16},
          {"device", backend_->name()},
          {"arena_bytes", has_run_ ? colourizer_->arena_bytes() : 0}};
}

std::unique_ptr<photo::Colourizer> Photos::make_colourizer() {
  auto colourizer = std::make_unique<photo::Colourizer>(
      generator_, *backend_,
      photo::ColourizerOptions{.render_factor = arguments_.render_factor, .exact = arguments_.exact});
  colourizer->set_progress(progress_);
  return colourizer;
}

// On the device, or where its memory does not suffice and nobody has asked for it by name on the next one, from now on.
photo::Photo Photos::colourize_somewhere(const photo::Photo& before) {
  try {
    return colourizer_->colourize(before);
  } catch (const OutOfMemory& problem) {
    auto next =
        arguments_.common.device == "auto" ? next_device(*backend_, arguments_.common.backend_options()) : nullptr;
    if (next == nullptr) throw;
    spdlog::warn("{}; going on with the device {}", problem.what(), next->name());
    colourizer_.reset();  // before its backend goes
    backend_ = std::move(next);
    colourizer_ = make_colourizer();
    return colourizer_->colourize(before);
  }
}

}  // namespace colourize::apps
