// DDColor's generator (Kang et al. 2023), in two sizes: depths and widths are read off the weights.
#include <array>

#include "weights/models/table.h"

namespace colourize::weights {
namespace {

// The authors' own repositories, each at a pinned revision. Not tried from the build machine, which has no way to the
// internet. The same tensors are also published as .pth files, which `convert` reads; they have other bytes, so they
// are no mirrors.
constexpr std::array<std::string_view, 1> modelscope_mirrors{
    "https://huggingface.co/piddnad/ddcolor_modelscope/resolve/060f67494e31883a4b13cb27f889f3154847ada4/"
    "pytorch_model.bin"};
constexpr std::array<std::string_view, 1> artistic_mirrors{
    "https://huggingface.co/piddnad/ddcolor_artistic/resolve/aa10f72fffc89a6658e37b48556050b4d9a26f63/"
    "pytorch_model.bin"};
constexpr std::array<std::string_view, 1> tiny_mirrors{
    "https://huggingface.co/piddnad/ddcolor_paper_tiny/resolve/cf9fd99c1d7472689ec7413441c1b799a51866a3/"
    "pytorch_model.bin"};

constexpr auto licence = "Apache-2.0";
constexpr auto home = "https://github.com/piddnad/DDColor";

constexpr std::array published{
    PublishedFile{.name = "ddcolor",
                  .file = "ddcolor_modelscope.bin",
                  .bytes = 911914869,
                  .sha256 = "d81711971ec59200da26d5e8a1afae8dd3778d495ea8ad7a7dadc769f403f7e7",
                  .checksum_is_certain = true,
                  .good_for = "photos: the richest colours; render factor 32",
                  .licence = licence,
                  .home = home,
                  .mirrors = modelscope_mirrors},
    PublishedFile{.name = "ddcolor-artistic",
                  .file = "ddcolor_artistic.bin",
                  .bytes = 911914869,
                  .sha256 = "5a076e84efce59848394f572a105f7b78f7f6e917f615d1ee88537241b96dca3",
                  .checksum_is_certain = true,
                  .good_for = "photos: calmer, with fewer stray blocks of colour; render factor 32",
                  .licence = licence,
                  .home = home,
                  .mirrors = artistic_mirrors},
    PublishedFile{.name = "ddcolor-tiny",
                  .file = "ddcolor_paper_tiny.bin",
                  .bytes = 220372845,
                  .sha256 = "8a1277bc90a1bfbb6d2d83933a9a6bc821931879ca93e26e4fcec12165d41fce",
                  .checksum_is_certain = true,
                  .good_for = "a quarter of the size, three times as fast; render factor 32",
                  .licence = licence,
                  .home = home,
                  .mirrors = tiny_mirrors},
};

}  // namespace

constinit const Model models::ddcolor{
    .name = "ddcolor",
    .family = "DDColor",
    .mark = "refine_net.palette.weight",
    .original_mark = "decoder.color_decoder.query_feat.weight",
    .speed = Speed::slow,
    .size_multiple = 32,
    .default_render_factor = 32,
    .built_in = {},
    .published = published,
};

}  // namespace colourize::weights
