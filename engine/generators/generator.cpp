#include "engine/generators/generator.h"

#include <string>
#include <utility>

#include "engine/generators/metadata.h"
#include "engine/generators/network.h"
#include "engine/generators/used_tensors.h"
#include "system/error.h"
#include "system/lists.h"

namespace colourize {
namespace {

using weights::Weights;

// "lite, DeOldify's wide and DeOldify's deep"
std::string known_models() {
  std::vector<std::string> names;
  for (const weights::Model* model : weights::all_models()) names.push_back(weights::full_name(*model));
  return listed(names, "and");
}

const weights::Model& model_of(const Weights& weights) {
  if (const weights::Model* model = weights::recognise(weights)) return *model;
  if (const weights::Model* model = weights::recognise_original(weights)) {
    throw Error(
        ErrorKind::unsupported, weights.source(),
        "holds a " + std::string(model->family) + " checkpoint as it was trained, with its norms not yet folded");
  }
  throw Error(ErrorKind::unsupported, weights.source(), "holds no known generator", "known are " + known_models());
}

}  // namespace

Generator build_generator(std::shared_ptr<const Weights> weights) {
  const weights::Model& model = model_of(*weights);
  const generators::Network& network = generators::network_of(model);
  Generator generator;
  generator.name = model.name;
  generator.speed = model.speed;
  generator.size_multiple = model.size_multiple;
  generator.default_render_factor = generators::metadata_render_factor(*weights, model.default_render_factor);
  network.build(*weights, generator);
  generators::check_all_used(*weights, generator, network.other_tensors);
  generator.weights = std::move(weights);
  return generator;
}

int input_side(const Generator& generator, int render_factor) {
  if (render_factor < smallest_render_factor || render_factor > largest_render_factor) {
    throw Error(ErrorKind::invalid, "render factor " + std::to_string(render_factor),
                "is not in the range that the generators take", "choose one from 8 to 64");
  }
  const int side = 16 * render_factor;
  return (side + generator.size_multiple - 1) / generator.size_multiple * generator.size_multiple;
}

}  // namespace colourize
