// The convolution of convolution.cu for GPUs of compute capability 9.0 (H100, H200), whose tensor cores reach their
// full rate only when a group of four warps multiplies out of shared memory, while its threads load (wgmma):
//
//   global --cp.async, two stages ahead--> shared --wgmma m64nNk16--> float32 accumulators in registers
//   --shared--> bias and epilogue, eight channels a thread --> 16-byte stores
//
// A stage holds 64 input channels of one tap for each row of the tile: 128 bytes for a row. The taps of the same
// channels follow each other, because neighbouring windows share most of their pixels: the L1 cache has them when the
// next tap asks.
#include "kernels/cuda/convolution_tile.cuh"
#include "kernels/cuda/cuda.cuh"
#include "kernels/cuda/ptx.cuh"
#include "kernels/cuda/warp.cuh"

// Only code for exactly this architecture has the instructions.
#if defined(COLOURIZE_EMULATION) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define COLOURIZE_HAS_WGMMA
#endif

namespace colourize::kernels::cuda {
namespace {

constexpr int group_lanes = 128;  // of a warp group
constexpr int group_rows = 64;    // of A, in one wgmma

template <int number>
struct Tile : TileOf<number> {
  using Base = TileOf<number>;
  static constexpr int group_pixels = Base::shape.warp_pixels;
  static constexpr int blocks_down = group_pixels / group_rows;  // of a warp group
  static constexpr int fragments_across = Base::channels / mma_n;
  static_assert(Base::stage_halves == 64 && Base::channels == Base::shape.warp_channels);
};

// The place of a row's chunk in a stage, in halves: wgmma's swizzle of 128 bytes. A stage begins at a multiple of 1024
// bytes.
template <class Tile>
__device__ int swizzled(int row, int chunk) {
  return row * Tile::stage_halves + (chunk ^ (row & (Tile::stage_chunks - 1))) * chunk_halves;
}

// The stages of the sum over K: all taps of some channels, then of the next.
template <class Tile>
__device__ int stages_of_k(const ConvolutionTask& task) {
  return (static_cast<int>(task.input.shape.c) + Tile::stage_halves - 1) / Tile::stage_halves * task.kernel_h *
         task.kernel_w;
}

// What a thread loads in each stage: the same chunk of some rows of A and of B, at a place along K that moves on.
template <class Tile>
class Loader {
 public:
  // Begins with stage `first` of the main loop.
  __device__ Loader(const ConvolutionTask& task, const BlockTile<Tile>& block, int first)
      : task_(task),
        row_(static_cast<int>(threadIdx.x) / Tile::stage_chunks),
        place_(swizzled<Tile>(row_, static_cast<int>(threadIdx.x) % Tile::stage_chunks)) {
    const int chunk = static_cast<int>(threadIdx.x) % Tile::stage_chunks * chunk_halves;
    const int area = task.kernel_h * task.kernel_w;
    const int channel_stage = first / area;
    const int tap = first - channel_stage * area;
    tap_y_ = tap / task.kernel_w;
    tap_x_ = tap - tap_y_ * task.kernel_w;
    begin_channels(channel_stage * Tile::stage_halves + chunk);
    offset_ += tap_y_ * static_cast<int>(task.input.strides.h) + tap_x_ * static_cast<int>(task.input.strides.w);
    const int pixels = static_cast<int>(task.output.shape.pixels());
#pragma unroll
    for (int i = 0; i < a_rows; ++i) {
      const int index = block.first_pixel + row_ + i * rows_at_once;
      const Place pixel = place_of(task.output.shape, index < pixels ? index : 0, 0);
      const int top = pixel.y * task.stride - task.padding.top;
      const int left = pixel.x * task.stride - task.padding.left;
      // No tap is inside where the tile extends beyond the end.
      const unsigned rows = index < pixels ? inside(top, task.kernel_h, static_cast<int>(task.input.shape.h)) : 0;
      taps_[i] = rows << most_taps | inside(left, task.kernel_w, static_cast<int>(task.input.shape.w));
      window_[i] = pixel.n * static_cast<int>(task.input.strides.n) + top * static_cast<int>(task.input.strides.h) +
                   left * static_cast<int>(task.input.strides.w);
    }
    row_halves_ = stages_of_k<Tile>(task) * Tile::stage_halves;
    weights_ = static_cast<const __half*>(task.weights) + (block.first_channel + row_) * row_halves_ +
               first * Tile::stage_halves + chunk;
  }

