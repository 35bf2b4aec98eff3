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
#include "kernels/cuda/cuda.cuh"
#include "kernels/cuda/epilogue.cuh"
#include "kernels/cuda/ptx.cuh"
#include "kernels/cuda/warp.cuh"

namespace colourize::kernels::cuda {
namespace {

constexpr int chunk_halves = 8;  // 16 bytes
constexpr int stage_halves = stage_channels;
constexpr int stage_chunks = stage_halves / chunk_halves;

// How a block's warps share the tile with this number: the warp tiles. The accumulators pass through shared memory
// `pass_rows` rows at a time.
template <int number, int pass_rows_>
struct Tile {
  static constexpr TileShape shape = half_tiles[number];
  static constexpr int pixels = shape.pixels;
  static constexpr int channels = shape.channels;
  static constexpr int threads = shape.threads();
  static constexpr int warp_pixels = shape.warp_pixels;
  static constexpr int warp_channels = shape.warp_channels;
  static constexpr int warps_down = pixels / warp_pixels;
  static constexpr int fragments_down = warp_pixels / mma_m;
  static constexpr int fragments_across = warp_channels / mma_n;
  static constexpr int pass_rows = pass_rows_;
  static constexpr int a_halves = pixels * stage_halves;
  static constexpr int b_halves = channels * stage_halves;
  // 8 floats more than the tile, so that rows fall into different banks.
  static constexpr int sums_stride = channels + 8;

