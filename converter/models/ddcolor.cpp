// DDColor's checkpoints (Kang et al. 2023): a ConvNeXt encoder, an up-block decoder and a decoder of colours. Depths
// and widths are followed from the tensors that are there.
//
// Folded, each exactly but for rounding:
//   - the input's mean and deviation, and its three equal channels, into the stem (4x4 without padding)
//   - a block's norm into its first linear, its layer scale into the second; a stage's norm into the 2x2 convolution
//   - the norms of a stage's end and of its skip into one scale and shift, or into the first up block's convolution
//   - the batch norm after a 1x1 convolution into that, the one after a 3x3 into its readers, which are all 1x1
//   - constants of the keys nowhere: they cancel in the softmax. In the values they become a bias.
//   - the mix of the 100 maps and the input to a and b: into two rows for the colours, and a line for the grey
#include <algorithm>
#include <functional>
#include <string>

#include "converter/linear_folding.h"
#include "converter/models/ddcolor_tensors.h"
#include "converter/originals.h"

namespace colourize::converter {
namespace {

using ddcolor::colour_decoder;
using ddcolor::encoder;
using ddcolor::stage_block;
using ddcolor::stages;
using ddcolor::transformer_layer;
using ddcolor::up_block;
using ddcolor::up_blocks;

class Fold {
 public:
  explicit Fold(const Checkpoint& checkpoint) : tensors_(checkpoint) {}

  std::vector<FoldedTensor> all() {
    stem();
    for (int stage = 0; stage < stages; ++stage) {
      if (stage > 0) patches(stage);
      for (int i = 0; i == 0 || tensors_.has(stage_block(stage, i) + ".gamma"); ++i) block(stage_block(stage, i));
    }
    ChannelAffine before = layer_norm(encoder("norm" + std::to_string(stages - 1)));
    std::vector<ChannelAffine> levels;
    for (int i = 0; i < up_blocks; ++i) {
      before = up(i, before);
      levels.push_back(before);
    }
    LinearLayer last = layer("decoder.last_shuf.conv.0");
    last.input = before;
    append(last);
    colours(levels);
    refine();
    std::ranges::sort(result_, {}, &FoldedTensor::name);
    return std::move(result_);
  }

 private:
  std::size_t width(const std::string& name) const { return static_cast<std::size_t>(tensors_.shape(name).front()); }
  // All values of a small tensor.
  static std::vector<double> numbers(const StoredTensors& tensors, const std::string& name) {
    const std::vector<float> values = tensors.vector(name, element_count(tensors.shape(name)));
    return {values.begin(), values.end()};
  }

  ChannelAffine layer_norm(const std::string& name) const {
    const auto values = [tensors = tensors_, name] {
      return ScaleAndShift{numbers(tensors, name + ".weight"), numbers(tensors, name + ".bias")};
    };
    return {values, {name + ".weight", name + ".bias"}};
  }
  ChannelAffine batch_norm(const std::string& name) const {
    const auto values = [tensors = tensors_, name, channels = width(name + ".weight")] {
      return tensors.batch_norm(name, channels);
    };
    return {values, StoredTensors::batch_norm_sources(name)};
  }
  // One after the other.
  static ChannelAffine joined(const ChannelAffine& first, const ChannelAffine& second) {
    ChannelAffine both{[first = first.values, second = second.values] {
                         const ScaleAndShift inner = first();
                         ScaleAndShift result = second();
                         for (std::size_t c = 0; c < result.scale.size(); ++c) {
                           result.shift[c] += result.scale[c] * inner.shift[c];
                           result.scale[c] *= inner.scale[c];
                         }
                         return result;
                       },
                       first.sources};
    both.sources.insert(both.sources.end(), second.sources.begin(), second.sources.end());
    return both;
  }

