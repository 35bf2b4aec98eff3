#include "converter/recognition.h"

#include <algorithm>
#include <set>
#include <vector>

#include "system/error.h"

namespace colourize::converter {
namespace {

using weights::Dimensions;

// Walks the architecture with the tensors at hand: each layer's output width is read off its weight, everything else
// must fit.
class Walk {
 public:
  explicit Walk(const Checkpoint& checkpoint) : checkpoint_(checkpoint) {}

  bool has(const std::string& name) const { return checkpoint_.shapes.contains(name); }

  void expect(const std::string& name, const Dimensions& shape) {
    expected_.insert(name);
    const auto found = checkpoint_.shapes.find(name);
    if (found == checkpoint_.shapes.end()) {
      missing_.push_back(name);
    } else if (found->second != shape) {
      misshapen_.push_back(name + " (" + to_string(found->second) + " where " + to_string(shape) + " is needed)");
    }
  }

  // The output channels of a convolution's weight; 1 where it is missing, which expect() then reports.
  std::int64_t width(const std::string& weight) const {
    const auto found = checkpoint_.shapes.find(weight);
    return found == checkpoint_.shapes.end() || found->second.empty() ? 1 : found->second.front();
  }

  void batch_norm(const std::string& name, std::int64_t channels) {
    for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"}) expect(name + part, {channels});
  }

  // A convolution with spectral norm; `bias` where it has one. Returns its output channels.
  std::int64_t spectral(const std::string& name, std::int64_t in, std::int64_t kernel, bool bias = false,
                        bool flat = false) {
    const std::int64_t out = width(name + ".weight_orig");
    expect(name + ".weight_orig", flat ? Dimensions{out, in, 1} : Dimensions{out, in, kernel, kernel});
    expect(name + ".weight_u", {out});
    expect(name + ".weight_v", {in * kernel * kernel});
    if (bias) expect(name + ".bias", {out});
    return out;
  }

  // Convolution, ReLU, norm.
  std::int64_t spectral_with_norm(const std::string& name, std::int64_t in) {
    const std::int64_t out = spectral(name + ".0", in, 3);
    batch_norm(name + ".2", out);
    return out;
  }

  // Throws when something did not fit, or was left over.
  void finish() {
    std::vector<std::string> unexpected;
    for (const auto& [name, shape] : checkpoint_.shapes) {
      if (!expected_.contains(name) && !name.ends_with(".num_batches_tracked")) unexpected.push_back(name);
    }
    std::string problem =
        listed("lacks ", missing_) + listed("has unexpected ", unexpected) + listed("has misshapen ", misshapen_);
    if (problem.empty()) return;
    problem.resize(problem.size() - 2);
    throw Error(ErrorKind::unsupported, checkpoint_.source, "is no DeOldify generator that is known: it " + problem);
  }

  static std::string to_string(const Dimensions& shape) { return weights::to_string(shape); }

 private:
  static std::string listed(const std::string& words, const std::vector<std::string>& names) {
    if (names.empty()) return {};
    constexpr std::size_t most = 3;
    std::string text = words;
    for (std::size_t i = 0; i < std::min(most, names.size()); ++i) text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
    return text + "; ";
  }

