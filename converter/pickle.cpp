#include "converter/pickle.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "converter/pickle_opcodes.h"
#include "system/error.h"

namespace colourize::converter {
namespace {

using namespace opcodes;  // NOLINT(google-build-using-namespace): a table of names

// Far beyond any checkpoint (the published ones have under 20,000 nodes); they bound memory and time for hostile ones.
constexpr std::size_t most_nodes = 4'000'000;
constexpr std::size_t most_items = 16'000'000;
constexpr std::size_t deepest_stack = 1'000'000;
constexpr std::uint64_t newest_protocol = 5;

}  // namespace

const PickleNode* PickleNode::find(std::string_view key) const {
  if (kind != Kind::dictionary) return nullptr;
  // From the back, because a later entry replaces an earlier one with the same key.
  for (std::size_t i = items.size(); i >= 2; i -= 2) {
    if (items[i - 2]->kind == Kind::text && items[i - 2]->text == key) return items[i - 1];
  }
  return nullptr;
}

PickleMachine::PickleMachine(std::span<const std::byte> pickle, std::string source)
    : pickle_(pickle), source_(std::move(source)) {}

const PickleNode& PickleMachine::run() {
  while (step()) {
  }
  return *pop();
}

void PickleMachine::fail(const std::string& what) const {
  throw Error(ErrorKind::damaged, source_,
              "is not a readable checkpoint: its pickle " + what + " at byte " + std::to_string(place_));
}

std::string_view PickleMachine::take(std::uint64_t count) {
  if (count > pickle_.size() - place_) fail("ends too early");
  const auto* begin = reinterpret_cast<const char*>(pickle_.data() + place_);  // NOLINT: its bytes as text
  place_ += count;
  return {begin, count};
}

std::uint64_t PickleMachine::take_number(std::size_t bytes) {
  const std::string_view text = take(bytes);
  std::uint64_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) value = value << 8U | static_cast<unsigned char>(text[i]);
  return value;
}

std::string_view PickleMachine::take_line() {
  const std::size_t begin = place_;
  while (take(1) != "\n") {
  }
  const auto* text = reinterpret_cast<const char*>(pickle_.data() + begin);  // NOLINT: its bytes as text
  return {text, place_ - 1 - begin};
}

PickleNode& PickleMachine::make(Kind kind) {
  if (nodes_.size() >= most_nodes) fail("builds too many objects");
  return nodes_.emplace_back(PickleNode{.kind = kind, .items = {}});
}

void PickleMachine::push(PickleNode* node) {
  if (stack_.size() >= deepest_stack) fail("nests too deeply");
  stack_.push_back(node);
}

void PickleMachine::push_integer(std::int64_t value) {
  PickleNode& node = make(Kind::integer);
  node.integer = value;
  push(&node);
}

void PickleMachine::push_text(Kind kind, std::string_view text) {
  PickleNode& node = make(kind);
  node.text = text;
  push(&node);
}

PickleNode* PickleMachine::pop() {
  const std::size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() <= floor) fail("takes from an empty stack");
  PickleNode* node = stack_.back();
  stack_.pop_back();
  return node;
}

PickleNode& PickleMachine::top() {
  PickleNode* node = pop();
  stack_.push_back(node);
  return *node;
}

std::vector<PickleNode*> PickleMachine::pop_to_mark() {
  if (marks_.empty()) fail("lacks a mark");
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<PickleNode*> items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  marks_.pop_back();
  return items;
}

PickleNode& PickleMachine::pop_container(Kind kind) {
  PickleNode& node = make(kind);
  append(node, pop_to_mark());
  return node;
}

void PickleMachine::append(PickleNode& container, std::vector<PickleNode*> items) {
  items_ += items.size();
  if (items_ > most_items) fail("builds too large lists");
  if (container.items.empty()) {
    container.items = std::move(items);
  } else {
    container.items.insert(container.items.end(), items.begin(), items.end());
  }
}

void PickleMachine::memoize(std::uint64_t index) {
  if (index >= most_nodes) fail("remembers too many objects");
  if (memo_.size() <= index) memo_.resize(index + 1);
  memo_[index] = &top();
}

bool PickleMachine::step() {
  const unsigned opcode = static_cast<unsigned char>(take(1).front());
  switch (opcode) {
    case stop:
      return false;
    case protocol:
      if (take_number(1) > newest_protocol) fail("is of a newer protocol than 5");
      return true;
    case frame:
      take_number(8);
      return true;
    default:
      if (!step_of_value(opcode) && !step_of_container(opcode) && !step_of_memo(opcode) && !step_of_object(opcode)) {
        fail("has the unknown opcode " + std::to_string(opcode));
      }
      return true;
  }
}

bool PickleMachine::step_of_value(unsigned opcode) {
  switch (opcode) {
    case none:
      push(&make(Kind::none));
      return true;
    case new_true:
    case new_false:
      push_integer(opcode == new_true ? 1 : 0);
      top().kind = Kind::boolean;
      return true;
    case bin_int:
      push_integer(static_cast<std::int32_t>(take_number(4)));
      return true;
    case bin_int1:
      push_integer(static_cast<std::int64_t>(take_number(1)));
      return true;
    case bin_int2:
      push_integer(static_cast<std::int64_t>(take_number(2)));
      return true;
    case long1:
      push_long(take(take_number(1)));
      return true;
    case long4:
      push_long(take(take_number(4)));
      return true;
    case bin_float: {
      // The one number in a pickle that is big-endian.
      std::uint64_t bits = 0;
      for (const char c : take(8)) bits = bits << 8U | static_cast<unsigned char>(c);
      PickleNode& node = make(Kind::real);
      node.real = std::bit_cast<double>(bits);
      push(&node);
      return true;
    }
    case bin_string:
    case bin_unicode:
      push_text(Kind::text, take(take_number(4)));
      return true;
    case short_bin_string:
    case short_bin_unicode:
      push_text(Kind::text, take(take_number(1)));
      return true;
    case bin_unicode8:
      push_text(Kind::text, take(take_number(8)));
      return true;
    case bin_bytes:
      push_text(Kind::bytes, take(take_number(4)));
      return true;
    case short_bin_bytes:
      push_text(Kind::bytes, take(take_number(1)));
      return true;
    case bin_bytes8:
    case byte_array8:
      push_text(Kind::bytes, take(take_number(8)));
      return true;
    default:
      return false;
  }
}

void PickleMachine::push_long(std::string_view little_endian) {
  constexpr std::size_t widest = 8;
  PickleNode& node = make(Kind::integer);
  node.text = little_endian;
  if (!little_endian.empty() && little_endian.size() <= widest) {
    const bool negative = (static_cast<unsigned char>(little_endian.back()) & 0x80U) != 0;
    std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
    for (std::size_t i = little_endian.size(); i-- > 0;)
      value = value << 8U | static_cast<unsigned char>(little_endian[i]);
    node.integer = static_cast<std::int64_t>(value);
  }
  push(&node);
}

}  // namespace colourize::converter
