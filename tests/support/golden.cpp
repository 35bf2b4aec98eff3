#include "tests/support/golden.h"

#include "tests/support/recipe.h"

namespace colourize::tests {

std::shared_ptr<const weights::Weights> golden(const std::string& name) {
  return weights::Weights::open(folder + "golden/" + name + ".golden.safetensors");
}

Tensor golden_tensor(const weights::Weights& golden, const std::string& name) {
  const weights::Dimensions& shape = golden.shape(name);
  return from_nchw(golden.values(name), {shape[0], shape[2], shape[3], shape[1]});
}

Generator recipe_generator(const std::string& kind, const std::string& keys, const weights::Weights& golden) {
  const auto checkpoint = recipe_checkpoint(kind, folder + "oracle/" + keys + ".keys.tsv", golden);
  return build_generator(folded_weights(checkpoint));
}

}  // namespace colourize::tests
