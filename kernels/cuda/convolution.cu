// A convolution as a matrix product. A has a row for each output pixel and a column for each tap and input channel; B
// is the weights. Neither A nor B is ever in memory as such (implicit GEMM). A block computes a tile of pixels x
// channels (half_tiles):
//
//   global --cp.async, three stages ahead--> shared --ldmatrix--> registers --mma.sync m16n8k16-->
//   float32 accumulators in registers --shared--> bias and epilogue, eight channels a thread --> 16-byte stores
//
// A stage holds 32 input channels of one tap for each row of the tile: 64 bytes for a row, in four chunks of 16. The
// places of a row's chunks are permuted (swizzled), so that neither cp.async nor ldmatrix meets a bank conflict: the
// chunks of one number in eight rows are then in eight different groups of four banks.
//
// Where a picture is too small to give every multiprocessor a tile, the kernel uses split-K: gridDim.z blocks compute
// parts of the sum over K. A second kernel adds the parts in their order, so that the bytes are the same each time.
#include "kernels/cuda/convolution.h"

#include "kernels/cuda/convolution_tile.cuh"
#include "kernels/cuda/cuda.cuh"
#include "kernels/cuda/ptx.cuh"
#include "kernels/cuda/warp.cuh"

namespace colourize::kernels::cuda {
namespace {

constexpr int stage_halves = stage_channels;
constexpr int stage_chunks = stage_halves / chunk_halves;

// How a block's warps share the tile with this number: the warp tiles.
template <int number>
struct Tile : TileOf<number> {
  using Base = TileOf<number>;
  static constexpr int warp_pixels = Base::shape.warp_pixels;
  static constexpr int warp_channels = Base::shape.warp_channels;
  static constexpr int warps_down = Base::pixels / warp_pixels;
  static constexpr int fragments_down = warp_pixels / mma_m;
  static constexpr int fragments_across = warp_channels / mma_n;
};

// The place of a row's chunk in a stage, in halves. Two rows fill the 128 bytes that all banks deliver at once.
__device__ inline int swizzled(int row, int chunk) {
  return row * stage_halves + (chunk ^ ((row >> 1) & (stage_chunks - 1))) * chunk_halves;
}

// What a thread loads in each stage: the same chunk of some rows of A and of B, at a place along K that moves on. A
// stage needs only an offset that grows. Windows are compared with the picture when the tap changes.
template <class Tile>
class Loader {
 public:
  // Begins with stage `first` of the main loop.
  __device__ Loader(const ConvolutionTask& task, const BlockTile<Tile>& block, int first)
      : task_(task),
        row_(static_cast<int>(threadIdx.x) / stage_chunks),
        place_(swizzled(row_, static_cast<int>(threadIdx.x) % stage_chunks)) {
    const int chunk = static_cast<int>(threadIdx.x) % stage_chunks * chunk_halves;
    const int channel_stages = static_cast<int>(task.input.shape.c + stage_halves - 1) / stage_halves;
    const int tap = first / channel_stages;
    tap_y_ = tap / task.kernel_w;
    tap_x_ = tap - tap_y_ * task.kernel_w;
    channel_ = (first - tap * channel_stages) * stage_halves + chunk;
    const int pixels = static_cast<int>(task.output.shape.pixels());
#pragma unroll
    for (int i = 0; i < a_rows; ++i) {
      const int index = block.first_pixel + row_ + i * rows_at_once;
      const Place pixel = place_of(task.output.shape, index < pixels ? index : 0, 0);
      // Above every picture where the tile extends beyond the end.
      top_[i] = index < pixels ? pixel.y * task.stride - task.padding.top : outside;
      left_[i] = pixel.x * task.stride - task.padding.left;
      window_[i] = pixel.n * static_cast<int>(task.input.strides.n) +
                   (pixel.y * task.stride - task.padding.top) * static_cast<int>(task.input.strides.h) +
                   left_[i] * static_cast<int>(task.input.strides.w);
    }
    row_halves_ = task.kernel_h * task.kernel_w * channel_stages * stage_halves;
    weight_ = (block.first_channel + row_) * row_halves_ + first * stage_halves + chunk;
    begin_tap();
  }

