// How inputs that were measured side by side are printed.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apps/colourize/inputs_compared.h"

namespace colourize::apps {

// A head, a row for each input, and then a line for each thing that the rows leave out. Head and rows fit into 100
// columns: a name that leaves no place for its figures stands on a line of its own above them. `originals` is the
// folder of the originals, as it was given.
std::vector<std::string> inputs_table(const std::vector<ComparedInput>& inputs, const std::string& originals);

// The same for machines.
nlohmann::json as_json(const ComparedInput& input);

}  // namespace colourize::apps
