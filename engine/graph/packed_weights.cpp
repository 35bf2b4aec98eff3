#include "engine/graph/packed_weights.h"

#include <span>
#include <utility>

#include "system/error.h"
#include "weights/weights.h"

namespace colourize::graph {

void PackedStore::provide(const std::string& layer, const kernels::ConvolutionWeights& weights,
                          kernels::PreparedConvolution& convolution, kernels::Backend& backend) {
  const std::string layout = convolution.layout();
  const bool as_stored = weights.weight != nullptr || convolution.takes_float16();
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Entry>& found = entries_[{weights.bytes().data(), as_stored, layout}];
    if (found == nullptr) found = std::make_shared<Entry>();
    entry = found;
  }
  const std::lock_guard lock(entry->mutex);
  if (!entry->ready) {
    const auto count = static_cast<std::size_t>(weights.elements());
    const bool finite = weights.weight != nullptr ? backend.all_finite(std::span(weights.weight, count))
                                                  : backend.all_finite(std::span(weights.half_weight, count));
    if (!finite) {
      throw Error(ErrorKind::damaged, "layer " + layer, "its weights hold NaN or infinity",
                  "they are damaged; fetch or convert them again");
    }
    kernels::ConvolutionWeights given = weights;
    std::vector<float> widened;
    if (!as_stored) {
      widened = weights::widened(weights::DataType::f16, weights.bytes());
      given.weight = widened.data();
      given.half_weight = nullptr;
    }
    if (layout.empty()) {
      entry->widened = std::move(widened);
    } else {
      entry->packed = backend.pack(convolution, given);
      const std::lock_guard counting(mutex_);
      ++packings_;
    }
    const bool still_read = layout.empty() && as_stored;
    if (!still_read && weights.memory != nullptr) weights.memory->release(weights.bytes());
    entry->ready = true;
  }
  convolution.use(entry->widened.empty() ? weights.weight : entry->widened.data(), entry->packed);
}

std::size_t PackedStore::packings() const {
  const std::lock_guard lock(mutex_);
  return packings_;
}

std::size_t PackedStore::drop_unused() {
  const std::lock_guard lock(mutex_);
  return std::erase_if(entries_, [](const auto& keyed) {
    const std::shared_ptr<Entry>& entry = keyed.second;
    const std::unique_lock held(entry->mutex, std::try_to_lock);
    return held.owns_lock() && entry.use_count() == 1 && entry->packed != nullptr && entry->packed.use_count() == 1;
  });
}

}  // namespace colourize::graph
