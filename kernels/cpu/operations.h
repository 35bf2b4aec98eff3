// What all files of this folder share: the table of operations that each target fills, and the blocks into which
// matrices are cut. The functions are compiled once for each target; nothing here depends on a target.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/cpu/cpu.h"
#include "kernels/host_pictures.h"
#include "kernels/implementation.h"
#include "kernels/operations.h"
#include "kernels/thread_pool.h"

namespace colourize::kernels::cpu {

// At most this many products are summed at a time, so that a tile's rows of A and a panel of B fit the first-level
// cache.
constexpr std::int64_t largest_depth = 384;
// Floats from one row of a block of A to the next; a constant, so that a row's address is an immediate offset. It is 25
// cache lines, an odd number, so that the rows of a tile fall into different sets of the cache.
constexpr std::int64_t row_stride = largest_depth + 16;

// Rounds up to an odd number of whole cache lines. What is this far apart falls into different sets of the cache.
constexpr std::int64_t odd_lines(std::int64_t floats) {
  return ((floats + 15) / 16 | 1) * 16;
}

// At most this many output channels are computed as dot products.
constexpr std::int64_t most_dot_products = 4;

// Cuts a sum of `all` products into equal parts of at most `most`. Each part but the last is a multiple of 16.
struct DepthBlocks {
  explicit constexpr DepthBlocks(std::int64_t all, std::int64_t most = largest_depth)
      : all(all), count((all + most - 1) / most), size(((all + count - 1) / count + 15) / 16 * 16) {
    count = (all + size - 1) / size;
  }
  constexpr std::int64_t first(std::int64_t block) const { return block * size; }
  constexpr std::int64_t depth(std::int64_t block) const {
    return size < all - first(block) ? size : all - first(block);
  }

  std::int64_t all;
  std::int64_t count;
  std::int64_t size;
};

// The channels of the pixel with this number in its picture, row after row.
inline const float* position_at(const ConstView& view, std::int64_t n, std::int64_t position) {
  return view.at(n, position / view.shape.w, position % view.shape.w);
}

// True for a 1x1 convolution with one output pixel for each input pixel.
inline bool is_pixel_by_pixel(const ConvolutionWeights& weights, const ConvolutionArgs& args) {
  return weights.kernel_h == 1 && weights.kernel_w == 1 && args.stride == 1 &&
         args.output.shape.h == args.input.shape.h && args.output.shape.w == args.input.shape.w;
}

// The lowest tile of a product. A tile has from this to `tile_rows` rows, so that a few rows are not padded to many.
constexpr int fewest_tile_rows(int tile_rows) {
  return tile_rows / 2 + 1;
}

// Cuts the rows of a product into tiles of one height, which may extend beyond the last row.
struct Tiles {
  constexpr Tiles(std::int64_t rows, int tile_rows)
      : count((rows + tile_rows - 1) / tile_rows),
        height(std::max<std::int64_t>((rows + count - 1) / count, fewest_tile_rows(tile_rows))) {}
  std::int64_t count;
  std::int64_t height;
};

// B of a product, K x N, cut into panels of `width` columns. A panel holds its K rows one after another. The last panel
// is half as wide where that is enough, and padded with zeros.
struct Panels {
  std::int64_t k = 0;
  std::int64_t n = 0;
  std::int64_t width = 0;

  constexpr std::int64_t count() const { return (n + width - 1) / width; }
  constexpr std::int64_t width_of(std::int64_t panel) const {
    return n - panel * width <= width / 2 ? width / 2 : width;
  }
  constexpr std::int64_t offset(std::int64_t panel) const { return panel * width * k; }
  constexpr std::int64_t padded_n() const { return (count() - 1) * width + width_of(count() - 1); }
  constexpr std::int64_t floats() const { return k * padded_n(); }
};

// Memory for repacked weights, 64-byte aligned: float, or std::uint16_t for IEEE binary16.
template <class Number>
class PackedNumbers {
 public:
  explicit PackedNumbers(std::int64_t count);
  Number* data() const { return data_.get(); }
  std::int64_t size() const { return size_; }
  std::size_t bytes() const { return static_cast<std::size_t>(size_) * sizeof(Number); }

 private:
  struct Free {
    void operator()(Number* memory) const;
  };
  std::unique_ptr<Number[], Free> data_;  // NOLINT(modernize-avoid-c-arrays): a plain block of numbers
  std::int64_t size_;
};
using PackedFloats = PackedNumbers<float>;
using PackedHalves = PackedNumbers<std::uint16_t>;

// In one of the two types; the other has none.
struct Packed final : PackedWeights {
  explicit Packed(PackedFloats given) : floats(std::move(given)) {}
  explicit Packed(PackedHalves given) : halves(std::move(given)) {}
  PackedFloats floats{0};
  PackedHalves halves{0};
};

// True where the algorithm reads weights that were repacked for it.
constexpr bool packs(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::implicit_gemm:
    case Algorithm::winograd_2x2:
    case Algorithm::winograd_4x4:
    case Algorithm::winograd_6x6:
    case Algorithm::depthwise:
      return true;
    case Algorithm::dot_products:
    case Algorithm::streamed_weights:
    case Algorithm::streamed_winograd:
      break;
  }
  return false;
}