  // Begins to load the next stage, and moves on.
  __device__ void load(__half* a, __half* b) {
    const int left = static_cast<int>(task_.input.shape.c) - channel_;
    const int valid = left < 0 ? 0 : left < chunk_halves ? left : chunk_halves;
    const auto* const pixels = static_cast<const __half*>(task_.input.data);
#pragma unroll
    for (int i = 0; i < a_rows; ++i) {
      const bool inside = (inside_ >> i & 1U) != 0 && valid > 0;
      cp_async(a + place_ + i * rows_at_once * stage_halves, pixels + (inside ? window_[i] + tap_ + channel_ : 0),
               inside ? valid * static_cast<int>(sizeof(__half)) : 0);
    }
    const auto* const weights = static_cast<const __half*>(task_.weights);
#pragma unroll
    for (int i = 0; i < b_rows; ++i) {
      if (Tile::channels % rows_at_once != 0 && row_ + i * rows_at_once >= Tile::channels) continue;
      cp_async(b + place_ + i * rows_at_once * stage_halves, weights + weight_ + i * rows_at_once * row_halves_,
               chunk_halves * static_cast<int>(sizeof(__half)));
    }
    weight_ += stage_halves;
    channel_ += stage_halves;
    // All threads of a block change taps at the same time, whatever their chunks.
    if ((channel_ & -stage_halves) < task_.input.shape.c) return;
    channel_ &= stage_halves - 1;
    if (++tap_x_ == task_.kernel_w) {
      tap_x_ = 0;
      ++tap_y_;
    }
    begin_tap();
  }

 private:
  static constexpr int rows_at_once = Tile::threads / stage_chunks;
  static constexpr int a_rows = Tile::pixels / rows_at_once;
  static constexpr int b_rows = (Tile::channels + rows_at_once - 1) / rows_at_once;
  static_assert(a_rows * rows_at_once == Tile::pixels);
  static constexpr int outside = -(1 << 28);

  // Finds the tap's place in a window, and the rows whose windows have the tap inside the picture.
  __device__ void begin_tap() {
    tap_ = tap_y_ * static_cast<int>(task_.input.strides.h) + tap_x_ * static_cast<int>(task_.input.strides.w);
    inside_ = 0;
#pragma unroll
    for (int i = 0; i < a_rows; ++i) {
      const int y = top_[i] + tap_y_;
      const int x = left_[i] + tap_x_;
      const bool inside =
          y >= 0 && y < static_cast<int>(task_.input.shape.h) && x >= 0 && x < static_cast<int>(task_.input.shape.w);
      inside_ |= static_cast<unsigned>(inside) << i;
    }
  }

  const ConvolutionTask& task_;
  int row_;             // this thread's first, of A's rows and of B's
  int place_;           // in a stage, of the first row's chunk
  int window_[a_rows];  // offset of each row's window; it may lie outside the picture
  int top_[a_rows];
  int left_[a_rows];
  unsigned inside_ = 0;  // a bit a row
  int tap_ = 0;          // offset in a window
  int channel_;          // of the input, of this thread's chunk
  int tap_y_;
  int tap_x_;
  int weight_;      // offset of the first row's chunk
  int row_halves_;  // of the weights of one output channel
};

// The warp tile: a warp's part of the block's tile.
template <class Tile>
struct WarpTile {
  __device__ WarpTile()
      : lane(static_cast<int>(threadIdx.x) % warp_lanes),
        first_row(static_cast<int>(threadIdx.x) / warp_lanes % Tile::warps_down * Tile::warp_pixels),
        first_column(static_cast<int>(threadIdx.x) / warp_lanes / Tile::warps_down * Tile::warp_channels),
        a_place(swizzled(first_row + lane % 16, lane / 16)),
        b_place(swizzled(first_column + lane / 16 * mma_n + lane % 8, lane / 8 % 2)) {}

