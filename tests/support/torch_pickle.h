// The pickles of a torch.save file: opcodes of protocol 2 in the order in which Python's pickler gives them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "weights/safetensors.h"

namespace colourize::tests {

// A tensor of a state dict, and the key of the storage that it fills.
struct PickledTensor {
  std::string name;
  weights::DataType type = weights::DataType::f32;
  weights::Dimensions shape;
  std::string storage;
};

// One pickle. Everything that Python would remember is remembered, though little of it is recalled.
class PickleWriter {
 public:
  PickleWriter() : pickle_("\x80\x02") {}

  void code(char opcode) { pickle_ += opcode; }
  void integer(std::int64_t value);
  // An integer of any size, as its little-endian bytes.
  void long_integer(const std::string& little_endian);
  void boolean(bool value) { code(value ? '\x88' : '\x89'); }
  void text(const std::string& value);
  void global(const std::string& name);  // "module name"
  void empty(char opcode);               // '}' or ']'
  void ordered_dictionary();             // an empty collections.OrderedDict
  // A tuple of `count` values, which come between the two calls.
  void begin_tuple(std::size_t count);
  void end_tuple(std::size_t count);
  void numbers(const weights::Dimensions& values);  // a tuple
  void remember();
  std::string finish() const { return pickle_ + "."; }

 private:
  bool recall(const std::string& value);

  std::string pickle_;
  std::map<std::string, std::uint32_t> memo_;  // of texts and globals
  std::uint32_t remembered_ = 0;
};

// The state dict of a torch.nn.Module, with the versions of its modules. `wrapped`: as {"model": state dict, "opt":
// ...}, what fastai saves. `legacy`: storages are named as in files before torch 1.6.
std::string pickle_state_dict(const std::vector<PickledTensor>& tensors, bool wrapped, bool legacy);

// What precedes the object in a legacy file: magic number, protocol, the sizes of C's types.
std::string pickle_legacy_beginning();
std::string pickle_list(const std::vector<std::string>& texts);

}  // namespace colourize::tests
