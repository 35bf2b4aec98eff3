// How a backend computes an operation: what the operation's file in the backend's folder defines, and what the
// backend's virtual functions call.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace colourize::kernels {

// Args: the operation's, of its contract. Context: what the backend's kernels need besides: threads, or a stream.
template <class Args, class Context>
struct Implementation {
  void (*compute)(const Args& args, const Context& context) = nullptr;
  // Bytes of scratch for these shapes; null: none for any.
  std::size_t (*workspace)(const Args& args, const Context& context) = nullptr;
  // Why it cannot compute this, as Backend::why_unsupported() says it; null: it computes all that the contract allows.
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
