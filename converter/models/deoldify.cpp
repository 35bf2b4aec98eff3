// DeOldify's checkpoints (Antic 2018): a ResNet encoder with torchvision's names, and a U-Net with fastai's. `wide` has
// one 3x3 convolution an up block, `deep` two. The encoder, the widths and every other shape are followed from the
// tensors that are there.
#include <string>

#include "converter/originals.h"

namespace colourize::converter {
namespace {

enum class UpBlocks : std::uint8_t { wide, deep };

// Convolution, ReLU, norm.
std::int64_t expect_spectral_with_norm(ShapeCheck& check, const std::string& name, std::int64_t in) {
  const std::int64_t out = check.spectral(name + ".0", in, 3);
  check.batch_norm(name + ".2", out);
  return out;
}

// One stage of the ResNet; returns its output channels.
std::int64_t expect_stage(ShapeCheck& check, const std::string& stage, std::int64_t in) {
  for (int i = 0; i == 0 || check.has(stage + "." + std::to_string(i) + ".conv1.weight"); ++i) {
    const std::string block = stage + "." + std::to_string(i);
    const bool bottleneck = check.has(block + ".conv3.weight");
    const std::int64_t first = check.width(block + ".conv1.weight");
    const std::int64_t second = check.width(block + ".conv2.weight");
    const std::int64_t out = bottleneck ? check.width(block + ".conv3.weight") : second;
    const std::int64_t first_kernel = bottleneck ? 1 : 3;
    check.expect(block + ".conv1.weight", {first, in, first_kernel, first_kernel});
    check.batch_norm(block + ".bn1", first);
    check.expect(block + ".conv2.weight", {second, first, 3, 3});
    check.batch_norm(block + ".bn2", second);
    if (bottleneck) {
      check.expect(block + ".conv3.weight", {out, second, 1, 1});
      check.batch_norm(block + ".bn3", out);
    }
    if (check.has(block + ".downsample.0.weight")) {
      check.expect(block + ".downsample.0.weight", {out, in, 1, 1});
      check.batch_norm(block + ".downsample.1", out);
    }
    in = out;
  }
  return in;
}

// An up block; returns its output channels.
std::int64_t expect_up_block(ShapeCheck& check, const std::string& name, std::int64_t in, std::int64_t skip,
                             UpBlocks kind, bool attention) {
  const std::int64_t shuffled = check.spectral(name + ".shuf.conv.0", in, 1);
  check.batch_norm(name + ".shuf.conv.1", shuffled);
  check.batch_norm(name + ".bn", skip);
  std::int64_t channels = shuffled / 4 + skip;
  std::string last = name + ".conv";
  if (kind == UpBlocks::wide) {
    channels = expect_spectral_with_norm(check, last, channels);
  } else {
    channels = expect_spectral_with_norm(check, name + ".conv1", channels);
    last = name + ".conv2";
    channels = expect_spectral_with_norm(check, last, channels);
  }
  if (attention) {
    for (const char* part : {".3.query", ".3.key", ".3.value"}) check.spectral(last + part, channels, 1, false, true);
    check.expect(last + ".3.gamma", {1});
  }
  return channels;
}

template <UpBlocks kind>
void expect_generator(ShapeCheck& check) {
  check.expect("layers.0.0.weight", {64, 3, 7, 7});
  check.batch_norm("layers.0.1", 64);
  const std::int64_t at_4 = expect_stage(check, "layers.0.4", 64);
  const std::int64_t at_8 = expect_stage(check, "layers.0.5", at_4);
  const std::int64_t at_16 = expect_stage(check, "layers.0.6", at_8);
  const std::int64_t top = expect_stage(check, "layers.0.7", at_16);
  check.batch_norm("layers.1", top);
  std::int64_t channels = expect_spectral_with_norm(check, "layers.3.0", top);
  channels = expect_spectral_with_norm(check, "layers.3.1", channels);
  channels = expect_up_block(check, "layers.4", channels, at_16, kind, false);
  channels = expect_up_block(check, "layers.5", channels, at_8, kind, true);
  channels = expect_up_block(check, "layers.6", channels, at_4, kind, false);
  channels = expect_up_block(check, "layers.7", channels, 64, kind, false);
  check.expect("layers.8.conv.0.weight_v", {4 * channels, channels, 1, 1});
  check.expect("layers.8.conv.0.weight_g", {4 * channels, 1, 1, 1});
  check.expect("layers.8.conv.0.bias", {4 * channels});
  channels += 3;
  check.spectral("layers.10.layers.0.0", channels, 3, true);
  check.spectral("layers.10.layers.1.0", channels, 3, true);
  check.spectral("layers.11.0", channels, 1, true);
}

// The name of the norm that directly follows the convolution `name`; empty where it has none.
std::string norm_after(const std::string& name) {
  const auto sibling = [&] { return name.substr(0, name.size() - 1) + "1"; };
  if (name == "layers.0.0") return "layers.0.1";
  if (name.ends_with(".downsample.0") || name.ends_with(".shuf.conv.0")) return sibling();
  if (name.starts_with("layers.0.")) {
    const std::size_t at = name.rfind(".conv");
    if (at != std::string::npos) return name.substr(0, at) + ".bn" + name.substr(at + 5);
  }
  return {};
}

std::vector<FoldedTensor> fold_generator(const Checkpoint& checkpoint) {
  return fold_norms(checkpoint, norm_after);
}

// The number of training steps that a batch norm has seen. No run needs it.
bool leaves_out(const std::string& name) {
  return name.ends_with(".num_batches_tracked");
}

}  // namespace

namespace originals {
extern const Original wide{weights::models::wide, expect_generator<UpBlocks::wide>, fold_generator, leaves_out};
extern const Original deep{weights::models::deep, expect_generator<UpBlocks::deep>, fold_generator, leaves_out};
}  // namespace originals

}  // namespace colourize::converter
