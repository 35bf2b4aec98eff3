#include "kernels/cuda/picture_operations.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <mutex>
#include <span>
#include <vector>

#include "kernels/cuda/pictures.h"
#include "system/error.h"

namespace colourize::kernels::cuda {
namespace {

// Device memory that queued work may still use when it is replaced or freed, so this first waits for that work. An
// error of the work shows at the next call.
class QueuedMemory {
 public:
  explicit QueuedMemory(Stream& stream) : stream_(stream) {}
  QueuedMemory(const QueuedMemory&) = delete;
  QueuedMemory& operator=(const QueuedMemory&) = delete;
  ~QueuedMemory() {
    if (memory_.bytes() > 0) cudaStreamSynchronize(stream_.get());
  }

  // Makes it at least this large. Its contents are lost where it was smaller.
  void* grown(std::size_t bytes) {
    if (bytes > memory_.bytes()) {
      stream_.wait();
      memory_.grow(bytes);
    }
    return memory_.as<void>();
  }
  template <class Element>
  Element* as() const {
    return memory_.as<Element>();
  }

 private:
  Stream& stream_;
  DeviceMemory memory_;
};

struct Resize final : PreparedResize {
  explicit Resize(Stream& stream) : memory(stream) {}

  QueuedMemory memory;
  DeviceResize plain;
  DeviceResize soft;  // and blurred
};

struct Picture final : PictureMemory {
  explicit Picture(Stream& stream)
      : samples(stream), narrow(stream), luma(stream), own_chroma(stream), mean(stream), flaws(stream) {}

  SamplesShape shape;
  Shape chroma_shape;
  const float2* chroma = nullptr;  // what merge() and read_chroma() use: one generator's, or the mean
  QueuedMemory samples;
  QueuedMemory narrow;      // luma, resized along the rows
  QueuedMemory luma;        // resized
  QueuedMemory own_chroma;  // of the generator that ran last
  QueuedMemory mean;
  QueuedMemory flaws;  // of what was computed last

  std::size_t flaw_count() const {
    return static_cast<std::size_t>(chroma_shape.pixels() + flaw_pixels - 1) / flaw_pixels;
  }
};

constexpr std::size_t plane_alignment = 32;  // bytes: a sector, so that two planes never share one

// Copies rows from one distance to another.
void copy_rows(const void* from, std::ptrdiff_t from_stride, void* to, std::ptrdiff_t to_stride,
               const SamplesShape& shape) {
  for (std::ptrdiff_t y = 0; y < shape.height; ++y) {
    std::memcpy(static_cast<std::byte*>(to) + y * to_stride, static_cast<const std::byte*>(from) + y * from_stride,
                shape.row_bytes());
  }
}

// The shape of samples without gaps.
std::ptrdiff_t packed_stride(const SamplesShape& shape) {
  return static_cast<std::ptrdiff_t>(shape.row_bytes());
}

// A square view: code that writes a picture's rows to its rows writes the picture turned by quarter turns to the right.
View turned(View view, int quarter_turns) {
  const std::int64_t last = view.shape.h - 1;
  const Strides upright = view.strides;
  std::int64_t corner = 0;  // where the picture's first pixel goes
  switch (quarter_turns) {
    case 1:
      corner = last * upright.w;
      view.strides.h = -upright.w;
      view.strides.w = upright.h;
      break;
    case 2:
      corner = last * (upright.h + upright.w);
      view.strides.h = -upright.h;
      view.strides.w = -upright.w;
      break;
    case 3:
      corner = last * upright.h;
      view.strides.h = upright.w;
      view.strides.w = -upright.h;
      break;
    default:
      break;
  }
  view.data = static_cast<std::byte*>(view.data) + corner * size_of(view.type);
  return view;
}

// Scale and shift from luma, 0 to 255, to each channel.
ChannelScaling scaling_of(const Tone& tone, const Normalisation& to) {
  ChannelScaling scaling;
  for (std::size_t c = 0; c < scaling.scale.size(); ++c) {
    scaling.scale.at(c) = tone.scale / (to.unit * to.deviation.at(c));
    scaling.shift.at(c) = (tone.shift / to.unit - to.mean.at(c)) / to.deviation.at(c);
  }
  return scaling;
}

class CudaPictureOperations final : public PictureOperations {
 public:
  explicit CudaPictureOperations(Stream& stream)
      : stream_(stream), planes_stream_(stream.device()), chroma_(planes_stream_), planes_(planes_stream_) {}

