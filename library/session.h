// What the opaque types of the public header are.
#pragma once

#include <memory>
#include <string>

#include "colourize/colourize.h"
#include "engine/generators/generator.h"
#include "engine/session/session.h"
#include "system/warnings.h"

struct colourize_model {
  std::shared_ptr<const colourize::Generator> generator;
};

struct colourize_session {
  std::shared_ptr<const colourize::Generator> generator;
  colourize::Warn warn;
  std::unique_ptr<colourize::session::Session> session;
};

namespace colourize::library {

// The generator of a model; null: the built-in one.
std::shared_ptr<const Generator> generator_of(const colourize_model* model);

// What the caller's options mean to a session, and where its warnings go: one at a time.
struct SessionWish {
  session::SessionOptions options;
  Warn warn;
};
// Throws Error of the kind `invalid`.
SessionWish session_wish(const colourize_session_options* given);

// A callback as the engine calls it: where the caller wants to stop, it throws Error of the kind `interrupted`.
session::Session::Progress stoppable(colourize_progress progress, void* user, const std::string& subject);

}  // namespace colourize::library
