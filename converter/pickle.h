// A pickle machine that only builds data. Python's pickles are programs for a stack machine that may call any function.
// This machine calls nothing: instead of a call it builds an inert object that remembers the name and the arguments. It
// knows protocols 2 to 5 (Python's pickletools.py describes every opcode).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace colourize::converter {

struct PickleNode {
  enum class Kind : std::uint8_t {
    none,
    boolean,     // integer: 0 or 1
    integer,     // integer; `text` holds its little-endian bytes where it needs more than eight
    real,        // real
    text,        // text
    bytes,       // text
    list,        // items
    tuple,       // items
    dictionary,  // items: key, value, key, value, ...
    global,      // text: "module name", as a pickle names an import
    object,      // items: what the pickle would call, its arguments
    persistent,  // items: the id, as torch uses it for storages
  };

  Kind kind = Kind::none;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text;  // in the pickle's bytes or in the machine
  std::vector<PickleNode*> items;

  bool is(Kind other) const { return kind == other; }
  // The value for a text key of a dictionary; null where there is none or this is not a dictionary.
  const PickleNode* find(std::string_view key) const;
};

// Runs one pickle. Owns what it builds.
class PickleMachine {
 public:
  // Borrows `pickle`, which may have more bytes after the pickle's end. `source` is for messages.
  PickleMachine(std::span<const std::byte> pickle, std::string source);

  // Runs to the end. Throws Error where the pickle is damaged, has an unknown opcode, or is larger than any
  // checkpoint's.
  const PickleNode& run();
  // The pickle's size in bytes, after run().
  std::size_t size() const { return place_; }
  // What the pickle would have imported, for people who want to know.
  const std::vector<std::string>& globals() const { return globals_; }

 private:
  using Kind = PickleNode::Kind;

  [[noreturn]] void fail(const std::string& what) const;

  // Reading the pickle.
  std::string_view take(std::uint64_t count);
  std::uint64_t take_number(std::size_t bytes);
  std::string_view take_line();

  // Working on the stack.
  PickleNode& make(Kind kind);
  void push(PickleNode* node);
  void push_integer(std::int64_t value);
  void push_text(Kind kind, std::string_view text);
  PickleNode* pop();
  PickleNode& top();
  std::vector<PickleNode*> pop_to_mark();
  PickleNode& pop_container(Kind kind);

  // Running opcodes. step() returns false at the pickle's end.
  bool step();
  bool step_of_value(unsigned opcode);
  bool step_of_container(unsigned opcode);
  bool step_of_memo(unsigned opcode);
  bool step_of_object(unsigned opcode);
  void push_long(std::string_view little_endian);
  void push_tuple(std::size_t count);
  void push_global(std::string_view module, std::string_view name);
  void push_object(PickleNode* callable, PickleNode* arguments);
  void append(PickleNode& container, std::vector<PickleNode*> items);
  void memoize(std::uint64_t index);

  std::span<const std::byte> pickle_;
  std::string source_;
  std::size_t place_ = 0;
  std::deque<PickleNode> nodes_;
  std::deque<std::string> texts_;
  std::vector<PickleNode*> stack_;
  std::vector<std::size_t> marks_;
  std::vector<PickleNode*> memo_;
  std::vector<std::string> globals_;
  std::size_t items_ = 0;
};

}  // namespace colourize::converter
