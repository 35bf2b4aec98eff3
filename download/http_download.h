// Downloads the missing part of a file from one address over HTTP.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "download/partial_file.h"
#include "system/warnings.h"

namespace colourize::download {

struct TransferOptions {
  std::string user_agent;
  std::chrono::seconds connect_timeout{30};
  // A transfer that stays below this speed for this long, at least 1 s, counts as stalled and ends.
  std::chrono::seconds stall_time{60};
  long stall_bytes_per_second = 1024;
  long redirects = 10;
  // Called as bytes arrive, with the bytes that are there and the bytes of the whole file. It may throw, which ends the
  // transfer.
  std::function<void(std::uintmax_t done, std::uintmax_t all)> progress;
};

// Asks for the bytes of `url` from partial.size() on, and appends them until there are `bytes`, never more. Where a
// server sends the file from its beginning, the partial file starts again, with a warning. This follows redirects to
// http and https only, and uses the proxies in http_proxy, https_proxy, all_proxy and no_proxy.
//
// Returns when all bytes are there; it does not check whether they are the right ones. Throws Error, with the address
// without a password as its subject, where the server cannot be reached, stalls, ends early, or answers anything but
// the file (an error status, a web page, a Git LFS pointer, another size). What arrived before stays in the partial
// file. It writes nothing that cannot be a part of the file.
void transfer(const std::string& url, std::uintmax_t bytes, PartialFile& partial, const TransferOptions& options,
              const Warn& warn);

inline constexpr double megabyte = 1e6;
// Enough of a file's bytes to recognise it.
inline constexpr std::size_t head_bytes = 512;

// What a file is that begins with these bytes and certainly is no checkpoint: "a web page in place of ...", "a Git LFS
// pointer ..."; otherwise empty. The first `head_bytes` bytes are enough.
std::string impostor(std::string_view head);

// An address for messages: without user name and password.
std::string shown(const std::string& url);

}  // namespace colourize::download