  // Adds the product of the first `depth` channels of a stage, 16 or all. The swizzle is the same 16 rows further on;
  // 16 channels further on, one bit changes.
  __device__ void multiply(const __half* a, const __half* b, int depth) {
#pragma unroll
    for (int k = 0; k < stage_halves; k += mma_k) {
      if (k >= depth) break;
      std::uint32_t a_fragments[Tile::fragments_down][4];
      std::uint32_t b_fragments[Tile::fragments_across][2];
#pragma unroll
      for (int i = 0; i < Tile::fragments_down; ++i) {
        ldmatrix(a_fragments[i], a + (a_place ^ k) + i * mma_m * stage_halves);
      }
#pragma unroll
      for (int j = 0; j < Tile::fragments_across; j += 2) {
        load_columns(&b_fragments[j], b + (b_place ^ k) + j * mma_n * stage_halves, j + 1 < Tile::fragments_across);
      }
#pragma unroll
      for (int i = 0; i < Tile::fragments_down; ++i) {
#pragma unroll
        for (int j = 0; j < Tile::fragments_across; ++j) mma_f16(sums[i][j], a_fragments[i], b_fragments[j]);
      }
    }
  }

  // Calls visit(row, column, sums) for each pair of neighbouring accumulators. Both count from the beginning of the
  // block's tile.
  template <class Visit>
  __device__ void for_each_pair(const Visit& visit) const {
#pragma unroll
    for (int i = 0; i < Tile::fragments_down; ++i) {
#pragma unroll
      for (int j = 0; j < Tile::fragments_across; ++j) {
        const int column = first_column + j * mma_n + lane % 4 * 2;
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          const int row = first_row + i * mma_m + lane / 4 + half * 8;
          visit(row, column, make_float2(sums[i][j][2 * half], sums[i][j][2 * half + 1]));
        }
      }
    }
  }

  // Two tiles of 8 channels, or the last one alone.
  __device__ static void load_columns(std::uint32_t (*fragments)[2], const __half* from, bool two) {
    if (two) {
      std::uint32_t both[4];
      ldmatrix(both, from);
      fragments[0][0] = both[0];
      fragments[0][1] = both[1];
      fragments[1][0] = both[2];
      fragments[1][1] = both[3];
    } else {
      ldmatrix(*fragments, from);
    }
  }

