// A backend is one way to compute all operations: the reference, a CPU's vector units, CUDA. The table at the end lists
// the backends of this build. The engine chooses one at run time by its name and by whether this machine can use it.
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

// How the activations and weights of convolutions, projections and attention (query, key, value) are rounded before
// they are multiplied. Accumulators, biases, affines and gamma are always float32. So are attention's softmax weights,
// except on CUDA's tensor cores, which multiply them in float16.
enum class Precision : std::uint8_t {
  float32,
  float16,   // 11 bits of precision
  bfloat16,  // 8 bits of precision
};

struct BackendOptions {
  int threads = 0;                     // 0: as many as this process may run on
  std::optional<Precision> precision;  // none: the backend's own
};

// The most that a device can do, as measured; a profile compares with it. 0 where a backend does not measure.
struct Peak {
  double multiply_adds_per_second = 0;  // independent operations in registers, on all threads
  double bytes_per_second = 0;          // read from memory, on all threads
};

// Operations that a backend has recorded, so that they can be replayed with the same arguments. On CUDA, this is a
// graph.
class Recorded {
 public:
  Recorded() = default;
  Recorded(const Recorded&) = delete;
  Recorded& operator=(const Recorded&) = delete;
  virtual ~Recorded() = default;

  virtual void replay() = 0;
};

// Computes all operations. It owns its threads and the memory that it computes in: the host's memory for CPU backends,
// the device's elsewhere.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  virtual std::string_view name() const = 0;
  // What its results depend on besides its name, for people and for the identity of a film: another GPU adds numbers in
  // another order. Empty where they depend on nothing else.
  virtual std::string hardware() const { return {}; }
  // True where it computes in the host's memory. Then no other device has more memory to offer.
  virtual bool in_host_memory() const = 0;

  // Allocates `bytes` of memory for arenas, aligned to 64 bytes; returns null when there is not enough. The caller
  // frees it with release(), which also accepts null.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* memory) = 0;
  // How many bytes of that memory are free now; none where the backend cannot tell.
  virtual std::optional<std::size_t> free_bytes() const { return {}; }
  // Copy packed float32 NHWC on the host to (write) or from (read) a view of the same shape in this backend's memory
  // and type.
  virtual void write(const float* host, const View& view) = 0;
  virtual void read(const ConstView& view, float* host) = 0;
  // Makes a short list of per-channel constants readable to the kernels. The result lives as long as the backend. CPU
  // backends do not copy, so there `values` must live as long too.
  virtual const float* constant(std::span<const float> values) = 0;
  // The type of the activations that it stores.
  virtual Type activation_type() const = 0;
  // Each pixel of an activation begins at a multiple of this many elements.
  virtual std::int64_t channel_alignment() const { return 1; }
  // True where every operation that takes an activation can compute this one. Otherwise only pointwise computes it, and
  // the plan makes it a step of its own.
  virtual bool fuses(Activation /*activation*/) const { return true; }
  // Where the values between two steps are large, it computes the steps in turn on so many pixels at least
  // (engine/graph/strips.h). 0: never.
  virtual std::int64_t strip_pixels() const { return 0; }
  // The order of channels that it prefers between a convolution and the upsampling that is the convolution's only
  // reader.
  virtual ChannelOrder shuffle_order() const { return ChannelOrder::interleaved; }
  // Chooses how to compute a convolution. `args` has the final shapes and points to no memory. This reads no weights,
  // so a network can be planned before its file is read. The bias must outlive the result.
  virtual std::unique_ptr<PreparedConvolution> prepare(const ConvolutionWeights& weights,
                                                       const ConvolutionArgs& args) = 0;
  // Repacks these weights into the layout of `convolution`, which prepare() returned for them; uses all threads. They
  // are float32, or float16 where `convolution` takes that. Nothing reads the original weights afterwards. Do not call
  // this where the layout is empty.
  virtual std::shared_ptr<const PackedWeights> pack(const PreparedConvolution& convolution,
                                                    const ConvolutionWeights& weights) = 0;

  // The steps before and after a generator. They live as long as the backend.
  virtual PictureOperations& pictures() = 0;

  // True where no weight is NaN or infinity. Uses all threads, because the lists are long.
  virtual bool all_finite(std::span<const float> values) = 0;
  virtual bool all_finite(std::span<const std::uint16_t> halves) = 0;  // the same of IEEE binary16

  // Measures this device; takes about half a second.
  virtual Peak measure_peak() = 0;

  // Operations may return before their work is done. This waits until all of it is done; read() waits by itself.
  virtual void synchronize() {}
  // Records the operations that `operations` calls, without running them. Their arguments and memory must stay
  // unchanged while the result is in use. Returns null where a replay would save nothing worth having.
  virtual std::unique_ptr<Recorded> record(const std::function<void()>& /*operations*/) { return nullptr; }

  // For each operation of operations.def:
  //   run(args)              computes it. The plan has checked the arguments; this does not.
  //   workspace_bytes(args)  returns how many bytes of scratch memory run() will use.
  //   why_unsupported(args)  returns why the backend cannot compute this, as the end of a sentence about the backend
  //                          ("takes at most 224 channels"); none where it can.
  // The plan asks the last two with the final shapes, before any memory exists. It asks why_unsupported() first, and
  // asks it of a convolution before prepare().
#define COLOURIZE_OPERATION(name, Type)                                  \
  virtual void run(const Type##Args& args) = 0;                          \
  virtual std::size_t workspace_bytes(const Type##Args& args) const = 0; \
  virtual std::optional<std::string> why_unsupported(const Type##Args& args) const = 0;
#include "kernels/operations.def"
};

// One row of the table of backends in this build.
struct BackendEntry {
  std::string name;
  std::function<bool()> usable;  // on this machine, now
  std::function<std::unique_ptr<Backend>(const BackendOptions&)> create;
  bool in_host_memory = true;  // what Backend::in_host_memory() will return
  std::string requirement;  // what a machine needs to use it, as text for people; empty where there is nothing to say
};

// All backends of this build, fastest first.
std::span<const BackendEntry> backends();

}  // namespace colourize::kernels
