#include "kernels/host_pictures.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "kernels/blur.h"
#include "kernels/bt601.h"
#include "kernels/cielab.h"

namespace colourize::kernels {
namespace {

constexpr float white = 255;

struct Resize final : PreparedResize {
  ResizeAxis horizontal;
  ResizeAxis vertical;
  double blur = 0;
};

struct Picture final : PictureMemory {
  ConstSamples samples;
  Plane luma;  // as read_luma() gives it
  Chroma chroma;
  bool finite = true;
  Chroma mean;  // of the members so far
  bool mean_is_finite = true;
};

bool is_finite(float value) {
  return std::abs(value) <= std::numeric_limits<float>::max();
}

class HostPictures final : public PictureOperations {
 public:
  HostPictures(const PictureRows& rows, ThreadPool& pool) : rows_(rows), pool_(pool) {}

  std::unique_ptr<PreparedResize> prepare(const ResizeAxis& horizontal, const ResizeAxis& vertical,
                                          double blur) override {
    auto resize = std::make_unique<Resize>();
    resize->horizontal = horizontal;
    resize->vertical = vertical;
    resize->blur = blur;
    return resize;
  }
  std::unique_ptr<PictureMemory> picture() override { return std::make_unique<Picture>(); }

  void upload(PictureMemory& picture, const ConstSamples& samples) override {
    dynamic_cast<Picture&>(picture).samples = samples;
  }

  void input(PictureMemory& picture, const PictureInputArgs& args) override {
    auto& given = dynamic_cast<Picture&>(picture);
    const auto& resize = dynamic_cast<const Resize&>(*args.resize);
    given.luma = resized_luma(given.samples, resize, args.levels);
    for (float& value : given.luma.values) value = value * args.tone.scale + args.tone.shift;
    given.luma = turned(std::move(given.luma), args.quarter_turns);
    if (resize.blur == 0) return normalise(given.luma, args);
    normalise(blurred(given.luma, resize.blur, pool_), args);
  }

  void chroma(PictureMemory& picture, const PictureChromaArgs& args) override {
    auto& to = dynamic_cast<Picture&>(picture);
    const auto width = static_cast<int>(args.output.shape.w);
    const auto height = static_cast<int>(args.output.shape.h);
    to.chroma = {Plane(width, height), Plane(width, height)};
    std::atomic<bool> finite = true;
    pool_.run(height, [&](std::int64_t row, int /*thread*/) {
      const auto y = static_cast<int>(row);
      for (int x = 0; x < width; ++x) {
        const float* values = args.output.at(args.n, y, x);
        if (!std::all_of(values, values + channels_of(args.colours), is_finite)) finite = false;
        const auto [blue, red] = chroma_of(args, values, y, x);
        to.chroma.blue.row(y)[static_cast<std::size_t>(x)] = blue;
        to.chroma.red.row(y)[static_cast<std::size_t>(x)] = red;
      }
    });
    to.finite = finite;
  }

  void mean_chroma(PictureMemory& picture, const MeanChromaArgs& args) override {
    auto& of = dynamic_cast<Picture&>(picture);
    const auto& axes = dynamic_cast<const Resize&>(*args.resize);
    if (args.first) {
      const Plane zeros(axes.horizontal.to(), axes.vertical.to());
      of.mean = {zeros, zeros};
      of.mean_is_finite = true;
    }
    of.mean_is_finite = of.mean_is_finite && of.finite;
    add_to_mean(of.chroma.blue, axes, args.share, of.mean.blue);
    add_to_mean(of.chroma.red, axes, args.share, of.mean.red);
    if (!args.last) return;
    of.chroma = std::move(of.mean);
    of.finite = of.mean_is_finite;
  }

  Plane read_luma(PictureMemory& picture, const PictureInputArgs& /*args*/) override {
    return std::move(dynamic_cast<Picture&>(picture).luma);
  }
  std::optional<Chroma> read_chroma(PictureMemory& picture) override {
    auto& from = dynamic_cast<Picture&>(picture);
    if (!from.finite) return {};
    return std::move(from.chroma);
  }

  bool merge(PictureMemory& picture, const PreparedResize& resize, const Samples& to) override {
    const auto& from = dynamic_cast<const Picture&>(picture);
    if (!from.finite) return false;
    const auto& axes = dynamic_cast<const Resize&>(resize);
    std::vector<MergeScratch> scratch(static_cast<std::size_t>(pool_.threads()), MergeScratch(axes));
    pool_.run(to.shape.height, [&](std::int64_t row, int thread) {
      const auto y = static_cast<int>(row);
      MergeScratch& mine = scratch[static_cast<std::size_t>(thread)];
      resize_into(from.chroma.blue, axes.horizontal, axes.vertical, y, mine.blended, mine.blue.data());
      resize_into(from.chroma.red, axes.horizontal, axes.vertical, y, mine.blended, mine.red.data());
      rows_.merge(from.samples.row<std::byte>(y), to.shape, mine.blue.data(), mine.red.data(), to.row<std::byte>(y));
    });
    return true;
  }

