// A published file, from whichever of its addresses gives it, held against its size and its sum.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "download/http_download.h"
#include "download/partial_file.h"
#include "system/warnings.h"

namespace colourize::download {

// What is wanted.
struct Description {
  std::string file;  // its name, for messages and for the partial file's
  std::uintmax_t bytes = 0;
  std::string sha256;  // lower-case hexadecimal
  // Otherwise a file of the right size and another sum is taken, with a warning that says why.
  bool sum_is_certain = true;
  // Tried in turn: http and https addresses, file:// addresses, paths. Not empty.
  std::vector<std::string> sources;
};

struct FetchOptions {
  TransferOptions transfer;
  std::uintmax_t further_bytes = 0;  // room that is needed in the folder beside the download's own
  // The free bytes of a folder; the file system's own figure if not given.
  std::function<std::uintmax_t(const std::filesystem::path&)> free_bytes;
};

// A file that has arrived: a download, locked and still under its partial name, or a file that was there already.
class Fetched {
 public:
  Fetched(std::filesystem::path path, std::string sha256, bool sum_matches, std::unique_ptr<PartialFile> download)
      : path_(std::move(path)), sha256_(std::move(sha256)), sum_matches_(sum_matches), download_(std::move(download)) {}

  const std::filesystem::path& path() const { return path_; }
  const std::string& sha256() const { return sha256_; }
  bool sum_matches() const { return sum_matches_; }
  bool downloaded() const { return download_ != nullptr; }
  // Removes a download, which is kept otherwise; leaves a file that was there already.
  void discard();

 private:
  std::filesystem::path path_;
  std::string sha256_;
  bool sum_matches_;
  std::unique_ptr<PartialFile> download_;
};

// The file that `description` speaks of. Downloads go to a partial file in `folder`, which must exist; what an earlier
// try has left there is gone on from. Warns of each address that fails. Throws Error when none gives the
// file, with what each said; when there is not enough room; when another process is downloading the file.
Fetched fetch(const Description& description, const std::filesystem::path& folder, const FetchOptions& options,
              const Warn& warn);

}  // namespace colourize::download