// True where the algorithm reads float16 weights as float16. Winograd's transformed weights are no longer float16
// numbers. The depthwise layers and the few outputs of dot products have too few weights for their type to matter.
constexpr bool reads_float16(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::implicit_gemm:
    case Algorithm::streamed_weights:
    case Algorithm::streamed_winograd:
      return true;
    case Algorithm::winograd_2x2:
    case Algorithm::winograd_4x4:
    case Algorithm::winograd_6x6:
    case Algorithm::depthwise:
    case Algorithm::dot_products:
      break;
  }
  return false;
}

// A convolution ready to run.
struct Convolution final : PreparedConvolution {
  explicit Convolution(const ConvolutionWeights& given) : weights(given) {}

  AlgorithmFacts facts() const override {
    return {std::string(name_of(algorithm)), reason, multiplications,
            packed == nullptr ? 0 : packed->floats.bytes() + packed->halves.bytes()};
  }
  std::string layout() const override {
    if (!packs(algorithm)) return "";
    return std::string(name_of(algorithm)) + (takes_float16() ? " of float16" : "");
  }
  bool takes_float16() const override { return weights.half_weight != nullptr && reads_float16(algorithm); }
  void use(const float* weight, std::shared_ptr<const PackedWeights> given) override {
    weights.weight = weight;
    packed = std::dynamic_pointer_cast<const Packed>(given);
  }
  const float* packed_weights() const { return packed->floats.data(); }

  ConvolutionWeights weights;  // its `weight` is set by use(); where that is null, half_weight is read
  Algorithm algorithm = Algorithm::implicit_gemm;
  std::string reason;
  double multiplications = 0;
  std::shared_ptr<const Packed> packed;
  std::vector<float> bias;  // for each output channel; zeros where there is no bias; padded by a panel's width
};

// The side of the output tile, 2, 3, 4 or 6; 0 for algorithms other than Winograd's.
constexpr int winograd_output_tile(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::winograd_2x2:
      return 2;
    case Algorithm::streamed_winograd:
      return 3;
    case Algorithm::winograd_4x4:
      return 4;
    case Algorithm::winograd_6x6:
      return 6;
    default:
      return 0;
  }
}

struct Operations;

struct Context {
  ThreadPool& pool;
  const Operations& operations;  // the target's
  int lanes = 1;                 // floats in a vector
  int tile_rows = 1;             // rows of a tile of the matrix product
  std::int64_t panel_width() const { return 2 * std::int64_t{lanes}; }
};

template <class Args>
using Implementation = kernels::Implementation<Args, Context>;

// How one target computes every operation, and a convolution with every algorithm.
struct Operations {
  int lanes = 1;
  int tile_rows = 1;
// NOLINTNEXTLINE(bugprone-macro-parentheses): a name that is declared
#define COLOURIZE_OPERATION(name, Type) Implementation<Type##Args> name;
#include "kernels/operations.def"
  void (*implicit_gemm)(const ConvolutionArgs&, const Convolution&, const Context&) = nullptr;
  void (*streamed_weights)(const ConvolutionArgs&, const Convolution&, const Context&) = nullptr;
  void (*streamed_winograd)(const ConvolutionArgs&, const Convolution&, const Context&) = nullptr;
  void (*winograd)(const ConvolutionArgs&, const Convolution&, const Context&) = nullptr;
  // (output_tile + 2)^2 matrices of winograd_panels(), one after another.
  PackedFloats (*pack_winograd)(const ConvolutionWeights&, int output_tile, const Context&) = nullptr;
  void (*dot_products)(const ConvolutionArgs&, const Convolution&, const Context&) = nullptr;
  void (*depthwise)(const ConvolutionArgs&, const Convolution&, const Context&) = nullptr;
  PictureRows pictures;
  Peak (*measure_peak)(const Context&) = nullptr;
};

// Fill the table, each from its own file, for the instruction set that Highway has chosen at that moment.
#define COLOURIZE_OPERATION(name, Type) void add_##name(Operations& operations);
#include "kernels/operations.def"
// Called by add_convolution().
void add_implicit_gemm(Operations& operations);
void add_streamed_weights(Operations& operations);
void add_streamed_winograd(Operations& operations);
void add_winograd(Operations& operations);
void add_winograd_packing(Operations& operations);
void add_dot_products(Operations& operations);
void add_depthwise(Operations& operations);
void add_peak(Operations& operations);
void add_pictures(Operations& operations);

// The scratch memory that an algorithm needs, in bytes.
std::size_t implicit_gemm_workspace(const ConvolutionArgs& args, const Convolution& convolution,
                                    const Context& context);
std::size_t streamed_weights_workspace(const ConvolutionArgs& args, const Convolution& convolution,
                                       const Context& context);
std::size_t streamed_winograd_workspace(const ConvolutionArgs& args, const Convolution& convolution,
                                        const Context& context);
std::size_t winograd_workspace(const ConvolutionArgs& args, const Convolution& convolution, const Context& context);

}  // namespace colourize::kernels::cpu
