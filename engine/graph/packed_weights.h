// What backends repacked a network's weights into, by the weights and the layout, apart from any plan: another size or
// another batch repacks nothing, and workers on one device share one copy.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "kernels/backend.h"

namespace colourize::graph {

class PackedStore {
 public:
  // Gives a convolution what it multiplies with, before its first run: what was packed for another one of its weights
  // and its layout, or what `backend` packs now; other threads that ask for the same wait. The weights are looked at
  // first, for they are about to be read in any case: throws Error that names the layer when they hold NaN or infinity,
  // since an activation may make a number of a NaN, so that the output does not tell. All backends of a store have one
  // name and precision; weights outlive it.
  void provide(const std::string& layer, const kernels::ConvolutionWeights& weights,
               kernels::PreparedConvolution& convolution, kernels::Backend& backend);

  // How often weights were packed.
  std::size_t packings() const;
  // Lets go of what no convolution uses: of sizes before. Returns how many there were.
  std::size_t drop_unused();

 private:
  // Of one layer's weights in one layout.
  struct Entry {
    std::mutex mutex;  // held while it is made
    bool ready = false;
    std::shared_ptr<const kernels::PackedWeights> packed;  // null where the layout is empty
    std::vector<float> widened;                            // of weights in float16 that are used as they are
  };
  using Key = std::pair<const void*, std::string>;

  mutable std::mutex mutex_;  // of what follows
  std::map<Key, std::shared_ptr<Entry>> entries_;
  std::size_t packings_ = 0;
};

}  // namespace colourize::graph
