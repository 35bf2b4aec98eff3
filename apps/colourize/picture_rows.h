// How the figures of a coloured picture are printed: a row of a table, and an object for machines.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "engine/photo/figures/picture_figures.h"

namespace colourize::apps {

// "0.25", or "-" for none.
std::string number_or_dash(const std::optional<double>& value, int decimals);
// A share of 0 to 1 as "25.00 %", or "-" for none.
std::string share_or_dash(const std::optional<double>& share);

// The names of the columns of picture_row().
std::string picture_row_head();
std::string picture_row(const std::string& name, const photo::PictureFigures& figures);

// null stands for a figure that is not there.
nlohmann::json as_json(const photo::PictureFigures& figures);

}  // namespace colourize::apps