  std::unique_ptr<PreparedResize> prepare(const ResizeAxis& horizontal, const ResizeAxis& vertical,
                                          double blur) override {
    return prepared(horizontal, vertical, blur, stream_);
  }
  std::unique_ptr<PictureMemory> picture() override { return std::make_unique<Picture>(stream_); }
  void upload(PictureMemory& picture, const ConstSamples& samples) override;
  void input(PictureMemory& picture, const PictureInputArgs& args) override;
  void chroma(PictureMemory& picture, const PictureChromaArgs& args) override;
  void mean_chroma(PictureMemory& picture, const MeanChromaArgs& args) override;
  Plane read_luma(PictureMemory& picture, const PictureInputArgs& args) override;
  std::optional<Chroma> read_chroma(PictureMemory& picture) override;
  bool merge(PictureMemory& picture, const PreparedResize& resize, const Samples& to) override;
  void chroma_planes(const Chroma& chroma, const ChromaLevels& levels, const Samples& blue,
                     const Samples& red) override;

 private:
  static std::unique_ptr<Resize> prepared(const ResizeAxis& horizontal, const ResizeAxis& vertical, double blur,
                                          Stream& stream);
  // To launch on.
  cudaStream_t stream() const {
    stream_.use();
    return stream_.get();
  }
  void resize_luma(Picture& picture, const DeviceResize& resize, const PictureInputArgs& args,
                   const ChannelScaling& scaling, const View& to);
  const void* download(const void* results, std::size_t bytes, const Picture& picture);

  Stream& stream_;
  PinnedMemory pinned_;