  int lane;
  int first_row;
  int first_column;
  int a_place;  // of the row that this lane names to ldmatrix, in halves
  int b_place;
  float sums[Tile::fragments_down][Tile::fragments_across][4] = {};
};

template <class Tile>
__global__ void __launch_bounds__(Tile::threads) convolution_kernel(const __grid_constant__ ConvolutionTask task) {
  auto* const pipeline = reinterpret_cast<__half*>(shared_memory());
  const auto a_of = [&](int stage) { return pipeline + stage * (Tile::a_halves + Tile::b_halves); };
  const auto b_of = [&](int stage) { return a_of(stage) + Tile::a_halves; };

  const int channel_stages = (static_cast<int>(task.input.shape.c) + stage_halves - 1) / stage_halves;
  const int depth = channel_stages * task.kernel_h * task.kernel_w;
  const int split = static_cast<int>(blockIdx.z);
  const int first = depth * split / task.splits;
  const int all = depth * (split + 1) / task.splits - first;
  const BlockTile<Tile> block(task);
  Loader<Tile> loader(task, block, first);
  WarpTile<Tile> tile;
  // Each stage commits a group, whether it loads or not, so the number of pending groups says which have arrived.
  for (int stage = 0; stage < Tile::stages - 1; ++stage) {
    if (stage < all) loader.load(a_of(stage), b_of(stage));
    cp_async_commit();
  }
  // The last stage of a tap may have so few channels that half of it is empty.
  const int last_stage = channel_stages - 1;
  const int last_depth = static_cast<int>(task.input.shape.c) - last_stage * stage_halves;
  int channel_stage = first % channel_stages;
  int here = 0;
  int next = Tile::stages - 1;
#pragma unroll 1
  for (int i = 0; i < all; ++i) {
    cp_async_wait<Tile::stages - 2>();
    // All threads' copies of this stage have arrived, and no thread still reads the stage that is loaded next.
    __syncthreads();
    if (i + Tile::stages - 1 < all) loader.load(a_of(next), b_of(next));
    cp_async_commit();
    tile.multiply(a_of(here), b_of(here), channel_stage == last_stage ? last_depth : stage_halves);
    channel_stage = channel_stage == last_stage ? 0 : channel_stage + 1;
    here = here + 1 == Tile::stages ? 0 : here + 1;
    next = next + 1 == Tile::stages ? 0 : next + 1;
  }
  if (task.splits > 1) {
    store_part(task, block, tile);
  } else {
    finish_tile(task, block, tile);
  }
}

// The second kernel of a split-K: each thread adds the parts of eight channels of one pixel, and applies the epilogue.
constexpr int reducing_threads = 128;
__global__ void __launch_bounds__(reducing_threads)
    reduce_kernel(const __grid_constant__ ConvolutionTask task, int padded_channels) {
  const int pixels = static_cast<int>(task.output.shape.pixels());
  const int chunks = static_cast<int>(task.output.shape.c + chunk_halves - 1) / chunk_halves;
  const int at = static_cast<int>(blockIdx.x) * reducing_threads + static_cast<int>(threadIdx.x);
  const int index = at / chunks;
  if (index >= pixels) return;
  const int channel = (at - index * chunks) * chunk_halves;
  const float* part = task.partial + std::int64_t{index} * padded_channels + channel;
  float sums[chunk_halves] = {};
  for (int split = 0; split < task.splits; ++split, part += std::int64_t{pixels} * padded_channels) {
    const auto low = load_vector<float4>(part);
    const auto high = load_vector<float4>(part + 4);
    const float values[chunk_halves] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
#pragma unroll
    for (int i = 0; i < chunk_halves; ++i) sums[i] += values[i];
  }
  finish_chunk(task, sums, index, channel);
}

constexpr std::int64_t rounded_up(std::int64_t count, std::int64_t to) {
  return (count + to - 1) / to * to;
}

template <int number>
void launch_tile(const ConvolutionTask& task, cudaStream_t stream) {
  using Tile = struct Tile<number>;
  const Shape& out = task.output.shape;
  const int channel_tiles = BlockTile<Tile>::channel_tiles(task);
  const dim3 grid(static_cast<unsigned>(rounded_up(out.pixels(), Tile::pixels) / Tile::pixels * channel_tiles), 1,
                  static_cast<unsigned>(task.splits));
  launch(convolution_kernel<Tile>, grid, dim3(Tile::threads), Tile::shape.shared_bytes(), stream, task);
}

void reduce(const ConvolutionTask& task, cudaStream_t stream) {
  const Shape& out = task.output.shape;
  const int channels = half_tiles.at(static_cast<std::size_t>(task.tile)).channels;
  const std::int64_t chunks = out.pixels() * (rounded_up(out.c, chunk_halves) / chunk_halves);
  launch(reduce_kernel, dim3(static_cast<unsigned>(rounded_up(chunks, reducing_threads) / reducing_threads)),
         dim3(reducing_threads), 0, stream, task, static_cast<int>(rounded_up(out.c, channels)));
}

bool is_linear(const ConstView& view) {
  return view.strides.h == view.shape.w * view.strides.w && view.strides.n == view.shape.h * view.strides.h;
}

// Launches the tile that the task names.
template <int number = 0>
void launch_one(const ConvolutionTask& task, cudaStream_t stream) {
  if constexpr (number < static_cast<int>(half_tiles.size())) {
    if constexpr (!half_tiles[number].wgmma) {
      if (task.tile == number) return launch_tile<number>(task, stream);
    }
    launch_one<number + 1>(task, stream);
  }
}

}  // namespace

void convolution_float16(const ConvolutionTask& given, cudaStream_t stream) {
  ConvolutionTask task = given;
  task.linear = is_linear(task.output) && (task.epilogue.residual.data == nullptr || is_linear(task.epilogue.residual));
  if (half_tiles.at(static_cast<std::size_t>(task.tile)).wgmma) {
    convolution_wgmma(task, stream);
  } else {
    launch_one(task, stream);
  }
  if (task.splits > 1) reduce(task, stream);
}

}  // namespace colourize::kernels::cuda
