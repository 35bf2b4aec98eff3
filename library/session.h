// The contents of the public header's opaque types.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "colourize/colourize.h"
#include "engine/generators/ensemble.h"
#include "engine/session/session.h"
#include "system/warnings.h"

struct colourize_model {
  colourize::Ensemble ensemble;
  std::string name;  // of the ensemble
};

struct colourize_session {
  colourize::Warn warn;
  std::unique_ptr<colourize::session::Session> session;
  // What photos state of it.
  colourize::Ensemble ensemble;
  std::optional<int> render_factor;  // none: each generator's default
  std::string precision;             // empty: the device's own
};

namespace colourize::library {

// The model's generators; null: the built-in one.
Ensemble ensemble_of(const colourize_model* model);

// What the caller's options mean for a session, and where its warnings go, one at a time.
struct SessionWish {
  session::SessionOptions options;
  Warn warn;
};
// Throws Error of the kind `invalid` where an option is out of range.
SessionWish session_wish(const colourize_session_options* given);

// Wraps the caller's callback for the engine. Where the callback asks to stop, it throws Error of the kind
// `interrupted`.
session::Session::Progress stoppable(colourize_progress progress, void* user, const std::string& subject);

}  // namespace colourize::library
