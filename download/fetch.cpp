#include "download/fetch.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>

#include "system/error.h"
#include "system/mapped_file.h"
#include "system/sha256.h"

namespace colourize::download {
namespace {

namespace fs = std::filesystem;

// file:///a%20b -> /a b
std::string percent_decoded(std::string_view text) {
  constexpr int hexadecimal = 16;
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char value = 0;
    const char* digits = text.data() + i + 1;
    const bool escaped = text[i] == '%' && text.size() - i > 2 &&
                         std::from_chars(digits, digits + 2, value, hexadecimal).ptr == digits + 2;
    result += escaped ? static_cast<char>(value) : text[i];
    if (escaped) i += 2;
  }
  return result;
}

// The path that a source names; none for an address. Throws Error for an address that is not http, https or file.
std::optional<fs::path> local_path(const std::string& source) {
  const std::size_t colon = source.find("://");
  if (colon == std::string::npos) return source;
  std::string scheme = source.substr(0, colon);
  std::ranges::transform(scheme, scheme.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (scheme == "http" || scheme == "https") return {};
  if (scheme != "file")
    throw Error(ErrorKind::invalid, shown(source), "is neither an http, https or file address nor a path");
  std::string_view path = std::string_view(source).substr(colon + 3);
  constexpr std::string_view here = "localhost/";
  if (path.starts_with(here)) path.remove_prefix(here.size() - 1);
  if (!path.starts_with('/'))
    throw Error(ErrorKind::invalid, source, "names a file of another machine", "file:///PATH names one of this");
  return percent_decoded(path);
}

std::uintmax_t free_bytes(const fs::path& folder) {
  std::error_code problem;
  const fs::space_info space = fs::space(folder, problem);
  // Some network file systems do not report free space; writing then shows it.
  const bool known = !problem && space.capacity > 0;
  return known ? space.available : std::numeric_limits<std::uintmax_t>::max();
}

void check_room(const fs::path& folder, std::uintmax_t download_bytes, const FetchOptions& options) {
  const std::uintmax_t free = options.free_bytes ? options.free_bytes(folder) : free_bytes(folder);
  if (free >= download_bytes + options.further_bytes) return;
  throw Error(ErrorKind::no_disk, folder.string(),
              fmt::format("has {:.1f} MB free where {:.1f} MB are needed: {:.1f} to download, {:.1f} for the result",
                          static_cast<double>(free) / megabyte,
                          static_cast<double>(download_bytes + options.further_bytes) / megabyte,
                          static_cast<double>(download_bytes) / megabyte,
                          static_cast<double>(options.further_bytes) / megabyte),
              "free disk space or choose another folder for models; the next try resumes this download");
}

// Compares a checksum with the published one. Throws Error that says what the file at `name` is.
bool checksum_matches(const Description& wanted, const std::string& checksum, const std::string& name,
                      const std::string& remedy, const Warn& warn) {
  if (checksum == wanted.sha256) return true;
  if (wanted.checksum_is_certain) {
    throw Error(ErrorKind::damaged, name,
                fmt::format("has the size of {} but the SHA-256 {} where the published file has {}: it is damaged "
                            "or another file",
                            wanted.file, checksum, wanted.sha256),
                remedy);
  }
  warn(fmt::format(
      "{}: has the size of {} but the SHA-256 {} instead of {}; it is accepted, because that checksum does not come "
      "from its authors: other programs quote it",
      name, wanted.file, checksum, wanted.sha256));
  return false;
}

// True where another address may have what this one did not give. What a disk refuses once, it refuses again.
bool may_differ_elsewhere(ErrorKind kind, bool is_file) {
  const bool of_the_source = kind == ErrorKind::not_found || kind == ErrorKind::refused || kind == ErrorKind::invalid;
  return kind == ErrorKind::unreachable || kind == ErrorKind::damaged || kind == ErrorKind::unsupported ||
         (is_file && of_the_source);
}

// Uses a file that is there already in place.
Fetched take_local(const Description& wanted, const fs::path& path, const Warn& warn) {
  constexpr auto remedy = "`colourize convert` takes any other DeOldify checkpoint";
  const std::string name = path.string();
  const MappedFile file(path);
  const std::span<const std::byte> bytes = file.bytes();
  const auto head = bytes.first(std::min(bytes.size(), head_bytes));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): to compare with texts
  const std::string what = impostor({reinterpret_cast<const char*>(head.data()), head.size()});
  if (!what.empty()) throw Error(ErrorKind::damaged, name, "is " + what);
  if (bytes.size() < wanted.bytes) {
    throw Error(ErrorKind::damaged, name,
                fmt::format("has {} of the {} bytes of {}: it is truncated or another file", bytes.size(), wanted.bytes,
                            wanted.file),
                remedy);
  }
  if (bytes.size() > wanted.bytes) {
    throw Error(
        ErrorKind::damaged, name,
        fmt::format("has {} bytes where {} has {}: it is another file", bytes.size(), wanted.file, wanted.bytes),
        remedy);
  }
  const std::string checksum = sha256(bytes);
  const bool matches = checksum_matches(wanted, checksum, name, remedy, warn);
  return {path, checksum, matches, nullptr};
}

std::string checksum_of(const PartialFile& partial) {
  return sha256(MappedFile(partial.path()).bytes());
}

// What an earlier try left may not be a part of the file.
void examine_remains(const Description& wanted, PartialFile& partial, const Warn& warn) {
  const std::string name = partial.path().string();
  if (const std::string what = impostor(partial.head(head_bytes)); !what.empty()) {
    warn(fmt::format("{}: is {}; removed", name, what));
    partial.clear();
  } else if (partial.size() > wanted.bytes) {
    warn(fmt::format("{}: has {} bytes, more than the published file; removed", name, partial.size()));
    partial.clear();
  }
}

// Downloads the whole file from one address. Returns its checksum. Throws Error where the address does not give the
// file.
std::string download_from(const std::string& url, const Description& wanted, PartialFile& partial,
                          const TransferOptions& options, const Warn& warn) {
  const bool resumed = partial.size() > 0;
  transfer(url, wanted.bytes, partial, options, warn);
  std::string checksum = checksum_of(partial);
  if (checksum == wanted.sha256) return checksum;
  if (resumed) {
    // Bytes from two origins may not fit together.
    warn(fmt::format(
        "{}: together with the earlier bytes it has another SHA-256 than the published file; starting again",
        shown(url)));
    partial.clear();
    transfer(url, wanted.bytes, partial, options, warn);
    checksum = checksum_of(partial);
  }
  if (checksum != wanted.sha256 && wanted.checksum_is_certain) partial.clear();
  return checksum;
}

}  // namespace

