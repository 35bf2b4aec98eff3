// The built-in generator: small, and fast on a CPU. weights/builtin/README.md is its model card.
#include "weights/models/table.h"

namespace colourize::weights {

constinit const Model models::lite{
    .name = "lite",
    .family = {},
    .mark = "encoder.stem.weight",
    .original_mark = {},
    .speed = Speed::fast,
    .size_multiple = 32,
    .default_render_factor = 16,
    .built_in = BuiltIn{.good_for = "fast; sky, grass, trees, skin, wood, stone",
                        .licence = "MIT (its encoder began as Apache-2.0 weights)"},
    .published = {},
};

}  // namespace colourize::weights