  // A layer of the checkpoint with its bias, where it has one; nothing is folded into it yet.
  LinearLayer layer(const std::string& name) const {
    LinearLayer result;
    result.name = result.stored = name;
    if (tensors_.has(name + ".bias")) result.bias = name + ".bias";
    return result;
  }
  void append(const LinearLayer& layer) { append_linear(tensors_, layer, result_); }
  void keep_tensor(const std::string& name) {
    append_values(name, tensors_.shape(name), {name},
                  [name](const StoredTensors& tensors) { return numbers(tensors, name); });
  }
  void keep_norm(const std::string& name) {
    keep_tensor(name + ".weight");
    keep_tensor(name + ".bias");
  }
  // A small tensor: `values` computes it from the sources.
  void append_values(const std::string& name, const weights::Dimensions& shape, const std::vector<std::string>& sources,
                     const std::function<std::vector<double>(const StoredTensors& tensors)>& values) {
    result_.push_back({name, shape, sources, [tensors = tensors_, values](const Sink& sink) {
                         const std::vector<double> exact = values(tensors);
                         sink(std::vector<float>(exact.begin(), exact.end()));
                       }});
  }

  // Grey is three equal channels, less their means, over their deviations.
  void stem() {
    const std::string name = encoder("downsample_layers.0.0");
    const weights::Dimensions& shape = tensors_.shape(name + ".weight");
    append_values(name + ".weight", {shape[0], 1, shape[2], shape[3]}, {name + ".weight", "std"},
                  [name](const StoredTensors& tensors) {
                    const std::vector<double> weight = numbers(tensors, name + ".weight");
                    const std::vector<double> deviation = numbers(tensors, "std");
                    const std::size_t window =
                        element_count(tensors.shape(name + ".weight")) / weights_of(tensors, name);
                    std::vector<double> grey(weight.size() / deviation.size());
                    for (std::size_t i = 0; i < weight.size(); ++i) {
                      const std::size_t row = i / window / deviation.size();
                      grey[row * window + i % window] += weight[i] / deviation[i / window % deviation.size()];
                    }
                    return grey;
                  });
    append_values(name + ".bias", {shape[0]}, {name + ".weight", name + ".bias", "mean", "std"},
                  [name](const StoredTensors& tensors) {
                    const std::vector<double> weight = numbers(tensors, name + ".weight");
                    const std::vector<double> mean = numbers(tensors, "mean");
                    const std::vector<double> deviation = numbers(tensors, "std");
                    std::vector<double> bias = numbers(tensors, name + ".bias");
                    const std::size_t window =
                        element_count(tensors.shape(name + ".weight")) / weights_of(tensors, name);
                    for (std::size_t i = 0; i < weight.size(); ++i) {
                      const std::size_t channel = i / window % mean.size();
                      bias[i / window / mean.size()] -= weight[i] * mean[channel] / deviation[channel];
                    }
                    return bias;
                  });
    keep_norm(encoder("downsample_layers.0.1"));
  }
  // Rows times input channels.
  static std::size_t weights_of(const StoredTensors& tensors, const std::string& name) {
    const weights::Dimensions& shape = tensors.shape(name + ".weight");
    return static_cast<std::size_t>(shape[0] * shape[1]);
  }

  void patches(int stage) {
    const std::string name = encoder("downsample_layers." + std::to_string(stage) + ".");
    LinearLayer convolution = layer(name + "1");
    convolution.input = layer_norm(name + "0");
    append(convolution);
  }

  void block(const std::string& name) {
    append(layer(name + ".dwconv"));
    LinearLayer first = layer(name + ".pwconv1");
    first.input = layer_norm(name + ".norm");
    append(first);
    LinearLayer second = layer(name + ".pwconv2");
    second.output.values = [tensors = tensors_, gamma = name + ".gamma"] {
      const std::vector<double> scale = numbers(tensors, gamma);
      return ScaleAndShift{scale, std::vector<double>(scale.size())};
    };
    second.output.sources = {name + ".gamma"};
    append(second);
  }

