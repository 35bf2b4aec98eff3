#include "converter/torch_checkpoint.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <set>
#include <string_view>

#include <Eigen/Core>

#include "converter/torch_container.h"
#include "system/error.h"

namespace colourize::converter {
namespace {

using Kind = PickleNode::Kind;

enum class Element : std::uint8_t { f32, f64, f16, bf16, other };

// A tensor as torch sees it: a window with strides on a storage.
struct StridedTensor {
  Element element = Element::other;
  std::span<const std::byte> storage;
  std::int64_t offset = 0;  // in elements
  weights::Dimensions shape;
  weights::Dimensions strides;  // in elements
};

Element element_of(std::string_view storage_class) {
  const std::size_t space = storage_class.find(' ');
  const std::string_view name = space == std::string_view::npos ? storage_class : storage_class.substr(space + 1);
  if (name == "FloatStorage") return Element::f32;
  if (name == "DoubleStorage") return Element::f64;
  if (name == "HalfStorage") return Element::f16;
  if (name == "BFloat16Storage") return Element::bf16;
  return Element::other;
}

template <typename Stored>
float read_as(std::span<const std::byte> storage, std::int64_t index) {
  Stored value;
  std::memcpy(static_cast<void*>(&value), storage.data() + static_cast<std::size_t>(index) * sizeof(Stored),
              sizeof(Stored));
  return static_cast<float>(value);
}

float read_element(const StridedTensor& tensor, std::int64_t index) {
  switch (tensor.element) {
    case Element::f32:
      return read_as<float>(tensor.storage, index);
    case Element::f64:
      return read_as<double>(tensor.storage, index);
    case Element::f16:
      return read_as<Eigen::half>(tensor.storage, index);
    case Element::bf16:
      return read_as<Eigen::bfloat16>(tensor.storage, index);
    case Element::other:
      break;
  }
  return 0;
}

bool is_packed(const StridedTensor& tensor) {
  std::int64_t packed = 1;
  for (std::size_t i = tensor.shape.size(); i-- > 0;) {
    if (tensor.shape[i] != 1 && tensor.strides[i] != packed) return false;
    packed *= tensor.shape[i];
  }
  return true;
}

// Elements first, first + 1, ... of the tensor in C order.
void read_range(const StridedTensor& tensor, std::int64_t first, std::span<float> to) {
  if (tensor.element == Element::f32 && is_packed(tensor)) {
    const auto begin = static_cast<std::size_t>(tensor.offset + first) * sizeof(float);
    std::memcpy(to.data(), tensor.storage.data() + begin, to.size_bytes());
    return;
  }
  const std::size_t rank = tensor.shape.size();
  weights::Dimensions place(rank);
  std::int64_t index = tensor.offset;
  for (std::size_t i = rank; i-- > 0;) {
    place[i] = first % tensor.shape[i];
    first /= tensor.shape[i];
    index += place[i] * tensor.strides[i];
  }
  for (float& value : to) {
    value = read_element(tensor, index);
    for (std::size_t i = rank; i-- > 0;) {
      index += tensor.strides[i];
      if (++place[i] < tensor.shape[i]) break;
      index -= place[i] * tensor.strides[i];
      place[i] = 0;
    }
  }
}

// A tuple of natural numbers; none where it is something else.
std::optional<weights::Dimensions> numbers(const PickleNode& node) {
  if (!node.is(Kind::tuple) && !node.is(Kind::list)) return {};
  weights::Dimensions result;
  for (const PickleNode* item : node.items) {
    if (!item->is(Kind::integer) || item->integer < 0) return {};
    result.push_back(item->integer);
  }
  return result;
}

class StateDictReader {
 public:
  StateDictReader(const TorchContainer& container, std::string source)
      : container_(container), source_(std::move(source)) {}

  struct Tensors {
    std::map<std::string, StridedTensor> floating;
    std::set<std::string> unread;
  };

  Tensors read() const {
    const PickleNode* dictionary = container_.object;
    for (const char* key : {"model", "state_dict", "params"}) {
      const PickleNode* inner = dictionary->find(key);
      if (inner != nullptr && inner->is(Kind::dictionary)) dictionary = inner;
    }
    if (!dictionary->is(Kind::dictionary))
      throw Error(ErrorKind::unsupported, source_, "holds no state dict, but a " + kind_name(*dictionary));
    Tensors tensors;
    for (std::size_t i = 0; i + 1 < dictionary->items.size(); i += 2) {
      const PickleNode& key = *dictionary->items[i];
      if (!key.is(Kind::text)) continue;
      const std::string name(key.text);
      auto tensor = read_tensor(name, dictionary->items[i + 1]);
      if (!tensor) continue;
      if (tensor->element == Element::other) {
        tensors.unread.insert(name);
      } else {
        tensors.floating[name] = std::move(*tensor);
      }
    }
    if (tensors.floating.empty()) throw Error(ErrorKind::unsupported, source_, "holds no floating-point tensors");
    return tensors;
  }

 private:
  static std::string kind_name(const PickleNode& node) {
    return node.is(Kind::object) || node.is(Kind::global) ? "whole Python object; save its state_dict() instead"
                                                          : "plain value";
  }

