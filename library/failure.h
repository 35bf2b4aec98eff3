// Exceptions become statuses at the library's door: none passes a function of C.
#pragma once

#include <functional>

#include "colourize/colourize.h"
#include "system/error.h"

namespace colourize::library {

// Calls `call`. What it throws becomes the thread's last error, whose status is given back.
colourize_status guarded(const std::function<void()>& call) noexcept;

// Throws Error of the kind `invalid` about an argument of the caller's.
[[noreturn]] void refuse(const char* argument, const char* happened, const char* remedy);
// The same where `pointer` is null.
void require(const void* pointer, const char* argument);

}  // namespace colourize::library
