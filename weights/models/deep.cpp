// DeOldify's generator for the most vivid colours (Antic 2018).
#include <array>

#include "weights/models/table.h"

namespace colourize::weights {
namespace {

// wide.cpp explains these addresses. Artistic left Dropbox for good (jantic/DeOldify#277, #294).
constexpr std::array<std::string_view, 3> artistic_mirrors{
    "https://data.deepai.org/deoldify/ColorizeArtistic_gen.pth",
    "https://huggingface.co/spensercai/DeOldify/resolve/main/ColorizeArtistic_gen.pth",
    "https://huggingface.co/thookham/DeOldify/resolve/main/ColorizeArtistic_gen.pth"};

constexpr std::array published{
    PublishedFile{.name = "artistic",
                  .file = "ColorizeArtistic_gen.pth",
                  .bytes = 255144681,
                  .sha256 = "3f750246fa220529323b85a8905f9b49c0e5d427099185334d048fb5b5e22477",
                  .checksum_is_certain = false,
                  .good_for = "the most vivid colours; render factor 35",
                  .licence = "MIT",
                  .home = "https://github.com/jantic/DeOldify",
                  .mirrors = artistic_mirrors},
};

}  // namespace

constinit const Model models::deep{
    .name = "deep",
    .family = "DeOldify",
    .mark = "layers.4.conv1.0.weight",
    .original_mark = "layers.4.conv1.0.weight_orig",
    .speed = Speed::slow,
    .size_multiple = 16,
    .default_render_factor = 35,
    .built_in = {},
    .published = published,
};

}  // namespace colourize::weights
