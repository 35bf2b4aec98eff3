#include <algorithm>
#include <array>
#include <string>

#include "engine/generators/network.h"
#include "system/error.h"

// A row for each model: the name of its `const Network`, which the network's own file defines.
#define COLOURIZE_NETWORKS(row) row(lite) row(wide) row(deep) row(ddcolor)

namespace colourize::generators {

namespace networks {
#define COLOURIZE_DECLARE(name) extern const Network name;
COLOURIZE_NETWORKS(COLOURIZE_DECLARE)
#undef COLOURIZE_DECLARE
}  // namespace networks

const Network& network_of(const weights::Model& model) {
#define COLOURIZE_ADDRESS(name) &networks::name,
  static constexpr std::array table{COLOURIZE_NETWORKS(COLOURIZE_ADDRESS)};
  const auto found = std::ranges::find_if(table, [&](const Network* network) { return &network->model == &model; });
  if (found == table.end()) {
    throw Error(ErrorKind::unsupported, "model " + std::string(model.name), "has no network in this program");
  }
  return **found;
}

}  // namespace colourize::generators
