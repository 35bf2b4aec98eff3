#include "download/http_download.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>

#include "system/error.h"

namespace colourize::download {
namespace {

constexpr long receive_buffer_bytes = 1L << 18U;
constexpr auto again = "run the same command again to resume";

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// What a failed status means to a person.
std::string status_text(long status) {
  const std::string number = fmt::format(" (HTTP status {})", status);
  switch (status) {
    case 401:
    case 403:
      return "refuses to give it" + number;
    case 404:
    case 410:
      return "has no such file" + number;
    case 429:
      return "has had too many downloads" + number;
    default:
      return (status >= 500 ? "has a problem of its own" : "does not give the file") + number;
  }
}

// "Content-Range: bytes FIRST-LAST/TOTAL", where TOTAL may be *.
struct ContentRange {
  std::uintmax_t first = 0;
  std::optional<std::uintmax_t> total;
};

std::optional<ContentRange> parse_content_range(std::string_view value) {
  constexpr std::string_view unit = "bytes ";
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  if (!lower_case(value).starts_with(unit)) return {};
  const char* end = value.data() + value.size();
  ContentRange range;
  const auto first = std::from_chars(value.data() + unit.size(), end, range.first);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return {};
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos) return {};
  std::uintmax_t total = 0;
  if (std::from_chars(value.data() + slash + 1, end, total).ec == std::errc()) range.total = total;
  return range;
}

// One request and its answer. Callbacks of libcurl must not throw through C, so this keeps their exceptions.
class Request {
 public:
  Request(const std::string& url, std::uintmax_t bytes, PartialFile& partial, const TransferOptions& options,
          const Warn& warn, bool resume)
      : name_(shown(url)),
        bytes_(bytes),
        partial_(partial),
        options_(options),
        warn_(warn),
        resumed_(resume),
        curl_(curl_easy_init(), curl_easy_cleanup) {
    if (!curl_) throw Error(ErrorKind::failed, name_, "libcurl cannot be set up");
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_USERAGENT, options.user_agent.c_str());
    set(CURLOPT_ERRORBUFFER, message_.data());
    set(CURLOPT_BUFFERSIZE, receive_buffer_bytes);
    set(CURLOPT_COOKIEFILE, "");  // keeps cookies during this request, because some redirects need them
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, options.redirects);
    // Of redirects too.
#if LIBCURL_VERSION_NUM >= 0x075500
    set(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_time.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, options.stall_bytes_per_second);
    // CURLOPT_NOSIGNAL stays off. With it, a TLS connection that breaks would end the program by SIGPIPE.
    set(CURLOPT_HEADERFUNCTION, &Request::header_callback);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Request::body_callback);
    set(CURLOPT_WRITEDATA, this);
    // Not CURLOPT_RESUME_FROM, which fails where a server sends the whole file instead of the rest.
    if (resume) set(CURLOPT_RANGE, fmt::format("{}-", partial.size()).c_str());
  }

  // Returns whether the server accepted the range; if not, nothing was done. Throws Error on any other problem.
  bool run() {
    const CURLcode code = curl_easy_perform(curl_.get());
    if (problem_) std::rethrow_exception(problem_);
    if (range_refused_) return false;
    if (code != CURLE_OK) fail(code);
    begin();
    if (range_refused_) return false;
    decide();
    if (partial_.size() < bytes_) {
      throw Error(ErrorKind::unreachable, name_, fmt::format("ended after {} of {} bytes", partial_.size(), bytes_),
                  again);
    }
    return true;
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(curl_.get(), option, value);
    if (code != CURLE_OK)
      throw Error(ErrorKind::failed, name_, std::string("libcurl refuses a setting: ") + curl_easy_strerror(code));
  }

  static std::size_t header_callback(const char* data, std::size_t size, std::size_t count, void* self) noexcept {
    static_cast<Request*>(self)->take_header({data, size * count});
    return size * count;
  }

  static std::size_t body_callback(const char* data, std::size_t size, std::size_t count, void* self) noexcept {
    auto* request = static_cast<Request*>(self);
    try {
      request->take_body({data, size * count});
    } catch (...) {
      request->problem_ = std::current_exception();
    }
    // Returning any other number than that of the bytes ends the transfer.
    return request->problem_ || request->range_refused_ ? 0 : size * count;
  }

  void take_header(std::string_view line) {
    constexpr std::string_view key = "content-range:";
    // A status line begins another answer: from a proxy, or from the address of a redirect.
    if (line.starts_with("HTTP/")) range_.reset();
    if (lower_case(line.substr(0, key.size())) == key) range_ = parse_content_range(line.substr(key.size()));
  }

  void take_body(std::string_view data) {
    begin();
    if (range_refused_) return;
    if (decided_) return write(data);
    head_ += data;
    if (head_.size() >= head_bytes) decide();
  }

  // Checks the answer's headers, once.
  void begin() {
    if (begun_) return;
    begun_ = true;
    long status = 0;
    char* type = nullptr;
    curl_off_t length = -1;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    constexpr long ok = 200;
    constexpr long partial_content = 206;
    constexpr long range_not_satisfiable = 416;
    range_refused_ = resumed_ && status == range_not_satisfiable;
    if (range_refused_) return;
    if (status != ok && status != partial_content) {
      throw Error(ErrorKind::unreachable, name_, status_text(status), "the address may have moved");
    }
    if (type != nullptr && lower_case(type).starts_with("text/html"))
      throw Error(ErrorKind::damaged, name_, "gives " + impostor("<html"));
    whole_ = status == ok;
    if (length >= 0) length_ = static_cast<std::uintmax_t>(length);
    if (whole_) return;
    const bool fits =
        resumed_ && range_ && range_->first == partial_.size() && range_->total.value_or(bytes_) == bytes_;
    if (!fits) {
      throw Error(ErrorKind::damaged, name_,
                  fmt::format("was asked for the file from byte {} on, but sent another part, or a part of a "
                              "file of another size than {} bytes",
                              partial_.size(), bytes_));
    }
  }

  // Checks the first bytes before any is written, once.
  void decide() {
    if (decided_) return;
    decided_ = true;
    if (whole_) {
      // By its bytes first: "a Git LFS pointer" says more than "134 bytes".
      if (const std::string what = impostor(head_); !what.empty())
        throw Error(ErrorKind::damaged, name_, "gives " + what);
      if (length_ && *length_ != bytes_) {
        throw Error(ErrorKind::damaged, name_,
                    fmt::format("has {} bytes where the published file has {}: it is another one", *length_, bytes_));
      }
      if (partial_.size() > 0) {
        warn_(fmt::format("{}: sends the file from its beginning; the {:.1f} MB from before are dropped", name_,
                          static_cast<double>(partial_.size()) / megabyte));
        partial_.clear();
      }
    }
    write(head_);
  }

  void write(std::string_view data) {
    if (data.size() > bytes_ - partial_.size()) {
      partial_.clear();
      throw Error(ErrorKind::damaged, name_,
                  fmt::format("sends more than the {} bytes of the published file: it is another one", bytes_));
    }
    partial_.append(std::as_bytes(std::span(data)));
    if (options_.progress) options_.progress(partial_.size(), bytes_);
  }

  [[noreturn]] void fail(CURLcode code) const {
    const std::string said = message_.front() != '\0' ? message_.data() : curl_easy_strerror(code);
    const std::string so_far = fmt::format("after {} of {} bytes", partial_.size(), bytes_);
    curl_off_t sent_after = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_PRETRANSFER_TIME_T, &sent_after);
    switch (code) {
      case CURLE_OPERATION_TIMEDOUT:
        if (sent_after == 0) {
          throw Error(ErrorKind::unreachable, name_,
                      fmt::format("cannot be reached within {} s: {}", options_.connect_timeout.count(), said),
                      "check the network, and https_proxy where there is a proxy");
        }
        throw Error(ErrorKind::unreachable, name_,
                    fmt::format("stalled {}: less than {} bytes a second for {} s", so_far,
                                options_.stall_bytes_per_second, options_.stall_time.count()),
                    again);
      case CURLE_COULDNT_RESOLVE_PROXY:
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_COULDNT_CONNECT:
        throw Error(ErrorKind::unreachable, name_, "cannot be reached: " + said,
                    "check the network, and https_proxy where there is a proxy");
      case CURLE_TOO_MANY_REDIRECTS:
        throw Error(ErrorKind::unreachable, name_, fmt::format("redirects more than {} times", options_.redirects));
      case CURLE_UNSUPPORTED_PROTOCOL:
        throw Error(ErrorKind::unreachable, name_, "is or leads to an address that is neither http nor https: " + said);
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_CACERT_BADFILE:
        throw Error(ErrorKind::unreachable, name_, "cannot prove its identity: " + said,
                    "check the date and whether the package ca-certificates is installed");
      default:
        throw Error(ErrorKind::unreachable, name_, "was cut off " + so_far + ": " + said, again);
    }
  }

  std::string name_;
  std::uintmax_t bytes_;
  PartialFile& partial_;
  const TransferOptions& options_;
  const Warn& warn_;
  bool resumed_;
  bool begun_ = false;
  bool decided_ = false;
  bool whole_ = false;          // the answer begins with the file's first byte
  bool range_refused_ = false;  // 416
  std::optional<ContentRange> range_;
  std::optional<std::uintmax_t> length_;  // of the answer's body, as its headers say
  std::string head_;
  std::exception_ptr problem_;
  std::array<char, CURL_ERROR_SIZE> message_{};
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
};

}  // namespace