  // Begins to load the next stage, and moves on.
  __device__ void load(__half* a, __half* b) {
    const auto* const pixels = static_cast<const __half*>(task_.input.data);
    // Of the last channels nobody reads what lies beyond the last 16 that exist.
    if (channel_ < (task_.input.shape.c + mma_k - 1) / mma_k * mma_k) load_chunks(a, b, pixels);
    weights_ += Tile::stage_halves;
    offset_ += static_cast<int>(task_.input.strides.w);
    if (++tap_x_ < task_.kernel_w) return;
    tap_x_ = 0;
    offset_ += static_cast<int>(task_.input.strides.h) - task_.kernel_w * static_cast<int>(task_.input.strides.w);
    if (++tap_y_ < task_.kernel_h) return;
    tap_y_ = 0;
    begin_channels(channel_ + Tile::stage_halves);
  }

 private:
  __device__ void load_chunks(__half* a, __half* b, const __half* pixels) const {
#pragma unroll
    for (int i = 0; i < a_rows; ++i) {
      const bool inside = (taps_[i] >> (most_taps + tap_y_) & taps_[i] >> tap_x_ & 1U) != 0;
      cp_async_cached(a + place_ + i * rows_at_once * Tile::stage_halves,
                      pixels + (inside && bytes_ > 0 ? window_[i] + offset_ : 0), inside ? bytes_ : 0);
    }
#pragma unroll
    for (int i = 0; i < b_rows; ++i) {
      if (Tile::channels % rows_at_once != 0 && row_ + i * rows_at_once >= Tile::channels) continue;
      cp_async(b + place_ + i * rows_at_once * Tile::stage_halves, weights_ + i * rows_at_once * row_halves_,
               chunk_halves * static_cast<int>(sizeof(__half)));
    }
  }

  static constexpr int rows_at_once = Tile::threads / Tile::stage_chunks;
  static constexpr int a_rows = Tile::pixels / rows_at_once;
  static constexpr int b_rows = (Tile::channels + rows_at_once - 1) / rows_at_once;
  static_assert(a_rows * rows_at_once == Tile::pixels && rows_at_once % 8 == 0);

  // A bit for each tap along one side of a window that begins at `first`: whether it is in 0 to `size` - 1.
  __device__ static unsigned inside(int first, int taps, int size) {
    const int begin = first < 0 ? -first : 0;
    const int end = size - first < taps ? size - first : taps;
    return begin < end ? (1U << end) - (1U << begin) : 0;
  }
  // Goes to the first tap of this thread's chunk, which begins at this channel of the input.
  __device__ void begin_channels(int channel) {
    channel_ = channel;
    offset_ = channel;
    const int left = static_cast<int>(task_.input.shape.c) - channel;
    const int valid = left < 0 ? 0 : left < chunk_halves ? left : chunk_halves;
    bytes_ = valid * static_cast<int>(sizeof(__half));
  }

  const ConvolutionTask& task_;
  int row_;                // this thread's first, of A's rows and of B's
  int place_;              // in a stage, of the first row's chunk
  int window_[a_rows];     // offset of each row's window; it may lie outside the picture
  unsigned taps_[a_rows];  // of each row's window: the rows and the columns that are inside the picture, a bit each
  int tap_y_;
  int tap_x_;
  int offset_;   // in a window, of the tap and the chunk
  int channel_;  // of the input, of this thread's chunk
  int bytes_;    // of the chunk that exist
  const __half* weights_;  // the first row's chunk
  int row_halves_;         // of the weights of one output channel
};

// A warp's part of the block's tile: 16 rows of each block of its warp group, all channels.
template <class Tile>
struct WarpRows {
  __device__ WarpRows()
      : group_row(static_cast<int>(threadIdx.x) / group_lanes * Tile::group_pixels),
        first_row(group_row + static_cast<int>(threadIdx.x) % group_lanes / warp_lanes * mma_m) {}

  // Begins to add the product of a stage's channels: of all, or of the first `steps` times 16.
  __device__ void begin_multiply(const __half* a, const __half* b) {
    wgmma_fence();
#pragma unroll
    for (int step = 0; step < Tile::stage_halves / mma_k; ++step) begin_step(a + step * mma_k, b + step * mma_k);
    wgmma_commit();
  }
  __device__ void begin_multiply(const __half* a, const __half* b, int steps) {
#pragma unroll 1
    for (int step = 0; step < steps; ++step) {
      wgmma_fence();
      begin_step(a + step * mma_k, b + step * mma_k);
    }
    wgmma_commit();
  }