void Fetched::discard() {
  // An empty partial file goes with its owner.
  if (download_) download_->clear();
  download_.reset();
}

Fetched fetch(const Description& description, const fs::path& folder, const FetchOptions& options, const Warn& warn) {
  std::unique_ptr<PartialFile> partial;
  std::vector<Error> failures;
  for (const std::string& source : description.sources) {
    try {
      if (const auto path = local_path(source)) {
        check_room(folder, 0, options);
        return take_local(description, *path, warn);
      }
      if (!partial) {
        partial = std::make_unique<PartialFile>(folder, description.file);
        examine_remains(description, *partial, warn);
      }
      check_room(folder, description.bytes - partial->size(), options);
      const std::string checksum = download_from(source, description, *partial, options.transfer, warn);
      const bool matches = checksum_matches(description, checksum, shown(source), "it is removed", warn);
      const fs::path path = partial->path();
      return {path, checksum, matches, std::move(partial)};
    } catch (const Error& problem) {
      // Another address cannot help with a problem of this machine, such as a full disk.
      if (!may_differ_elsewhere(problem.kind(), local_path(source).has_value())) throw;
      failures.push_back(problem);
      if (description.sources.size() > 1) warn(problem.what());
    }
  }
  if (failures.size() == 1) throw Error(failures.front());
  std::string said;
  for (const Error& failure : failures) {
    said += fmt::format("{}{}: {}", said.empty() ? "" : "; ", failure.subject(), failure.happened());
  }
  std::string remedy = "try again later, or name another address or a file";
  if (partial && partial->size() > 0) {
    remedy +=
        fmt::format("; the {:.1f} MB that arrived are kept for that", static_cast<double>(partial->size()) / megabyte);
  }
  throw Error(ErrorKind::unreachable, description.file, "could not be fetched from any address (" + said + ")", remedy);
}

}  // namespace colourize::download
