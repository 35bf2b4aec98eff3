#include "tests/support/torch_pickle.h"

#include <set>

#include "converter/folding.h"

namespace colourize::tests {
namespace {

std::string little_endian(std::uint64_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}

// Of a tensor that is packed in C order.
weights::Dimensions strides_of(const weights::Dimensions& shape) {
  weights::Dimensions strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

void pickle_tensor(PickleWriter& pickle, const PickledTensor& tensor, bool legacy) {
  pickle.global("torch._utils _rebuild_tensor_v2");
  pickle.begin_tuple(6);
  const std::size_t id_size = legacy ? 6 : 5;
  pickle.begin_tuple(id_size);
  pickle.text("storage");
  pickle.global(tensor.type == weights::DataType::i64 ? "torch LongStorage" : "torch FloatStorage");
  pickle.text(tensor.storage);
  pickle.text("cpu");
  pickle.integer(static_cast<std::int64_t>(converter::element_count(tensor.shape)));
  if (legacy) pickle.code('N');  // no view of another storage
  pickle.end_tuple(id_size);
  pickle.code('Q');
  pickle.integer(0);  // where in the storage it begins
  pickle.numbers(tensor.shape);
  pickle.numbers(strides_of(tensor.shape));
  pickle.boolean(false);        // needs no gradient
  pickle.ordered_dictionary();  // backward hooks
  pickle.end_tuple(6);
  pickle.code('R');
  pickle.remember();
}

// What torch.nn.Module.state_dict() hangs on its result: {"_metadata": OrderedDict of module -> {"version": 1}}.
void pickle_module_versions(PickleWriter& pickle, const std::vector<PickledTensor>& tensors) {
  std::set<std::string> modules{""};
  for (const PickledTensor& tensor : tensors) {
    for (std::size_t at = tensor.name.find('.'); at != std::string::npos; at = tensor.name.find('.', at + 1)) {
      modules.insert(tensor.name.substr(0, at));
    }
  }
  pickle.empty('}');
  pickle.text("_metadata");
  pickle.ordered_dictionary();
  pickle.code('(');
  for (const std::string& module : modules) {
    pickle.text(module);
    pickle.empty('}');
    pickle.text("version");
    pickle.integer(1);
    pickle.code('s');
  }
  pickle.code('u');
  pickle.code('s');
  pickle.code('b');
}

}  // namespace

void PickleWriter::integer(std::int64_t value) {
  constexpr std::int64_t largest_byte = 0xFF;
  constexpr std::int64_t largest_short = 0xFFFF;
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= 0 && value <= largest_byte) {
    pickle_ += 'K' + little_endian(bits, 1);
  } else if (value >= 0 && value <= largest_short) {
    pickle_ += 'M' + little_endian(bits, 2);
  } else {
    pickle_ += 'J' + little_endian(bits, 4);
  }
}

void PickleWriter::long_integer(const std::string& little_endian) {
  pickle_ += '\x8a';
  pickle_ += static_cast<char>(little_endian.size());
  pickle_ += little_endian;
}

void PickleWriter::text(const std::string& value) {
  if (recall(value)) return;
  pickle_ += 'X' + little_endian(value.size(), 4) + value;
  memo_[value] = remembered_;
  remember();
}

void PickleWriter::global(const std::string& name) {
  const std::size_t space = name.find(' ');
  const std::string lines = name.substr(0, space) + "\n" + name.substr(space + 1) + "\n";
  if (recall(lines)) return;
  pickle_ += 'c' + lines;
  memo_[lines] = remembered_;
  remember();
}

void PickleWriter::empty(char opcode) {
  code(opcode);
  remember();
}

void PickleWriter::ordered_dictionary() {
  global("collections OrderedDict");
  code(')');
  code('R');
  remember();
}

void PickleWriter::begin_tuple(std::size_t count) {
  if (count > 3) code('(');
}

void PickleWriter::end_tuple(std::size_t count) {
  static const std::string opcodes = ")\x85\x86\x87t";
  code(opcodes[std::min<std::size_t>(count, 4)]);
  if (count > 0) remember();
}

void PickleWriter::numbers(const weights::Dimensions& values) {
  begin_tuple(values.size());
  for (const std::int64_t value : values) integer(value);
  end_tuple(values.size());
}

void PickleWriter::remember() {
  constexpr std::uint32_t largest_byte = 0xFF;
  pickle_ += remembered_ <= largest_byte ? 'q' + little_endian(remembered_, 1) : 'r' + little_endian(remembered_, 4);
  ++remembered_;
}

bool PickleWriter::recall(const std::string& value) {
  const auto found = memo_.find(value);
  if (found == memo_.end()) return false;
  constexpr std::uint32_t largest_byte = 0xFF;
  const std::uint32_t index = found->second;
  pickle_ += index <= largest_byte ? 'h' + little_endian(index, 1) : 'j' + little_endian(index, 4);
  return true;
}

std::string pickle_state_dict(const std::vector<PickledTensor>& tensors, bool wrapped, bool legacy) {
  PickleWriter pickle;
  if (wrapped) {
    pickle.empty('}');
    pickle.code('(');
    pickle.text("model");
  }
  pickle.ordered_dictionary();
  pickle.code('(');
  for (const PickledTensor& tensor : tensors) {
    pickle.text(tensor.name);
    pickle_tensor(pickle, tensor, legacy);
  }
  pickle.code('u');
  pickle_module_versions(pickle, tensors);
  if (wrapped) {
    pickle.text("opt");
    pickle.empty('}');
    pickle.code('u');
  }
  return pickle.finish();
}

std::string pickle_legacy_beginning() {
  PickleWriter magic;
  magic.long_integer("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19");
  constexpr std::int64_t protocol_version = 1001;
  PickleWriter protocol;
  protocol.integer(protocol_version);
  PickleWriter system;
  system.empty('}');
  system.code('(');
  system.text("protocol_version");
  system.integer(protocol_version);
  system.text("little_endian");
  system.boolean(true);
  system.text("type_sizes");
  system.empty('}');
  system.code('(');
  for (const auto& [type, size] : {std::pair("short", 2), {"int", 4}, {"long", 4}}) {
    system.text(type);
    system.integer(size);
  }
  system.code('u');
  system.code('u');
  return magic.finish() + protocol.finish() + system.finish();
}

std::string pickle_list(const std::vector<std::string>& texts) {
  PickleWriter pickle;
  pickle.empty(']');
  pickle.code('(');
  for (const std::string& text : texts) pickle.text(text);
  pickle.code('e');
  return pickle.finish();
}

}  // namespace colourize::tests
