#include "kernels/cuda/picture_operations.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>

#include "kernels/cuda/pictures.h"
#include "system/error.h"

namespace colourize::kernels::cuda {
namespace {

// Memory of the device that queued work may still use when it is replaced or freed: waits for it first. An error of that work
// shows at the next call.
class QueuedMemory {
 public:
  explicit QueuedMemory(Stream& stream) : stream_(stream) {}
  QueuedMemory(const QueuedMemory&) = delete;
  QueuedMemory& operator=(const QueuedMemory&) = delete;
  ~QueuedMemory() {
    if (memory_.bytes() > 0) cudaStreamSynchronize(stream_.get());
  }

  // At least this large; what it held is lost where it was smaller.
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
  DeviceResize axes;
};

struct Picture final : PictureMemory {
  explicit Picture(Stream& stream) : samples(stream), narrow(stream), chroma(stream), flaws(stream), planes(stream) {}

  SamplesShape shape;
  Shape chroma_shape;
  QueuedMemory samples;
  QueuedMemory narrow;  // luma, resized along the rows
  QueuedMemory chroma;
  QueuedMemory flaws;
  QueuedMemory planes;

  std::size_t flaw_count() const {
    return static_cast<std::size_t>(chroma_shape.pixels() + flaw_pixels - 1) / flaw_pixels;
  }
};

constexpr std::size_t plane_alignment = 32;  // bytes: a sector, of which two planes share none

// Rows from one distance to another.
void copy_rows(const void* from, std::size_t from_stride, void* to, std::size_t to_stride, const SamplesShape& shape) {
  for (std::size_t y = 0; y < static_cast<std::size_t>(shape.height); ++y) {
    std::memcpy(static_cast<std::byte*>(to) + y * to_stride, static_cast<const std::byte*>(from) + y * from_stride,
                shape.row_bytes());
  }
}

class CudaPictureOperations final : public PictureOperations {
 public:
  explicit CudaPictureOperations(Stream& stream) : stream_(stream) {}

  std::unique_ptr<PreparedResize> prepare(const ResizeAxis& horizontal, const ResizeAxis& vertical) override;
  std::unique_ptr<PictureMemory> picture() override { return std::make_unique<Picture>(stream_); }
  void upload(PictureMemory& picture, const ConstSamples& samples) override;
  void input(PictureMemory& picture, const PictureInputArgs& args) override;
  void chroma(PictureMemory& picture, const PictureChromaArgs& args) override;
  bool merge(PictureMemory& picture, const PreparedResize& resize, const Samples& to) override;
  bool chroma_planes(PictureMemory& picture, const PreparedResize& resize, const ChromaLevels& levels,
                     const Samples& blue, const Samples& red) override;

 private:
  // To launch on.
  cudaStream_t stream() const {
    stream_.use();
    return stream_.get();
  }
  const void* download(const void* results, std::size_t bytes, const Picture& picture);

