#include "engine/session/runner.h"

#include <algorithm>
#include <utility>

#include "engine/graph/shapes.h"

namespace colourize::session {

kernels::Shape input_shape(const SessionMember& member, std::size_t pictures) {
  return {static_cast<std::int64_t>(pictures), member.side, member.side, member.generator->encoding.input_channels};
}

Resizes::Size output_size(const SessionMember& member) {
  const graph::Graph& graph = member.generator->graph;
  const kernels::Shape shape = graph::infer_shapes(graph, input_shape(member, 1))[graph.output().index()];
  return {static_cast<int>(shape.w), static_cast<int>(shape.h)};
}

Runner::Runner(const SessionMember& member, kernels::Backend& backend, std::shared_ptr<graph::PackedStore> packed)
    : member_(member),
      output_size_(output_size(member)),
      operations_(backend.pictures()),
      executor_(member.generator->graph, backend, std::move(packed)),
      to_square_(operations_, member.generator->encoding.input_blur),
      to_picture_(operations_, 0),
      to_mean_(operations_, 0) {}

Runner::Result Runner::run(std::span<const Task> tasks,
                           std::span<const std::unique_ptr<kernels::PictureMemory>> pictures, std::size_t planned,
                           const graph::Progress& progress) {
  executor_.set_progress(progress);
  Result result;
  result.output = executor_.run_on_views(input_shape(member_, planned), [&](const kernels::View& input) {
    result.input = input;
    for (std::size_t n = 0; n < planned; ++n) {
      const std::size_t given = std::min(n, tasks.size() - 1);
      operations_.input(*pictures[given], input_args(tasks[given].luma, result, n));
    }
  });
  return result;
}

kernels::PictureInputArgs Runner::input_args(const Luma& luma, const Result& result, std::size_t n) {
  const kernels::SamplesShape& shape = luma.samples.shape;
  const Encoding& encoding = member_.generator->encoding;
  return {.resize = &to_square_.prepare({shape.width, shape.height}, {member_.side, member_.side}),
          .levels = luma.levels,
          .tone = luma.range ? stretched_tone(*luma.range, encoding.least_input_range) : kernels::Tone{},
          .quarter_turns = luma.quarter_turns,
          .normalisation = encoding.input,
          .input = result.input,
          .n = static_cast<std::int64_t>(n)};
}

kernels::PictureChromaArgs Runner::chroma_args(const Result& result, std::size_t n) const {
  const Encoding& encoding = member_.generator->encoding;
  return {.output = result.output,
          .n = static_cast<std::int64_t>(n),
          .colours = encoding.colours,
          .normalisation = encoding.output,
          .input = result.input,
          .grey = encoding.input};
}

}  // namespace colourize::session
