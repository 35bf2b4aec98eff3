#include "converter/models/ddcolor_tensors.h"

#include <vector>

namespace colourize::converter::ddcolor {
namespace {

void expect_norm(ShapeCheck& check, const std::string& name, std::int64_t channels) {
  check.expect(name + ".weight", {channels});
  check.expect(name + ".bias", {channels});
}

void expect_linear(ShapeCheck& check, const std::string& name, std::int64_t out, std::int64_t in) {
  check.expect(name + ".weight", {out, in});
  check.expect(name + ".bias", {out});
}

// Returns the stages' channels.
std::vector<std::int64_t> expect_encoder(ShapeCheck& check) {
  std::vector<std::int64_t> widths;
  for (int stage = 0; stage < stages; ++stage) {
    const std::string patches = encoder("downsample_layers." + std::to_string(stage) + ".");
    const std::string convolution = patches + (stage == 0 ? "0" : "1");
    const std::int64_t width = check.width(convolution + ".weight");
    if (stage == 0) {
      check.expect(convolution + ".weight", {width, 3, 4, 4});
      expect_norm(check, patches + "1", width);
    } else {
      check.expect(convolution + ".weight", {width, widths.back(), 2, 2});
      expect_norm(check, patches + "0", widths.back());
    }
    check.expect(convolution + ".bias", {width});
    for (int i = 0; i == 0 || check.has(stage_block(stage, i) + ".gamma"); ++i) {
      const std::string block = stage_block(stage, i);
      check.expect(block + ".gamma", {width});
      check.expect(block + ".dwconv.weight", {width, 1, 7, 7});
      check.expect(block + ".dwconv.bias", {width});
      expect_norm(check, block + ".norm", width);
      expect_linear(check, block + ".pwconv1", 4 * width, width);
      expect_linear(check, block + ".pwconv2", width, 4 * width);
    }
    expect_norm(check, encoder("norm" + std::to_string(stage)), width);
    widths.push_back(width);
  }
  expect_norm(check, encoder("norm"), widths.back());
  return widths;
}

// Returns its output channels.
std::int64_t expect_up_block(ShapeCheck& check, const std::string& name, std::int64_t in, std::int64_t skip) {
  const std::int64_t shuffled = check.spectral(name + ".shuf.conv.0", in, 1);
  check.batch_norm(name + ".shuf.conv.1", shuffled);
  check.batch_norm(name + ".bn", skip);
  const std::int64_t out = check.spectral(name + ".conv.0", shuffled / 4 + skip, 3);
  check.batch_norm(name + ".conv.2", out);
  return out;
}

void expect_attention(ShapeCheck& check, const std::string& layer, const std::string& part, std::int64_t width) {
  const std::string name = layer + "." + part;
  check.expect(name + ".in_proj_weight", {3 * width, width});
  check.expect(name + ".in_proj_bias", {3 * width});
  expect_linear(check, name + ".out_proj", width, width);
  expect_norm(check, layer + ".norm", width);
}

void expect_colour_decoder(ShapeCheck& check, const std::vector<std::int64_t>& levels) {
  const std::int64_t width = check.width(colour_decoder("input_proj.0.weight"));
  const std::int64_t colours = check.width(colour_decoder("query_feat.weight"));
  for (const char* name : {"query_feat", "query_embed"}) {
    check.expect(colour_decoder(std::string(name) + ".weight"), {colours, width});
  }
  check.expect(colour_decoder("level_embed.weight"), {up_blocks, width});
  for (int i = 0; i < up_blocks; ++i) {
    const std::string name = colour_decoder("input_proj." + std::to_string(i));
    check.expect(name + ".weight", {width, levels.at(static_cast<std::size_t>(i)), 1, 1});
    check.expect(name + ".bias", {width});
  }
  for (int i = 0; i == 0 || check.has(transformer_layer("ffn", i) + ".linear1.weight"); ++i) {
    expect_attention(check, transformer_layer("cross_attention", i), "multihead_attn", width);
    expect_attention(check, transformer_layer("self_attention", i), "self_attn", width);
    const std::string ffn = transformer_layer("ffn", i);
    const std::int64_t hidden = check.width(ffn + ".linear1.weight");
    expect_linear(check, ffn + ".linear1", hidden, width);
    expect_linear(check, ffn + ".linear2", width, hidden);
    expect_norm(check, ffn + ".norm", width);
  }
  expect_norm(check, colour_decoder("decoder_norm"), width);
  for (int i = 0; i < 3; ++i) {
    expect_linear(check, colour_decoder("color_embed.layers." + std::to_string(i)), width, width);
  }
  const std::string refine = "refine_net.0.0";
  check.expect(refine + ".weight_orig", {2, colours + 3, 1, 1});
  check.expect(refine + ".weight_u", {2});
  check.expect(refine + ".weight_v", {colours + 3});
  check.expect(refine + ".bias", {2});
}

}  // namespace

void expect_tensors(ShapeCheck& check) {
  check.expect("mean", {1, 3, 1, 1});
  check.expect("std", {1, 3, 1, 1});
  const std::vector<std::int64_t> widths = expect_encoder(check);
  std::vector<std::int64_t> levels;
  std::int64_t channels = widths.back();
  for (int i = 0; i < up_blocks; ++i) {
    channels = expect_up_block(check, up_block(i), channels, widths.at(static_cast<std::size_t>(stages - 2 - i)));
    levels.push_back(channels);
  }
  check.spectral("decoder.last_shuf.conv.0", channels, 1, true);
  expect_colour_decoder(check, levels);
}

}  // namespace colourize::converter::ddcolor
