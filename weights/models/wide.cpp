// DeOldify's generator for films, portraits and landscapes (Antic 2018).
#include <array>

#include "weights/models/table.h"

namespace colourize::weights {
namespace {

// The mirrors, none of them tried from the build machine, which has no way to the internet:
// - data.deepai.org and the Dropbox folder are the homes that the authors' README names. Stable moved within Dropbox
//   once (jantic/DeOldify#445); Video left Dropbox for good (#277, #294), so its old address is not here.
// - huggingface.co/spensercai/DeOldify is where SpenserCai/sd-webui-deoldify fetches them from.
// - huggingface.co/thookham/DeOldify is a fork's; its download script expects the same checksums.
// All have moved before and may move again, so the program checks the size and checksum of what arrives.
constexpr std::array<std::string_view, 3> video_mirrors{
    "https://data.deepai.org/deoldify/ColorizeVideo_gen.pth",
    "https://huggingface.co/spensercai/DeOldify/resolve/main/ColorizeVideo_gen.pth",
    "https://huggingface.co/thookham/DeOldify/resolve/main/ColorizeVideo_gen.pth"};
constexpr std::array<std::string_view, 3> stable_mirrors{
    "https://www.dropbox.com/s/axsd2g85uyixaho/ColorizeStable_gen.pth?dl=1",
    "https://huggingface.co/spensercai/DeOldify/resolve/main/ColorizeStable_gen.pth",
    "https://huggingface.co/thookham/DeOldify/resolve/main/ColorizeStable_gen.pth"};

constexpr std::array published{
    PublishedFile{.name = "video",
                  .file = "ColorizeVideo_gen.pth",
                  .bytes = 874066230,
                  .sha256 = "e3d98bb6a222354c79f95485c2f078a89dc724e9183662506d9e0f5aafac83ad",
                  .checksum_is_certain = true,
                  .good_for = "films: the steadiest; render factor 21",
                  .licence = "MIT",
                  .home = "https://github.com/jantic/DeOldify",
                  .mirrors = video_mirrors},
    PublishedFile{.name = "stable",
                  .file = "ColorizeStable_gen.pth",
                  .bytes = 874066230,
                  .sha256 = "ca9cd7f43fb8b222c9a70f7b292e305a000694b0ff9d2ae4a6747b1a2e1ee5af",
                  .checksum_is_certain = true,
                  .good_for = "landscapes and portraits; render factor 35",
                  .licence = "MIT",
                  .home = "https://github.com/jantic/DeOldify",
                  .mirrors = stable_mirrors},
};

}  // namespace

constinit const Model models::wide{
    .name = "wide",
    .family = "DeOldify",
    .mark = "layers.4.conv.0.weight",
    .original_mark = "layers.4.conv.0.weight_orig",
    .speed = Speed::slow,
    .size_multiple = 16,
    .default_render_factor = 21,
    .built_in = {},
    .published = published,
};

}  // namespace colourize::weights