  // On the caller's thread alone, which need not be the one that the pool works for.
  void chroma_planes(const Chroma& chroma, const ChromaLevels& levels, const Samples& blue,
                     const Samples& red) override {
    if (blue.shape.width == 0) return;
    const ResizeAxis horizontal = bilinear_axis(chroma.blue.width, blue.shape.width);
    const ResizeAxis vertical = bilinear_axis(chroma.blue.height, blue.shape.height);
    std::vector<float> blended(static_cast<std::size_t>(chroma.blue.width));
    std::vector<float> row(static_cast<std::size_t>(blue.shape.width));
    for (const auto& [plane, to] : {std::pair(&chroma.blue, &blue), std::pair(&chroma.red, &red)}) {
      for (int y = 0; y < to->shape.height; ++y) {
        resize_into(*plane, horizontal, vertical, y, blended, row.data());
        rows_.quantise(row.data(), std::ssize(row), levels, to->shape.bytes, to->row<std::byte>(y));
      }
    }
  }

 private:
  struct ResizedRow {
    explicit ResizedRow(const Resize& axes)
        : blended(static_cast<std::size_t>(axes.horizontal.from)),
          values(static_cast<std::size_t>(axes.horizontal.to())) {}
    std::vector<float> blended;
    std::vector<float> values;
  };
  struct MergeScratch {
    explicit MergeScratch(const Resize& axes)
        : blended(static_cast<std::size_t>(axes.horizontal.from)),
          blue(static_cast<std::size_t>(axes.horizontal.to())),
          red(blue.size()) {}
    std::vector<float> blended;
    std::vector<float> blue;
    std::vector<float> red;
  };

  Plane resized_luma(const ConstSamples& samples, const Resize& resize, const LumaLevels& levels) {
    const float scale = white / (levels.white - levels.black);
    Plane narrow(resize.horizontal.to(), samples.shape.height);
    std::vector<std::vector<float>> rows(static_cast<std::size_t>(pool_.threads()),
                                         std::vector<float>(static_cast<std::size_t>(samples.shape.width)));
    pool_.run(samples.shape.height, [&](std::int64_t row, int thread) {
      const auto y = static_cast<int>(row);
      float* luma = rows[static_cast<std::size_t>(thread)].data();
      rows_.luma(samples.row<std::byte>(y), samples.shape, levels.black, scale, luma);
      rows_.resize_row(luma, resize.horizontal, narrow.row(y).data());
    });
    Plane result(resize.horizontal.to(), resize.vertical.to());
    pool_.run(result.height, [&](std::int64_t row, int /*thread*/) {
      const auto y = static_cast<int>(row);
      rows_.blend_rows(narrow, resize.vertical, y, result.row(y).data());
    });
    return result;
  }

  void add_to_mean(const Plane& plane, const Resize& axes, float share, Plane& mean) {
    std::vector<ResizedRow> rows(static_cast<std::size_t>(pool_.threads()), ResizedRow(axes));
    pool_.run(mean.height, [&](std::int64_t row, int thread) {
      const auto y = static_cast<int>(row);
      ResizedRow& mine = rows[static_cast<std::size_t>(thread)];
      resize_into(plane, axes.horizontal, axes.vertical, y, mine.blended, mine.values.data());
      std::ranges::transform(mine.values, mean.row(y), mean.row(y).begin(),
                             [&](float value, float sum) { return sum + share * value; });
    });
  }

  static void normalise(const Plane& luma, const PictureInputArgs& args) {
    const Normalisation& to = args.normalisation;
    const auto channels = static_cast<std::size_t>(args.input.shape.c);
    for (int y = 0; y < luma.height; ++y) {
      for (int x = 0; x < luma.width; ++x) {
        float* pixel = args.input.at(args.n, y, x);
        const float value = luma.row(y)[static_cast<std::size_t>(x)] / to.unit;
        for (std::size_t c = 0; c < channels; ++c) pixel[c] = (value - to.mean.at(c)) / to.deviation.at(c);
      }
    }
  }

  // Cb and Cr of a colour in a network's numbers, at row y and column x.
  static std::pair<float, float> chroma_of(const PictureChromaArgs& args, const float* values, int y, int x) {
    switch (args.colours) {
      case Colours::rgb:
        return chroma_of_rgb(values, args.normalisation);
      case Colours::chroma:
        break;
      case Colours::lab: {
        const float grey = *args.input.at(args.n, y, x) * args.grey.deviation[0] + args.grey.mean[0];
        const auto [blue, red] = cielab::chroma(grey, values[0], values[1]);
        return {blue, red};
      }
    }
    return {values[0], values[1]};
  }
  static std::pair<float, float> chroma_of_rgb(const float* values, const Normalisation& from) {
    std::array<float, 3> colour{};
    for (std::size_t c = 0; c < colour.size(); ++c) {
      colour.at(c) = std::clamp(values[c] * from.deviation.at(c) + from.mean.at(c), 0.0F, 1.0F);
    }
    return bt601::chroma(colour[0], colour[1], colour[2]);
  }

  void resize_into(const Plane& plane, const ResizeAxis& horizontal, const ResizeAxis& vertical, int y,
                   std::vector<float>& blended, float* to) const {
    rows_.blend_rows(plane, vertical, y, blended.data());
    rows_.resize_row(blended.data(), horizontal, to);
  }

  PictureRows rows_;
  ThreadPool& pool_;
};

}  // namespace

std::unique_ptr<PictureOperations> host_pictures(const PictureRows& rows, ThreadPool& pool) {
  return std::make_unique<HostPictures>(rows, pool);
}

}  // namespace colourize::kernels