  // None for what is not a tensor. A tensor of a type that is not read here has `other` and nothing else.
  std::optional<StridedTensor> read_tensor(const std::string& name, const PickleNode* node) const {
    // A parameter is a tensor in one more call.
    constexpr int most_wrappers = 4;
    for (int i = 0; i < most_wrappers && is_call(node, "torch._utils _rebuild_parameter"); ++i) {
      if (node->items[1]->items.empty()) return {};
      node = node->items[1]->items[0];
    }
    const bool tensor =
        is_call(node, "torch._utils _rebuild_tensor_v2") || is_call(node, "torch._utils _rebuild_tensor");
    if (!tensor) return is_other_tensor(node) ? std::optional(StridedTensor{}) : std::nullopt;
    const auto& arguments = node->items[1]->items;  // storage, offset, size, stride, ...
    constexpr std::size_t needed = 4;
    if (arguments.size() < needed) throw impossible(name);
    const auto size = numbers(*arguments[2]);
    const auto stride = numbers(*arguments[3]);
    const PickleNode& storage = *arguments[0];
    const bool sound = storage.is(Kind::persistent) && storage.items[0]->items.size() >= 3 &&
                       arguments[1]->is(Kind::integer) && arguments[1]->integer >= 0 && size && stride &&
                       size->size() == stride->size();
    if (!sound) throw impossible(name);
    StridedTensor result{.offset = arguments[1]->integer, .shape = *size, .strides = *stride};
    find_storage(name, storage.items[0]->items, result);
    if (result.element == Element::other) return result;
    // A dimension of 1 has no next element, so its stride does not matter.
    for (std::size_t i = 0; i < result.shape.size(); ++i) {
      if (result.shape[i] == 1) result.strides[i] = 0;
    }
    check_bounds(name, result);
    return result;
  }

  // A quantised or sparse tensor, or a kind from a later PyTorch: a call with such a name makes all of them.
  static bool is_other_tensor(const PickleNode* node) {
    return node->is(Kind::object) && node->items[0]->is(Kind::global) &&
           node->items[0]->text.starts_with("torch._utils _rebuild_");
  }

  static bool is_call(const PickleNode* node, std::string_view function) {
    return node->is(Kind::object) && node->items[0]->is(Kind::global) && node->items[0]->text == function &&
           node->items[1]->is(Kind::tuple);
  }

  // id: "storage", class, key, location, elements, ...
  void find_storage(const std::string& name, const std::vector<PickleNode*>& id, StridedTensor& tensor) const {
    if (!id[1]->is(Kind::global) || !id[2]->is(Kind::text)) throw impossible(name);
    tensor.element = element_of(id[1]->text);
    if (tensor.element == Element::other) return;
    const auto found = container_.storages.find(id[2]->text);
    if (found != container_.storages.end()) tensor.storage = found->second;
    const std::size_t size = storage_element_size(id[1]->text);
    if (size == 0) throw Error(ErrorKind::damaged, source_, "tensor '" + name + "' has a storage of an unknown type");
    tensor.storage = tensor.storage.first(tensor.storage.size() / size * size);
  }

  void check_bounds(const std::string& name, const StridedTensor& tensor) const {
    const std::size_t size = tensor.element == Element::f64 ? 8 : tensor.element == Element::f32 ? 4 : 2;
    const auto available = static_cast<std::int64_t>(tensor.storage.size() / size);
    std::int64_t last = tensor.offset;
    std::int64_t count = 1;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
      std::int64_t reach = 0;
      const bool sound = tensor.shape[i] >= 1 && !__builtin_mul_overflow(count, tensor.shape[i], &count) &&
                         !__builtin_mul_overflow(tensor.shape[i] - 1, tensor.strides[i], &reach) &&
                         !__builtin_add_overflow(last, reach, &last);
      if (!sound) throw impossible(name);
    }
    // A stride of 0 would turn a small storage into a large tensor; torch does not save such tensors.
    if (last >= available || count > available) {
      throw Error(ErrorKind::damaged, source_,
                  "tensor '" + name + "' of " + to_string(tensor.shape) + " lies outside its storage of " +
                      std::to_string(available) + " numbers; the file may be truncated");
    }
  }

  Error impossible(const std::string& name) const {
    return {ErrorKind::damaged, source_, "tensor '" + name + "' is described in an impossible way"};
  }

  static std::string to_string(const weights::Dimensions& shape) { return weights::to_string(shape); }

  const TorchContainer& container_;
  std::string source_;
};

}  // namespace

OpenCheckpoint open_torch_checkpoint(std::span<const std::byte> file, const std::string& source) {
  const TorchContainer container = read_container(file, source);
  StateDictReader::Tensors read = StateDictReader(container, source).read();
  auto tensors = std::make_shared<const std::map<std::string, StridedTensor>>(std::move(read.floating));
  OpenCheckpoint result;
  result.container = container.legacy ? "legacy" : "zip";
  result.globals = container.machine->globals();
  result.checkpoint.source = source;
  result.checkpoint.unread = std::move(read.unread);
  for (const auto& [name, tensor] : *tensors) result.checkpoint.shapes[name] = tensor.shape;
  result.checkpoint.load = [tensors](const std::string& name, std::int64_t first, std::span<float> to) {
    read_range(tensors->at(name), first, to);
  };
  return result;
}

}  // namespace colourize::converter