  // `before`: what is still to be applied to the block's input. Returns the same of its output.
  ChannelAffine up(int i, const ChannelAffine& before) {
    const std::string name = up_block(i);
    LinearLayer shuffled = layer(name + ".shuf.conv.0");
    shuffled.input = before;
    shuffled.output = batch_norm(name + ".shuf.conv.1");
    append(shuffled);

    const ChannelAffine skip =
        joined(layer_norm(encoder("norm" + std::to_string(stages - 2 - i))), batch_norm(name + ".bn"));
    const weights::Dimensions channels = tensors_.shape(name + ".bn.weight");
    append_values(name + ".bn.weight", channels, skip.sources,
                  [skip](const StoredTensors& /*tensors*/) { return skip.values().scale; });
    append_values(name + ".bn.bias", channels, skip.sources,
                  [skip](const StoredTensors& /*tensors*/) { return skip.values().shift; });

    LinearLayer convolution = layer(name + ".conv.0");
    convolution.has_bias = false;
    append(convolution);
    return batch_norm(name + ".conv.2");
  }

  // Rows of in_proj: the queries', the keys', the values'. `values`: what is to be applied to the values' input.
  void attention(const std::string& name, const ChannelAffine& values) {
    const std::size_t width = this->width(name + ".in_proj_weight") / 3;
    const auto part = [&](std::size_t i, const char* what) {
      LinearLayer result;
      result.name = name + "." + what;
      result.weight = name + ".in_proj_weight";
      result.bias = name + ".in_proj_bias";
      result.first_row = i * width;
      result.rows = width;
      return result;
    };
    append(part(0, "query"));
    LinearLayer keys = part(1, "key");
    keys.has_bias = false;
    append(keys);
    LinearLayer value = part(2, "value");
    value.input = values;
    append(value);
    append(layer(name + ".out_proj"));
  }

  // Appends a level's projection without its constants, and returns these: the values are its result plus their shift.
  ChannelAffine level(int i, const ChannelAffine& before) {
    const std::string name = colour_decoder("input_proj." + std::to_string(i));
    LinearLayer projection = layer(name);
    projection.input = before;
    projection.has_bias = false;
    append(projection);

    const std::string embeddings = colour_decoder("level_embed.weight");
    ChannelAffine constants{[tensors = tensors_, name, embeddings, before, i] {
                              std::vector<double> shift = numbers(tensors, name + ".bias");
                              const std::vector<double> embedding = numbers(tensors, embeddings);
                              const std::vector<double> weight = numbers(tensors, name + ".weight");
                              const ScaleAndShift input = before.values();
                              const std::size_t inputs = input.shift.size();
                              for (std::size_t row = 0; row < shift.size(); ++row) {
                                shift[row] += embedding[static_cast<std::size_t>(i) * shift.size() + row];
                                for (std::size_t c = 0; c < inputs; ++c)
                                  shift[row] += weight[row * inputs + c] * input.shift[c];
                              }
                              return ScaleAndShift{std::vector<double>(shift.size(), 1), shift};
                            },
                            before.sources};
    constants.sources.insert(constants.sources.end(), {name + ".bias", name + ".weight", embeddings});
    return constants;
  }

  void colours(const std::vector<ChannelAffine>& levels) {
    keep_tensor(colour_decoder("query_feat.weight"));
    keep_tensor(colour_decoder("query_embed.weight"));
    std::vector<ChannelAffine> constants;
    constants.reserve(up_blocks);
    for (int i = 0; i < up_blocks; ++i) constants.push_back(level(i, levels.at(static_cast<std::size_t>(i))));
    for (int i = 0; i == 0 || tensors_.has(transformer_layer("ffn", i) + ".linear1.weight"); ++i) {
      const std::string cross = transformer_layer("cross_attention", i);
      attention(cross + ".multihead_attn", constants.at(static_cast<std::size_t>(i % up_blocks)));
      keep_norm(cross + ".norm");
      const std::string own = transformer_layer("self_attention", i);
      attention(own + ".self_attn", {});
      keep_norm(own + ".norm");
      const std::string ffn = transformer_layer("ffn", i);
      append(layer(ffn + ".linear1"));
      append(layer(ffn + ".linear2"));
      keep_norm(ffn + ".norm");
    }
    keep_norm(colour_decoder("decoder_norm"));
    for (int i = 0; i < 3; ++i) append(layer(colour_decoder("color_embed.layers." + std::to_string(i))));
  }