  const Checkpoint& checkpoint_;
  std::set<std::string> expected_;
  std::vector<std::string> missing_;
  std::vector<std::string> misshapen_;
};

// One stage of the ResNet; returns its output channels.
std::int64_t walk_stage(Walk& walk, const std::string& stage, std::int64_t in) {
  for (int i = 0; i == 0 || walk.has(stage + "." + std::to_string(i) + ".conv1.weight"); ++i) {
    const std::string block = stage + "." + std::to_string(i);
    const bool bottleneck = walk.has(block + ".conv3.weight");
    const std::int64_t first = walk.width(block + ".conv1.weight");
    const std::int64_t second = walk.width(block + ".conv2.weight");
    const std::int64_t out = bottleneck ? walk.width(block + ".conv3.weight") : second;
    const std::int64_t first_kernel = bottleneck ? 1 : 3;
    walk.expect(block + ".conv1.weight", {first, in, first_kernel, first_kernel});
    walk.batch_norm(block + ".bn1", first);
    walk.expect(block + ".conv2.weight", {second, first, 3, 3});
    walk.batch_norm(block + ".bn2", second);
    if (bottleneck) {
      walk.expect(block + ".conv3.weight", {out, second, 1, 1});
      walk.batch_norm(block + ".bn3", out);
    }
    if (walk.has(block + ".downsample.0.weight")) {
      walk.expect(block + ".downsample.0.weight", {out, in, 1, 1});
      walk.batch_norm(block + ".downsample.1", out);
    }
    in = out;
  }
  return in;
}

// An up block; returns its output channels.
std::int64_t walk_up_block(Walk& walk, const std::string& name, std::int64_t in, std::int64_t skip, bool wide,
                           bool attention) {
  const std::int64_t shuffled = walk.spectral(name + ".shuf.conv.0", in, 1);
  walk.batch_norm(name + ".shuf.conv.1", shuffled);
  walk.batch_norm(name + ".bn", skip);
  std::int64_t channels = shuffled / 4 + skip;
  std::string last = name + ".conv";
  if (wide) {
    channels = walk.spectral_with_norm(last, channels);
  } else {
    channels = walk.spectral_with_norm(name + ".conv1", channels);
    last = name + ".conv2";
    channels = walk.spectral_with_norm(last, channels);
  }
  if (attention) {
    for (const char* part : {".3.query", ".3.key", ".3.value"}) walk.spectral(last + part, channels, 1, false, true);
    walk.expect(last + ".3.gamma", {1});
  }
  return channels;
}

}  // namespace

std::string recognise_generator(const Checkpoint& checkpoint) {
  Walk walk(checkpoint);
  const bool wide = walk.has("layers.4.conv.0.weight_orig");
  if (!wide && !walk.has("layers.4.conv1.0.weight_orig")) {
    throw Error(ErrorKind::unsupported, checkpoint.source,
                "is no DeOldify generator: it has neither layers.4.conv.0.weight_orig (wide) nor "
                "layers.4.conv1.0.weight_orig (deep)");
  }
  walk.expect("layers.0.0.weight", {64, 3, 7, 7});
  walk.batch_norm("layers.0.1", 64);
  const std::int64_t at_4 = walk_stage(walk, "layers.0.4", 64);
  const std::int64_t at_8 = walk_stage(walk, "layers.0.5", at_4);
  const std::int64_t at_16 = walk_stage(walk, "layers.0.6", at_8);
  const std::int64_t top = walk_stage(walk, "layers.0.7", at_16);
  walk.batch_norm("layers.1", top);
  std::int64_t channels = walk.spectral_with_norm("layers.3.0", top);
  channels = walk.spectral_with_norm("layers.3.1", channels);
  channels = walk_up_block(walk, "layers.4", channels, at_16, wide, false);
  channels = walk_up_block(walk, "layers.5", channels, at_8, wide, true);
  channels = walk_up_block(walk, "layers.6", channels, at_4, wide, false);
  channels = walk_up_block(walk, "layers.7", channels, 64, wide, false);
  walk.expect("layers.8.conv.0.weight_v", {4 * channels, channels, 1, 1});
  walk.expect("layers.8.conv.0.weight_g", {4 * channels, 1, 1, 1});
  walk.expect("layers.8.conv.0.bias", {4 * channels});
  channels += 3;
  walk.spectral("layers.10.layers.0.0", channels, 3, true);
  walk.spectral("layers.10.layers.1.0", channels, 3, true);
  walk.spectral("layers.11.0", channels, 1, true);
  walk.finish();
  return wide ? "wide" : "deep";
}

}  // namespace colourize::converter
