// One address of a file, over HTTP: what is missing of it comes to the end of what is there.
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
  // A transfer that brings less than so many bytes a second for so long, 1 s or more, is given up as stalled.
  std::chrono::seconds stall_time{60};
  long stall_bytes_per_second = 1024;
  long redirects = 10;
  // Called as bytes come, with those that are there of all. May throw: that ends the transfer.
  std::function<void(std::uintmax_t done, std::uintmax_t all)> progress;
};

// Asks for the bytes of `url` from partial.size() on and appends them until there are `bytes`, never more. A server
// that sends the file from its beginning is taken at its word: then the partial file begins again, which is warned of.
// Follows redirects to http and https only, and uses the proxies that http_proxy, https_proxy, all_proxy and no_proxy
// name.
//
// Returns when all bytes are there; whether they are the right ones is not its business. Throws Error, whose subject is
// the address without a password, when the server cannot be reached, answers anything else than the file (its status, a
// web page, a Git LFS pointer, another size), stalls or ends early. What came before stays in the partial file, but for
// what cannot be a part of the file: none of that is written.
void transfer(const std::string& url, std::uintmax_t bytes, PartialFile& partial, const TransferOptions& options,
              const Warn& warn);

inline constexpr double megabyte = 1e6;
// Enough of a file's bytes to tell what it is.
inline constexpr std::size_t head_bytes = 512;

// What begins so, where it is surely no checkpoint: "a web page in place of ...", "a Git LFS pointer ..."; otherwise
// empty. The first `head_bytes` are enough.
std::string impostor(std::string_view head);

// An address as it may be shown: without user name and password.
std::string shown(const std::string& url);

}  // namespace colourize::download
