// Turns exceptions into statuses, because none may leave a C function.
#pragma once

#include <functional>

#include "colourize/colourize.h"
#include "system/error.h"

namespace colourize::library {

// Calls `call`. Stores its exception as the thread's last error and returns that error's status.
colourize_status guarded(const std::function<void()>& call) noexcept;

// Throws Error of the kind `invalid` about one of the caller's arguments.
[[noreturn]] void refuse(const char* argument, const char* happened, const char* remedy);
// The same, only where `pointer` is null.
void require(const void* pointer, const char* argument);

}  // namespace colourize::library
