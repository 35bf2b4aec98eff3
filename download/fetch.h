// Fetches a published file from the first of its addresses that has it, and checks its size and checksum.
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

// What to fetch.
struct Description {
  std::string file;  // its name, for messages and for the partial file
  std::uintmax_t bytes = 0;
  std::string sha256;  // lower-case hexadecimal
  // False: fetch() accepts a file of the right size with another checksum, with a warning that gives the reason.
  bool checksum_is_certain = true;
  // Tried in this order: http and https addresses, file:// addresses, paths. Not empty.
  std::vector<std::string> sources;
};

struct FetchOptions {
  TransferOptions transfer;
  std::uintmax_t further_bytes = 0;  // disk space that the folder needs besides the download's own
  // Returns the free bytes of a folder. Empty: the file system's own figure.
  std::function<std::uintmax_t(const std::filesystem::path&)> free_bytes;
};

// A file that was fetched: a download, still locked and under its partial name, or a file that was there already.
class Fetched {
 public:
  Fetched(std::filesystem::path path, std::string sha256, bool checksum_matches, std::unique_ptr<PartialFile> download)
      : path_(std::move(path)),
        sha256_(std::move(sha256)),
        checksum_matches_(checksum_matches),
        download_(std::move(download)) {}

  const std::filesystem::path& path() const { return path_; }
  const std::string& sha256() const { return sha256_; }
  bool checksum_matches() const { return checksum_matches_; }
  bool downloaded() const { return download_ != nullptr; }
  // Removes a download, which is kept otherwise. Leaves a file that was there already.
  void discard();

 private:
  std::filesystem::path path_;
  std::string sha256_;
  bool checksum_matches_;
  std::unique_ptr<PartialFile> download_;
};

// Fetches the file of `description`. A download goes to a partial file in `folder`, which must exist; it resumes what
// an earlier try left there. Warns of each address that fails. Throws Error where no address has the file, with what
// each one answered; where disk space is too small; or where another process downloads the same file.
Fetched fetch(const Description& description, const std::filesystem::path& folder, const FetchOptions& options,
              const Warn& warn);

}  // namespace colourize::download
