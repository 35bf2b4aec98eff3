// How a backend computes an operation. The operation's file in the backend's folder defines this; the backend's virtual
// functions call it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace colourize::kernels {

// Args: the operation's arguments, from its contract. Context: what else the backend's kernels need: threads, or a
// stream.
template <class Args, class Context>
struct Implementation {
  void (*compute)(const Args& args, const Context& context) = nullptr;
  // Bytes of scratch memory for these shapes; null: none for any shapes.
  std::size_t (*workspace)(const Args& args, const Context& context) = nullptr;
  // Why it cannot compute this, as in Backend::why_unsupported(). Null: it computes everything that the contract
  // allows.
  std::optional<std::string> (*limits)(const Args& args, const Context& context) = nullptr;

  void operator()(const Args& args, const Context& context) const { compute(args, context); }
  std::size_t workspace_bytes(const Args& args, const Context& context) const {
    return workspace == nullptr ? 0 : workspace(args, context);
  }
  std::optional<std::string> why_unsupported(const Args& args, const Context& context) const {
    return limits == nullptr ? std::nullopt : limits(args, context);
  }
};

}  // namespace colourize::kernels
