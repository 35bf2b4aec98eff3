// The table of backends. A backend is a way to compute all operations; it has a name and knows whether it is usable on
// this machine. The engine chooses one at run time and knows nothing else about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "kernels/operations.h"
#include "kernels/pictures.h"

namespace colourize::kernels {

// How the activations and weights of convolutions and of attention (query, key, value) are rounded before they are
// multiplied. Sums, biases, affines and gamma are float32 always, and so are attention's softmax weights but on CUDA's
// tensor cores, which multiply them in float16.
enum class Precision : std::uint8_t {
  float32,
  float16,   // 11 bits
  bfloat16,  // 8 bits
};

struct BackendOptions {
  int threads = 0;                     // 0: as many as this process may run on
  std::optional<Precision> precision;  // none: the backend's own
};

// What a device can do at most, measured: the yardstick of a profile. 0 where a backend does not measure.
struct Peak {
  double multiply_adds_per_second = 0;  // independent ones, in registers, on all threads
  double bytes_per_second = 0;          // read from memory, on all threads
};

// Operations that a backend has taken down, to be run again and again with the same arguments.
class Recorded {
 public:
  Recorded() = default;
  Recorded(const Recorded&) = delete;
  Recorded& operator=(const Recorded&) = delete;
  virtual ~Recorded() = default;

  virtual void replay() = 0;
};

// One way to compute all operations; owns the memory that it computes in (the host's for CPU backends, the device's
// elsewhere) and its threads.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  virtual std::string_view name() const = 0;
  // Whether it computes in the host's memory: then no other device has more.
  virtual bool in_host_memory() const = 0;

  // `bytes` of memory for arenas, aligned to 64; null when there is not as much. Freed with release(), which takes null
  // too.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* memory) = 0;
  // Of that memory, how much is free now; none where nobody can say.
  virtual std::optional<std::size_t> free_bytes() const { return {}; }
  // Packed float32 NHWC on the host to or from a view of the same shape in this backend's memory and type.
  virtual void write(const float* host, const View& view) = 0;
  virtual void read(const ConstView& view, float* host) = 0;
  // Small per-channel constants. What comes back is valid where the kernels run, as long as the backend (and, for CPU
  // backends, which do not copy, the argument) lives.
  virtual const float* constant(std::span<const float> values) = 0;
  // The type in which it keeps activations.
  virtual Type activation_type() const = 0;
  // Every pixel of an activation begins at a multiple of this many elements.
  virtual std::int64_t channel_alignment() const { return 1; }
  // Whether every operation with an activation computes this one; otherwise pointwise alone does, and the plan leaves
  // it a step of its own.
  virtual bool fuses(Activation /*activation*/) const { return true; }
  // The order in which it wants the channels of a value between a convolution and the upsampling that alone reads it.
  virtual ChannelOrder shuffle_order() const { return ChannelOrder::interleaved; }
  // Chooses how a convolution is computed; `args` has the final shapes and no memory. Reads no weight, so that a
  // network is planned before its file is. The bias must outlive the result.
  virtual std::unique_ptr<PreparedConvolution> prepare(const ConvolutionWeights& weights,
                                                       const ConvolutionArgs& args) = 0;
  // Repacks these weights, float32, in the layout of `convolution`, which prepare() gave for them; on all threads. They
  // are not read any more afterwards. Not where the layout is empty.
  virtual std::shared_ptr<const PackedWeights> pack(const PreparedConvolution& convolution,
                                                    const ConvolutionWeights& weights) = 0;

  // The steps around a generator, which live as long as the backend.
  virtual PictureOperations& pictures() = 0;

  // Whether none of these weights is NaN or infinity; asked of large ones, so on all threads.
  virtual bool all_finite(std::span<const float> values) = 0;

  // Takes about half a second.
  virtual Peak measure_peak() = 0;

  // Operations may return before their work is done; read() waits by itself. Returns when all is done.
  virtual void synchronize() {}
  // Takes down the operations that `operations` calls, without running them: their arguments and memory must stay as
  // they are for as long as the result is used. Null where calling them anew costs nothing worth saving.
  virtual std::unique_ptr<Recorded> record(const std::function<void()>& /*operations*/) { return nullptr; }

  // For each operation of operations.def:
  //   run(args)              computes it; arguments are checked by the plan, not here
  //   workspace_bytes(args)  bytes of scratch that run() will use
  //   why_unsupported(args)  why it cannot compute this, as what a sentence says of the backend ("takes at most 224
  //                          channels"); none: it can
  // The last two are asked with the final shapes, before memory exists; why_unsupported() first, and a convolution's
  // before it is prepared.
#define COLOURIZE_OPERATION(name, Type)                                  \
  virtual void run(const Type##Args& args) = 0;                          \
  virtual std::size_t workspace_bytes(const Type##Args& args) const = 0; \
  virtual std::optional<std::string> why_unsupported(const Type##Args& args) const = 0;
#include "kernels/operations.def"
};

// An entry of the table of backends that this program was built with.
struct BackendEntry {
  std::string name;
  std::function<bool()> usable;  // on this machine, now
  std::function<std::unique_ptr<Backend>(const BackendOptions&)> create;
  bool in_host_memory = true;  // what Backend::in_host_memory() will say
  std::string requirement;     // what a machine must have to be usable, for people; empty where nothing can be said
};

// Every backend built in, fastest first.
std::span<const BackendEntry> backends();

}  // namespace colourize::kernels
