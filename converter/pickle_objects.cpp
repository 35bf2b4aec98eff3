// The opcodes that build containers, remember, and name what a pickle would call.
#include <algorithm>
#include <utility>

#include "converter/pickle.h"
#include "converter/pickle_opcodes.h"

namespace colourize::converter {

using namespace opcodes;  // NOLINT(google-build-using-namespace): a table of names

namespace {

constexpr std::size_t most_marks = 1'000'000;

}  // namespace

bool PickleMachine::step_of_container(unsigned opcode) {
  switch (opcode) {
    case mark:
      if (marks_.size() >= most_marks) fail("nests too deeply");
      marks_.push_back(stack_.size());
      return true;
    case pop_top:
      // A mark on top is what is popped then.
      if (!marks_.empty() && stack_.size() == marks_.back()) {
        marks_.pop_back();
      } else {
        pop();
      }
      return true;
    case pop_mark:
      pop_to_mark();
      return true;
    case duplicate:
      push(&top());
      return true;
    case empty_list:
    case empty_set:
      push(&make(Kind::list));
      return true;
    case empty_tuple:
      push(&make(Kind::tuple));
      return true;
    case empty_dictionary:
      push(&make(Kind::dictionary));
      return true;
    case make_list:
    case frozen_set:
      push(&pop_container(Kind::list));
      return true;
    case make_tuple:
      push(&pop_container(Kind::tuple));
      return true;
    case make_dictionary:
      push(&pop_container(Kind::dictionary));
      if (top().items.size() % 2 != 0) fail("has a key without a value");
      return true;
    case tuple1:
    case tuple2:
    case tuple3:
      push_tuple(opcode - tuple1 + 1);
      return true;
    case append_one: {
      PickleNode* item = pop();
      if (top().is(Kind::list)) append(top(), {item});
      return true;
    }
    case append_many:
    case add_items: {
      auto items = pop_to_mark();
      if (top().is(Kind::list)) append(top(), std::move(items));
      return true;
    }
    case set_item: {
      PickleNode* value = pop();
      PickleNode* key = pop();
      if (top().is(Kind::dictionary)) append(top(), {key, value});
      return true;
    }
    case set_items: {
      auto items = pop_to_mark();
      if (items.size() % 2 != 0) fail("has a key without a value");
      // Attributes of an object that is never built are of no use.
      if (top().is(Kind::dictionary)) append(top(), std::move(items));
      return true;
    }
    default:
      return false;
  }
}

void PickleMachine::push_tuple(std::size_t count) {
  std::vector<PickleNode*> items(count);
  for (std::size_t i = count; i-- > 0;) items[i] = pop();
  PickleNode& node = make(Kind::tuple);
  append(node, std::move(items));
  push(&node);
}

bool PickleMachine::step_of_memo(unsigned opcode) {
  const auto get = [this](std::uint64_t index) {
    if (index >= memo_.size() || memo_[index] == nullptr) fail("recalls what it never remembered");
    push(memo_[index]);
  };
  switch (opcode) {
    case bin_put:
      memoize(take_number(1));
      return true;
    case long_bin_put:
      memoize(take_number(4));
      return true;
    case memoize_top:
      memoize(memo_.size());
      return true;
    case bin_get:
      get(take_number(1));
      return true;
    case long_bin_get:
      get(take_number(4));
      return true;
    default:
      return false;
  }
}

bool PickleMachine::step_of_object(unsigned opcode) {
  switch (opcode) {
    case global: {
      const std::string_view module = take_line();
      push_global(module, take_line());
      return true;
    }
    case stack_global: {
      const PickleNode* name = pop();
      const PickleNode* module = pop();
      if (!name->is(Kind::text) || !module->is(Kind::text)) fail("imports what has no name");
      push_global(module->text, name->text);
      return true;
    }
    case extension1:
    case extension2:
    case extension4:
      take_number(std::size_t{1} << (opcode - extension1));
      push_global("copyreg", "extension");
      return true;
    case reduce:
    case new_object: {
      PickleNode* arguments = pop();
      PickleNode* callable = pop();
      push_object(callable, arguments);
      return true;
    }
    case new_object_ex: {
      pop();  // keyword arguments
      PickleNode* arguments = pop();
      PickleNode* callable = pop();
      push_object(callable, arguments);
      return true;
    }
    case object:
    case instance: {
      if (opcode == instance) {
        const std::string_view module = take_line();
        const std::string_view name = take_line();
        PickleNode& arguments = pop_container(Kind::tuple);
        push_global(module, name);
        push_object(pop(), &arguments);
        return true;
      }
      PickleNode& arguments = pop_container(Kind::tuple);
      if (arguments.items.empty()) fail("builds an object of nothing");
      push_object(arguments.items.front(), &arguments);
      return true;
    }
    case build:
      pop();  // the state of an object that is never built
      top();
      return true;
    case persistent_id: {
      PickleNode& node = make(Kind::persistent);
      append(node, {pop()});
      push(&node);
      return true;
    }
    default:
      return false;
  }
}

void PickleMachine::push_global(std::string_view module, std::string_view name) {
  constexpr std::size_t longest_name = 1000;
  if (module.size() + name.size() > longest_name) fail("names what is too long");
  std::string text = std::string(module) + " " + std::string(name);
  constexpr std::size_t most_listed = 1000;
  if (globals_.size() < most_listed && std::ranges::find(globals_, text) == globals_.end()) globals_.push_back(text);
  push_text(Kind::global, texts_.emplace_back(std::move(text)));
}

void PickleMachine::push_object(PickleNode* callable, PickleNode* arguments) {
  // The only class that is data: it keeps what the pickle sets on it later.
  if (callable->is(Kind::global) && callable->text == "collections OrderedDict") {
    PickleNode& dictionary = make(Kind::dictionary);
    // Old pickles contain the pairs as a list.
    const bool pairs = arguments->is(Kind::tuple) && !arguments->items.empty() && arguments->items[0]->is(Kind::list);
    if (pairs) {
      for (PickleNode* pair : arguments->items[0]->items) {
        if (pair->items.size() == 2) append(dictionary, pair->items);
      }
    }
    push(&dictionary);
    return;
  }
  PickleNode& node = make(Kind::object);
  append(node, {callable, arguments});
  push(&node);
}

}  // namespace colourize::converter