  // Calls visit(row, column, sums) for each pair of neighbouring accumulators. Both count from the beginning of the
  // block's tile.
  template <class Visit>
  __device__ void for_each_pair(const Visit& visit) const {
    const int lane = static_cast<int>(threadIdx.x) % warp_lanes;
#pragma unroll
    for (int i = 0; i < Tile::blocks_down; ++i) {
#pragma unroll
      for (int j = 0; j < Tile::fragments_across; ++j) {
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          visit(first_row + i * group_rows + lane / 4 + half * 8, j * mma_n + lane % 4 * 2,
                make_float2(sums[i][j][2 * half], sums[i][j][2 * half + 1]));
        }
      }
    }
  }

  __device__ void begin_step(const __half* a, const __half* b) {
#pragma unroll
    for (int i = 0; i < Tile::blocks_down; ++i) {
      wgmma_f16(sums[i], a + (group_row + i * group_rows) * Tile::stage_halves, b);
    }
  }

  int group_row;
  int first_row;
  float sums[Tile::blocks_down][Tile::fragments_across][4] = {};
};

template <class Tile>
__global__ void __launch_bounds__(Tile::threads)
    convolution_wgmma_kernel(const __grid_constant__ ConvolutionTask task) {
#ifdef COLOURIZE_HAS_WGMMA
  auto* const pipeline = reinterpret_cast<__half*>(shared_memory());
  // All A's first: both A and B of a stage begin at multiples of 1024 bytes.
  const auto a_of = [&](int stage) { return pipeline + stage * Tile::a_halves; };
  const auto b_of = [&](int stage) { return pipeline + Tile::stages * Tile::a_halves + stage * Tile::b_halves; };

  const int area = task.kernel_h * task.kernel_w;
  const int depth = stages_of_k<Tile>(task);
  const int split = static_cast<int>(blockIdx.z);
  const int first = depth * split / task.splits;
  const int all = depth * (split + 1) / task.splits - first;
  const BlockTile<Tile> block(task);
  Loader<Tile> loader(task, block, first);
  WarpRows<Tile> rows;
  // Each stage commits a group, whether it loads or not, so the number of pending groups says which have arrived.
  constexpr int ahead = Tile::stages - 2;
  for (int stage = 0; stage < ahead; ++stage) {
    if (stage < all) loader.load(a_of(stage), b_of(stage));
    cp_async_commit();
  }
  // From this stage on, the last channels: so many steps of 16.
  const int whole = depth - area - first;
  const int last_channels = static_cast<int>(task.input.shape.c - 1) % Tile::stage_halves + 1;
  const int last_steps = (last_channels + mma_k - 1) / mma_k;
  int here = 0;
  int next = ahead;
#pragma unroll 1
  for (int i = 0; i < all; ++i) {
    cp_async_wait<ahead - 1>();
    fence_for_wgmma();
    // All threads' copies of this stage have arrived, and no warp group still reads the stage that is loaded next: each
    // has waited for all of its products but the last.
    __syncthreads();
    if (i < whole) {
      rows.begin_multiply(a_of(here), b_of(here));
    } else {
      rows.begin_multiply(a_of(here), b_of(here), last_steps);
    }
    if (i + ahead < all) loader.load(a_of(next), b_of(next));
    cp_async_commit();
    wgmma_wait<1>();
    here = here + 1 == Tile::stages ? 0 : here + 1;
    next = next + 1 == Tile::stages ? 0 : next + 1;
  }
  wgmma_wait<0>();
  if (task.splits > 1) {
    store_part(task, block, rows);
  } else {
    finish_tile(task, block, rows);
  }
#endif
}

template <int number>
void launch_tile(const ConvolutionTask& task, cudaStream_t stream) {
  using Tile = struct Tile<number>;
  static_assert(Tile::threads == group_lanes * Tile::pixels / Tile::group_pixels &&
                Tile::blocks_down * group_rows == Tile::group_pixels &&
                Tile::fragments_across * mma_n == Tile::channels);
  const std::int64_t down = (task.output.shape.pixels() + Tile::pixels - 1) / Tile::pixels;
  const dim3 grid(static_cast<unsigned>(down * BlockTile<Tile>::channel_tiles(task)), 1,
                  static_cast<unsigned>(task.splits));
  launch(convolution_wgmma_kernel<Tile>, grid, dim3(Tile::threads), Tile::shape.shared_bytes(), stream, task);
}

// Launches the tile that the task names.
template <int number = 0>
void launch_one(const ConvolutionTask& task, cudaStream_t stream) {
  if constexpr (number < static_cast<int>(half_tiles.size())) {
    if constexpr (half_tiles[number].wgmma) {
      if (task.tile == number) return launch_tile<number>(task, stream);
    }
    launch_one<number + 1>(task, stream);
  }
}

}  // namespace

void convolution_wgmma(const ConvolutionTask& task, cudaStream_t stream) {
  launch_one(task, stream);
}

}  // namespace colourize::kernels::cuda