void transfer(const std::string& url, std::uintmax_t bytes, PartialFile& partial, const TransferOptions& options,
              const Warn& warn) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK)
    throw Error(ErrorKind::failed, "libcurl", std::string("cannot be set up: ") + curl_easy_strerror(ready));
  if (partial.size() > bytes) partial.clear();
  if (partial.size() == bytes) return;
  const bool resume = partial.size() > 0;
  if (Request(url, bytes, partial, options, warn, resume).run()) return;
  warn(fmt::format("{}: has nothing after the {} bytes that are here (HTTP status 416); asking for the whole file",
                   shown(url), partial.size()));
  Request(url, bytes, partial, options, warn, false).run();
}

std::string impostor(std::string_view head) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (head.starts_with(byte_order_mark)) head.remove_prefix(byte_order_mark.size());
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n\f\v"), head.size()));
  const std::string begin = lower_case(head.substr(0, head_bytes));
  if (begin.starts_with("<!doctype html") || begin.starts_with("<html")) {
    return "a web page instead of the file: it may have moved, or ask for a login";
  }
  if (begin.starts_with("version https://git-lfs")) {
    return "a Git LFS pointer, a text of three lines, instead of the file itself";
  }
  return {};
}

std::string shown(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const std::size_t begin = scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const std::size_t at = url.rfind('@', end);
  return at == std::string::npos || at < begin || at >= end ? url : url.substr(0, begin) + url.substr(at + 1);
}

}  // namespace colourize::download