  // a and b are weighted sums of the colours' maps, and a line of the normalised grey.
  void refine() {
    const std::string name = "refine_net.0.0";
    const std::size_t outputs = width(name + ".bias");
    const std::size_t inputs = element_count(tensors_.shape(name + ".weight_orig")) / outputs;
    const std::size_t colours = width(colour_decoder("query_feat.weight"));
    const auto weight = [name](const StoredTensors& tensors) {
      std::vector<double> values = numbers(tensors, name + ".weight_orig");
      const double factor = tensors.weight_factors(name).front();
      for (double& value : values) value *= factor;
      return values;
    };
    // Of the normalised input's channels, over their deviations: row after row.
    const auto per_grey = [=](const StoredTensors& tensors) {
      const std::vector<double> rows = weight(tensors);
      const std::vector<double> deviation = numbers(tensors, "std");
      std::vector<double> slopes;
      for (std::size_t row = 0; row < outputs; ++row) {
        for (std::size_t i = colours; i < inputs; ++i) {
          slopes.push_back(rows[row * inputs + i] / deviation[i - colours]);
        }
      }
      return slopes;
    };
    std::vector<std::string> sources = tensors_.weight_sources(name);
    std::vector<std::string> slope_sources = sources;
    slope_sources.emplace_back("std");
    append_values("refine_net.grey.weight", {2, 1, 1, 1}, slope_sources, [=](const StoredTensors& tensors) {
      const std::vector<double> slopes = per_grey(tensors);
      std::vector<double> slope(outputs);
      for (std::size_t i = 0; i < slopes.size(); ++i) slope[i / (inputs - colours)] += slopes[i];
      return slope;
    });
    slope_sources.insert(slope_sources.end(), {name + ".bias", "mean"});
    append_values("refine_net.grey.bias", {2}, slope_sources, [=](const StoredTensors& tensors) {
      const std::vector<double> slopes = per_grey(tensors);
      const std::vector<double> mean = numbers(tensors, "mean");
      std::vector<double> bias = numbers(tensors, name + ".bias");
      for (std::size_t i = 0; i < slopes.size(); ++i) bias[i / mean.size()] -= slopes[i] * mean[i % mean.size()];
      return bias;
    });
    // The same two rows for each of the colours' channels, as a depthwise convolution over the colours wants them.
    const std::size_t channels = width(colour_decoder("color_embed.layers.2.weight"));
    const std::string palette = "refine_net.palette";
    append_values(palette + ".weight",
                  {static_cast<std::int64_t>(channels * outputs), 1, 1, static_cast<std::int64_t>(colours)}, sources,
                  [=](const StoredTensors& tensors) {
                    const std::vector<double> rows = weight(tensors);
                    std::vector<double> repeated;
                    for (std::size_t i = 0; i < channels * outputs; ++i) {
                      const auto first = rows.begin() + static_cast<std::ptrdiff_t>(i % outputs * inputs);
                      repeated.insert(repeated.end(), first, first + static_cast<std::ptrdiff_t>(colours));
                    }
                    return repeated;
                  });
  }

  StoredTensors tensors_;
  std::vector<FoldedTensor> result_;
};

std::vector<FoldedTensor> fold_ddcolor(const Checkpoint& checkpoint) {
  return Fold(checkpoint).all();
}

// Counts of training steps, and a norm that the published network has and does not call.
bool leaves_out(const std::string& name) {
  return name.ends_with(".num_batches_tracked") || name == encoder("norm.weight") || name == encoder("norm.bias");
}

}  // namespace

namespace originals {
extern const Original ddcolor{weights::models::ddcolor, ddcolor::expect_tensors, fold_ddcolor, leaves_out};
}  // namespace originals

}  // namespace colourize::converter
