// Keeps a network's weights as backends have repacked them, apart from any plan. So another size or batch repacks
// nothing, and workers on one device share one copy.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "kernels/backend.h"

namespace colourize::graph {

class PackedStore {
 public:
  // Gives a convolution its packed weights; call it before the convolution's first run. It reuses what it packed before
  // for the same weights and layout; otherwise `backend` packs them now, and other threads that ask for the same ones
  // wait. First it checks the weights: throws Error that names the layer when they hold NaN or infinity. The output
  // would not show it, because an activation can turn a NaN into a number. All backends that share a store must have
  // the same name and precision. The weights must outlive the store.
  void provide(const std::string& layer, const kernels::ConvolutionWeights& weights,
               kernels::PreparedConvolution& convolution, kernels::Backend& backend);

  // How often this store has packed weights.
  std::size_t packings() const;
  // Frees packed weights that no convolution uses any more, such as those for earlier sizes. Returns how many there
  // were.
  std::size_t drop_unused();

 private:
  // One layer's weights in one layout.
  struct Entry {
    std::mutex mutex;  // held while a thread makes it
    bool ready = false;
    std::shared_ptr<const kernels::PackedWeights> packed;  // null where the layout is empty
    std::vector<float> widened;  // float16 weights as float32, where the kernels use them unpacked
  };
  // The weights' address, whether they are taken in the type in which they are stored, and the layout.
  using Key = std::tuple<const void*, bool, std::string>;

  mutable std::mutex mutex_;  // guards what follows
  std::map<Key, std::shared_ptr<Entry>> entries_;
  std::size_t packings_ = 0;
};

}  // namespace colourize::graph