  Stream& stream_;
  PinnedMemory pinned_;
};

// All of an axis's arrays one after the other, of both axes: every element has four bytes.
std::unique_ptr<PreparedResize> CudaPictureOperations::prepare(const ResizeAxis& horizontal,
                                                               const ResizeAxis& vertical) {
  stream();
  auto result = std::make_unique<Resize>(stream_);
  std::vector<std::byte> packed;
  const auto append = [&](const auto& values) {
    static_assert(sizeof(values[0]) == sizeof(float));
    const auto bytes = std::as_bytes(std::span(values));
    packed.insert(packed.end(), bytes.begin(), bytes.end());
  };
  for (const ResizeAxis* axis : {&horizontal, &vertical}) {
    append(axis->first);
    append(axis->begin);
    append(axis->weights);
  }
  auto* at = static_cast<std::byte*>(result->memory.grown(packed.size()));
  stream_.to_device(at, packed.data(), packed.size());
  const auto place = [&]<class Element>(const std::vector<Element>& values) {
    const auto* begin = reinterpret_cast<const Element*>(at);
    at += values.size() * sizeof(Element);
    return begin;
  };
  const auto placed = [&](const ResizeAxis& axis) {
    return DeviceAxis{axis.from, axis.to(), place(axis.first), place(axis.begin), place(axis.weights)};
  };
  result->axes.horizontal = placed(horizontal);
  result->axes.vertical = placed(vertical);
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
  copy_rows(samples.data, samples.stride, pinned_.as<void>(), shape.row_bytes(), shape);
  stream_.to_device(memory, pinned_.as<void>(), shape.all_bytes());
  to.shape = shape;
}

void CudaPictureOperations::input(PictureMemory& picture, const PictureInputArgs& args) {
  constexpr float full_range = 255;
  auto& from = dynamic_cast<Picture&>(picture);
  const DeviceResize& resize = dynamic_cast<const Resize&>(*args.resize).axes;
  stream();
  const std::size_t pixels =
      static_cast<std::size_t>(from.shape.height) * static_cast<std::size_t>(resize.horizontal.to);
  auto* narrow = static_cast<float*>(from.narrow.grown(pixels * sizeof(float)));
  narrow_luma({.samples = from.samples.as<void>(),
               .shape = from.shape,
               .axis = resize.horizontal,
               .black = args.black,
               .per_level = full_range / (args.white - args.black),
               .narrow = narrow},
              stream());
  generator_input({narrow, resize.vertical, args.scaling, args.input, args.n}, stream());
}

void CudaPictureOperations::chroma(PictureMemory& picture, const PictureChromaArgs& args) {
  auto& to = dynamic_cast<Picture&>(picture);
  stream();
  to.chroma_shape = args.output.shape;
  to.chroma_shape.n = 1;
  auto* pairs =
      static_cast<float2*>(to.chroma.grown(static_cast<std::size_t>(to.chroma_shape.pixels()) * sizeof(float2)));
  auto* flaws = static_cast<std::uint8_t*>(to.flaws.grown(to.flaw_count()));
  generator_chroma({args, pairs, flaws}, stream());
}

// Into pinned memory: `bytes` of results, and what the warps that computed the chroma said of it. Null if one found a flaw.
const void* CudaPictureOperations::download(const void* results, std::size_t bytes, const Picture& picture) {
  stream_.wait();  // for what lies in the pinned memory to have left
  pinned_.grow(bytes + picture.flaw_count());
  auto* host = pinned_.as<std::byte>();
  stream_.to_host(host, results, bytes);
  stream_.to_host(host + bytes, picture.flaws.as<void>(), picture.flaw_count());
  stream_.wait();
  const std::span flaws(host + bytes, picture.flaw_count());
  return std::ranges::all_of(flaws, [](std::byte flaw) { return flaw == std::byte{0}; }) ? host : nullptr;
}

bool CudaPictureOperations::merge(PictureMemory& picture, const PreparedResize& resize, const Samples& to) {
  auto& from = dynamic_cast<Picture&>(picture);
  merge_chroma({.chroma = from.chroma.as<float2>(),
                .resize = dynamic_cast<const Resize&>(resize).axes,
                .samples = from.samples.as<void>(),
                .shape = from.shape},
               stream());
  const void* merged = download(from.samples.as<void>(), from.shape.all_bytes(), from);
  if (merged == nullptr) return false;
  copy_rows(merged, from.shape.row_bytes(), to.data, to.stride, from.shape);
  return true;
}

bool CudaPictureOperations::chroma_planes(PictureMemory& picture, const PreparedResize& resize,
                                          const ChromaLevels& levels, const Samples& blue, const Samples& red) {
  auto& from = dynamic_cast<Picture&>(picture);
  stream();
  const std::size_t bytes = blue.shape.all_bytes();
  const std::size_t second = (bytes + plane_alignment - 1) / plane_alignment * plane_alignment;
  auto* planes = static_cast<std::byte*>(from.planes.grown(second + bytes));
  cuda::chroma_planes({.chroma = from.chroma.as<float2>(),
                       .resize = dynamic_cast<const Resize&>(resize).axes,
                       .levels = levels,
                       .sample_bytes = blue.shape.bytes,
                       .blue = planes,
                       .red = planes + second},
                      stream());
  const auto* host = static_cast<const std::byte*>(download(planes, second + bytes, from));
  if (host == nullptr) return false;
  copy_rows(host, blue.shape.row_bytes(), blue.data, blue.stride, blue.shape);
  copy_rows(host + second, red.shape.row_bytes(), red.data, red.stride, red.shape);
  return true;
}

}  // namespace

std::unique_ptr<PictureOperations> picture_operations(Stream& stream) {
  return std::make_unique<CudaPictureOperations>(stream);
}

}  // namespace colourize::kernels::cuda