  static_assert(pass_rows * sums_stride * static_cast<int>(sizeof(float)) <= shape.shared_bytes());
  static_assert(pass_rows % warp_pixels == 0);
};

// The place of a row's chunk in a stage, in halves. Two rows fill the 128 bytes that all banks deliver at once.
__device__ inline int swizzled(int row, int chunk) {
  return row * stage_halves + (chunk ^ ((row >> 1) & (stage_chunks - 1))) * chunk_halves;
}

__device__ inline int depth_of(const ConvolutionTask& task) {
  return task.kernel_h * task.kernel_w * (static_cast<int>(task.input.shape.c + stage_halves - 1) / stage_halves);
}

// What a thread loads in each stage: the same chunk of some rows of A and of B, at a place along K that moves on. A
// stage needs only an offset that grows. Windows are compared with the picture when the tap changes.
template <class Tile>
class Loader {
 public:
  // Begins with stage `first` of the main loop.
  __device__ Loader(const ConvolutionTask& task, int first)
      : task_(task),
        place_(swizzled(static_cast<int>(threadIdx.x) / stage_chunks, static_cast<int>(threadIdx.x) % stage_chunks)) {
    const int row = static_cast<int>(threadIdx.x) / stage_chunks;
    const int chunk = static_cast<int>(threadIdx.x) % stage_chunks * chunk_halves;
    const int channel_stages = static_cast<int>(task.input.shape.c + stage_halves - 1) / stage_halves;
    const int tap = first / channel_stages;
    tap_y_ = tap / task.kernel_w;
    tap_x_ = tap - tap_y_ * task.kernel_w;
    channel_ = (first - tap * channel_stages) * stage_halves + chunk;
    const int pixels = static_cast<int>(task.output.shape.pixels());
#pragma unroll
    for (int i = 0; i < a_rows; ++i) {
      const int index = static_cast<int>(blockIdx.x) * Tile::pixels + row + i * rows_at_once;
      const Place pixel = place_of(task.output.shape, index < pixels ? index : 0, 0);
      // Above every picture where the tile extends beyond the end.
      top_[i] = index < pixels ? pixel.y * task.stride - task.padding.top : outside;
      left_[i] = pixel.x * task.stride - task.padding.left;
      window_[i] = pixel.n * static_cast<int>(task.input.strides.n) +
                   (pixel.y * task.stride - task.padding.top) * static_cast<int>(task.input.strides.h) +
                   left_[i] * static_cast<int>(task.input.strides.w);
    }
    row_halves_ = task.kernel_h * task.kernel_w * channel_stages * stage_halves;
    weight_ = (static_cast<int>(blockIdx.y) * Tile::channels + row) * row_halves_ + first * stage_halves + chunk;
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
  static constexpr int b_rows = Tile::channels / rows_at_once;
  static_assert(a_rows * rows_at_once == Tile::pixels && b_rows * rows_at_once == Tile::channels);
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

  // Adds the product of one stage. The swizzle is the same 16 rows further on; 16 channels further on, one bit changes.
  __device__ void multiply(const __half* a, const __half* b) {
#pragma unroll
    for (int k = 0; k < stage_halves; k += mma_k) {
      std::uint32_t a_fragments[Tile::fragments_down][4];
      std::uint32_t b_fragments[Tile::fragments_across / 2][4];  // each of two tiles of 8 channels
#pragma unroll
      for (int i = 0; i < Tile::fragments_down; ++i) {
        ldmatrix(a_fragments[i], a + (a_place ^ k) + i * mma_m * stage_halves);
      }
#pragma unroll
      for (int j = 0; j < Tile::fragments_across / 2; ++j) {
        ldmatrix(b_fragments[j], b + (b_place ^ k) + j * 2 * mma_n * stage_halves);
      }
#pragma unroll
      for (int i = 0; i < Tile::fragments_down; ++i) {
#pragma unroll
        for (int j = 0; j < Tile::fragments_across; ++j) {
          const std::uint32_t b_fragment[2] = {b_fragments[j / 2][j % 2 * 2], b_fragments[j / 2][j % 2 * 2 + 1]};
          mma_f16(sums[i][j], a_fragments[i], b_fragment);
        }
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

  int lane;
  int first_row;
  int first_column;
  int a_place;  // of the row that this lane names to ldmatrix, in halves
  int b_place;
  float sums[Tile::fragments_down][Tile::fragments_across][4] = {};
};

// Moves eight channels of one pixel from their accumulators to the output; fewer at the end.
__device__ inline void finish_chunk(const ConvolutionTask& task, float (&sums)[chunk_halves], int index, int channel) {
  const Place at = place_of(task.output.shape, index, channel);
  add(task.bias, at, sums);
  finish<__half>(task.epilogue, at, sums);
  store_values(element_at<__half>(task.output, at), at.valid, sums);
}

// Eight floats side by side in shared memory. Of eight lanes that read at once, 32 bytes apart, four begin with their
// second 16 bytes, so that no two ask the same bank.
__device__ inline void load_sums(float (&sums)[chunk_halves], const float* from) {
  const bool swapped = (threadIdx.x & 4U) != 0;
  const auto first = load_vector<float4>(from + (swapped ? 4 : 0));
  const auto second = load_vector<float4>(from + (swapped ? 0 : 4));
  const float4 low = swapped ? second : first;
  const float4 high = swapped ? first : second;
  const float values[chunk_halves] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
#pragma unroll
  for (int i = 0; i < chunk_halves; ++i) sums[i] = values[i];
}

// Stores the block's part of a split-K where the second kernel finds it.
template <class Tile>
__device__ void store_part(const ConvolutionTask& task, const WarpTile<Tile>& tile) {
  const int pixels = static_cast<int>(task.output.shape.pixels());
  const int padded = static_cast<int>(gridDim.y) * Tile::channels;
  float* part = task.partial + std::int64_t{blockIdx.z} * pixels * padded + blockIdx.y * Tile::channels;
  tile.for_each_pair([&](int row, int column, float2 sums) {
    const int index = static_cast<int>(blockIdx.x) * Tile::pixels + row;
    if (index < pixels) store_vector(part + std::int64_t{index} * padded + column, sums);
  });
}

// The epilogue: moves the block's accumulators through shared memory, some rows at a time, and to the output.
template <class Tile>
__device__ void finish_tile(const ConvolutionTask& task, const WarpTile<Tile>& tile) {
  auto* const shared = reinterpret_cast<float*>(shared_memory());
  constexpr int row_chunks = Tile::channels / chunk_halves;
#pragma unroll 1
  for (int pass = 0; pass < Tile::pixels / Tile::pass_rows; ++pass) {
    const int pass_row = pass * Tile::pass_rows;
    __syncthreads();  // all are done with what lay there: the stages, or the pass before
    if (tile.first_row / Tile::pass_rows == pass) {
      tile.for_each_pair([&](int row, int column, float2 sums) {
        store_vector(shared + (row - pass_row) * Tile::sums_stride + column, sums);
      });
    }
    __syncthreads();
    for (int i = static_cast<int>(threadIdx.x); i < Tile::pass_rows * row_chunks; i += Tile::threads) {
      const int row = i / row_chunks;
      const int column = i % row_chunks * chunk_halves;
      const int index = static_cast<int>(blockIdx.x) * Tile::pixels + pass_row + row;
      const int channel = static_cast<int>(blockIdx.y) * Tile::channels + column;
      if (index >= task.output.shape.pixels() || channel >= task.output.shape.c) continue;
      float sums[chunk_halves];
      load_sums(sums, shared + row * Tile::sums_stride + column);
      finish_chunk(task, sums, index, channel);
    }
  }
}

template <class Tile>
__global__ void __launch_bounds__(Tile::threads) convolution_kernel(const __grid_constant__ ConvolutionTask task) {
  auto* const pipeline = reinterpret_cast<__half*>(shared_memory());
  const auto a_of = [&](int stage) { return pipeline + stage * (Tile::a_halves + Tile::b_halves); };
  const auto b_of = [&](int stage) { return a_of(stage) + Tile::a_halves; };

  const int depth = depth_of(task);
  const int split = static_cast<int>(blockIdx.z);
  const int first = depth * split / task.splits;
  const int all = depth * (split + 1) / task.splits - first;
  Loader<Tile> loader(task, first);
  WarpTile<Tile> tile;
  // Each stage commits a group, whether it loads or not, so the number of pending groups says which have arrived.
  for (int stage = 0; stage < stages - 1; ++stage) {
    if (stage < all) loader.load(a_of(stage), b_of(stage));
    cp_async_commit();
  }
  int here = 0;
  int next = stages - 1;
#pragma unroll 1
  for (int i = 0; i < all; ++i) {
    cp_async_wait<stages - 2>();
    // All threads' copies of this stage have arrived, and no thread still reads the stage that is loaded next.
    __syncthreads();
    if (i + stages - 1 < all) loader.load(a_of(next), b_of(next));
    cp_async_commit();
    tile.multiply(a_of(here), b_of(here));
    here = here + 1 == stages ? 0 : here + 1;
    next = next + 1 == stages ? 0 : next + 1;
  }
  if (task.splits > 1) {
    store_part(task, tile);
  } else {
    finish_tile(task, tile);
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

template <class Tile>
void launch_tile(const ConvolutionTask& task, cudaStream_t stream) {
  const Shape& out = task.output.shape;
  const std::int64_t padded = rounded_up(out.c, Tile::channels);
  const dim3 grid(static_cast<unsigned>(rounded_up(out.pixels(), Tile::pixels) / Tile::pixels),
                  static_cast<unsigned>(padded / Tile::channels), static_cast<unsigned>(task.splits));
  launch(convolution_kernel<Tile>, grid, dim3(Tile::threads), Tile::shape.shared_bytes(), stream, task);
  if (task.splits == 1) return;
  const std::int64_t chunks = out.pixels() * (rounded_up(out.c, chunk_halves) / chunk_halves);
  launch(reduce_kernel, dim3(static_cast<unsigned>(rounded_up(chunks, reducing_threads) / reducing_threads)),
         dim3(reducing_threads), 0, stream, task, static_cast<int>(padded));
}

}  // namespace

void convolution_float16(const ConvolutionTask& task, cudaStream_t stream) {
  switch (task.tile) {
    case 0:
      return launch_tile<Tile<0, 64>>(task, stream);
    case 1:
      return launch_tile<Tile<1, 64>>(task, stream);
    case 2:
      return launch_tile<Tile<2, 64>>(task, stream);
    default:
      return launch_tile<Tile<3, 128>>(task, stream);
  }
}

}  // namespace colourize::kernels::cuda