  // For chroma_planes(), which other threads may call; separate from everything else.
  std::mutex planes_mutex_;
  Stream planes_stream_;
  PinnedMemory planes_pinned_;
  QueuedMemory chroma_;
  QueuedMemory planes_;
  std::unique_ptr<Resize> to_planes_;
};

// The arrays of all axes, one after another; every element has four bytes.
std::unique_ptr<Resize> CudaPictureOperations::prepared(const ResizeAxis& horizontal, const ResizeAxis& vertical,
                                                        double blur, Stream& stream) {
  stream.use();
  auto result = std::make_unique<Resize>(stream);
  std::vector<ResizeAxis> axes{horizontal, vertical};
  if (blur > 0) {
    axes.push_back(blurred(horizontal, blur));
    axes.push_back(blurred(vertical, blur));
  }
  std::vector<std::byte> packed;
  const auto append = [&](const auto& values) {
    static_assert(sizeof(values[0]) == sizeof(float));
    const auto bytes = std::as_bytes(std::span(values));
    packed.insert(packed.end(), bytes.begin(), bytes.end());
  };
  for (const ResizeAxis& axis : axes) {
    append(axis.first);
    append(axis.begin);
    append(std::vector<float>(axis.weights.begin(), axis.weights.end()));
  }
  auto* at = static_cast<std::byte*>(result->memory.grown(packed.size()));
  stream.to_device(at, packed.data(), packed.size());
  stream.wait();  // a copy from memory that may be paged out need not have read it before it returns
  const auto place = [&]<class Element>(std::size_t count) {
    const auto* begin = reinterpret_cast<const Element*>(at);
    at += count * sizeof(Element);
    return begin;
  };
  std::vector<DeviceAxis> placed;
  for (const ResizeAxis& axis : axes) {
    const auto* first = place.template operator()<int>(axis.first.size());
    const auto* begin = place.template operator()<int>(axis.begin.size());
    const auto* weights = place.template operator()<float>(axis.weights.size());
    placed.push_back({axis.from, axis.to(), first, begin, weights});
  }
  result->plain = {placed[0], placed[1]};
  result->soft = {placed[placed.size() - 2], placed.back()};
  return result;
}

void CudaPictureOperations::upload(PictureMemory& picture, const ConstSamples& samples) {
  const SamplesShape& shape = samples.shape;
  if (shape.all_bytes() / static_cast<std::size_t>(shape.bytes) > std::numeric_limits<std::int32_t>::max()) {
    throw Error(ErrorKind::unsupported, "device cuda", "takes pictures of fewer than 2^31 samples");
  }
  stream();
  auto& to = dynamic_cast<Picture&>(picture);
  stream_.wait();  // for the last one to have left
  pinned_.grow(shape.all_bytes());
  void* memory = to.samples.grown(shape.all_bytes());
  copy_rows(samples.data, samples.stride, pinned_.as<void>(), packed_stride(shape), shape);
  stream_.to_device(memory, pinned_.as<void>(), shape.all_bytes());
  to.shape = shape;
}

// Runs both passes.
void CudaPictureOperations::resize_luma(Picture& picture, const DeviceResize& resize, const PictureInputArgs& args,
                                        const ChannelScaling& scaling, const View& to) {
  constexpr float full_range = 255;
  stream();
  const std::size_t pixels =
      static_cast<std::size_t>(picture.shape.height) * static_cast<std::size_t>(resize.horizontal.to);
  auto* narrow = static_cast<float*>(picture.narrow.grown(pixels * sizeof(float)));
  narrow_luma({.samples = picture.samples.as<void>(),
               .shape = picture.shape,
               .axis = resize.horizontal,
               .black = args.levels.black,
               .per_level = full_range / (args.levels.white - args.levels.black),
               .narrow = narrow},
              stream());
  generator_input({narrow, resize.vertical, scaling, turned(to, args.quarter_turns), args.n}, stream());
}

void CudaPictureOperations::input(PictureMemory& picture, const PictureInputArgs& args) {
  resize_luma(dynamic_cast<Picture&>(picture), dynamic_cast<const Resize&>(*args.resize).soft, args,
              scaling_of(args.tone, args.normalisation), args.input);
}

Plane CudaPictureOperations::read_luma(PictureMemory& picture, const PictureInputArgs& args) {
  auto& from = dynamic_cast<Picture&>(picture);
  const Shape shape{1, args.input.shape.h, args.input.shape.w, 1};
  const std::size_t bytes = static_cast<std::size_t>(shape.pixels()) * sizeof(float);
  PictureInputArgs of_luma = args;
  of_luma.n = 0;
  resize_luma(from, dynamic_cast<const Resize&>(*args.resize).plain, of_luma, scaling_of(args.tone, {}),
              packed_view(from.luma.grown(bytes), shape));
  stream_.wait();
  pinned_.grow(bytes);
  stream_.to_host(pinned_.as<void>(), from.luma.as<void>(), bytes);
  stream_.wait();
  Plane luma(static_cast<int>(shape.w), static_cast<int>(shape.h));
  std::memcpy(luma.values.data(), pinned_.as<void>(), bytes);
  return luma;
}

void CudaPictureOperations::chroma(PictureMemory& picture, const PictureChromaArgs& args) {
  auto& to = dynamic_cast<Picture&>(picture);
  stream();
  to.chroma_shape = args.output.shape;
  to.chroma_shape.n = 1;
  auto* pairs =
      static_cast<float2*>(to.own_chroma.grown(static_cast<std::size_t>(to.chroma_shape.pixels()) * sizeof(float2)));
  auto* flaws = static_cast<std::uint8_t*>(to.flaws.grown(to.flaw_count()));
  to.chroma = pairs;
  generator_chroma({args, pairs, flaws}, stream());
}

// The mean has the size of its largest member from the first on, so its memory never grows while it holds a sum.
void CudaPictureOperations::mean_chroma(PictureMemory& picture, const MeanChromaArgs& args) {
  auto& of = dynamic_cast<Picture&>(picture);
  const DeviceResize& resize = dynamic_cast<const Resize&>(*args.resize).plain;
  stream();
  of.chroma_shape = {1, resize.vertical.to, resize.horizontal.to, 2};
  auto* mean = static_cast<float2*>(of.mean.grown(static_cast<std::size_t>(of.chroma_shape.pixels()) * sizeof(float2)));
  auto* flaws = static_cast<std::uint8_t*>(of.flaws.grown(of.flaw_count()));
  cuda::mean_chroma(
      {.chroma = of.chroma, .resize = resize, .share = args.share, .first = args.first, .mean = mean, .flaws = flaws},
      stream());
  if (args.last) of.chroma = mean;
}

// Copies `bytes` of results to pinned memory, with the report of the warps that computed the chroma. Returns null where
// one of them found NaN or infinity.
const void* CudaPictureOperations::download(const void* results, std::size_t bytes, const Picture& picture) {
  stream_.wait();  // until what is in the pinned memory has left
  pinned_.grow(bytes + picture.flaw_count());
  auto* host = pinned_.as<std::byte>();
  stream_.to_host(host, results, bytes);
  stream_.to_host(host + bytes, picture.flaws.as<void>(), picture.flaw_count());
  stream_.wait();
  const std::span flaws(host + bytes, picture.flaw_count());
  return std::ranges::all_of(flaws, [](std::byte flaw) { return flaw == std::byte{0}; }) ? host : nullptr;
}

std::optional<Chroma> CudaPictureOperations::read_chroma(PictureMemory& picture) {
  auto& from = dynamic_cast<Picture&>(picture);
  stream();
  const auto pixels = static_cast<std::size_t>(from.chroma_shape.pixels());
  const auto* pairs = static_cast<const float2*>(download(from.chroma, pixels * sizeof(float2), from));
  if (pairs == nullptr) return {};
  const auto width = static_cast<int>(from.chroma_shape.w);
  const auto height = static_cast<int>(from.chroma_shape.h);
  Chroma chroma{Plane(width, height), Plane(width, height)};
  for (std::size_t i = 0; i < pixels; ++i) {
    chroma.blue.values[i] = pairs[i].x;
    chroma.red.values[i] = pairs[i].y;
  }
  return chroma;
}

bool CudaPictureOperations::merge(PictureMemory& picture, const PreparedResize& resize, const Samples& to) {
  auto& from = dynamic_cast<Picture&>(picture);
  merge_chroma({.chroma = from.chroma,
                .resize = dynamic_cast<const Resize&>(resize).plain,
                .samples = from.samples.as<void>(),
                .shape = from.shape},
               stream());
  const void* merged = download(from.samples.as<void>(), from.shape.all_bytes(), from);
  if (merged == nullptr) return false;
  copy_rows(merged, packed_stride(from.shape), to.data, to.stride, from.shape);
  return true;
}

void CudaPictureOperations::chroma_planes(const Chroma& chroma, const ChromaLevels& levels, const Samples& blue,
                                          const Samples& red) {
  if (blue.shape.width == 0) return;
  const std::lock_guard lock(planes_mutex_);
  planes_stream_.use();
  const auto fits = [](const DeviceAxis& axis, int from, int to) { return axis.from == from && axis.to == to; };
  if (to_planes_ == nullptr || !fits(to_planes_->plain.horizontal, chroma.blue.width, blue.shape.width) ||
      !fits(to_planes_->plain.vertical, chroma.blue.height, blue.shape.height)) {
    to_planes_ = prepared(bilinear_axis(chroma.blue.width, blue.shape.width),
                          bilinear_axis(chroma.blue.height, blue.shape.height), 0, planes_stream_);
  }
  const std::size_t pixels = chroma.blue.values.size();
  const std::size_t bytes = blue.shape.all_bytes();
  const std::size_t second = (bytes + plane_alignment - 1) / plane_alignment * plane_alignment;
  planes_pinned_.grow(std::max(pixels * sizeof(float2), second + bytes));
  auto* pairs = planes_pinned_.as<float2>();
  for (std::size_t i = 0; i < pixels; ++i) pairs[i] = {chroma.blue.values[i], chroma.red.values[i]};
  void* on_device = chroma_.grown(pixels * sizeof(float2));
  auto* planes = static_cast<std::byte*>(planes_.grown(second + bytes));
  planes_stream_.to_device(on_device, pairs, pixels * sizeof(float2));
  cuda::chroma_planes({.chroma = chroma_.as<float2>(),
                       .resize = to_planes_->plain,
                       .levels = levels,
                       .sample_bytes = blue.shape.bytes,
                       .blue = planes,
                       .red = planes + second},
                      planes_stream_.get());
  planes_stream_.wait();
  auto* host = planes_pinned_.as<std::byte>();
  planes_stream_.to_host(host, planes, second + bytes);
  planes_stream_.wait();
  copy_rows(host, packed_stride(blue.shape), blue.data, blue.stride, blue.shape);
  copy_rows(host + second, packed_stride(red.shape), red.data, red.stride, red.shape);
}

}  // namespace

std::unique_ptr<PictureOperations> picture_operations(Stream& stream) {
  return std::make_unique<CudaPictureOperations>(stream);
}

}  // namespace colourize::kernels::cuda
