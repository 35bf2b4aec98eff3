// Downloads of a small file of its own into a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "download/fetch.h"
#include "system/error.h"
#include "system/recorded_warnings.h"
#include "system/sha256.h"
#include "tests/support/files.h"
#include "tests/support/http_server.h"

namespace colourize::download {

// 100,000 bytes that begin as no text does and repeat nowhere.
inline std::string content_of(std::uint32_t seed) {
  std::string content = "\x80\x02";
  for (std::uint32_t state = seed; content.size() < 100'000; state = state * 1'664'525 + 1'013'904'223) {
    content += static_cast<char>(state >> 24U);
  }
  return content;
}

class Fetch : public testing::Test {
 protected:
  Fetch() {
    // What the machine's own network wants has no say here.
    for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"}) ::unsetenv(name);
  }

  Description wanted(std::vector<std::string> sources) const {
    return {.file = "Small.pth",
            .bytes = content_.size(),
            .sha256 = sha256(tests::bytes_of(content_)),
            .sources = std::move(sources)};
  }
  Fetched get(std::vector<std::string> sources) const {
    return fetch(wanted(std::move(sources)), folder_.path(), options_, warnings_.sink());
  }
  std::string refusal(const Description& description) const {
    try {
      fetch(description, folder_.path(), options_, warnings_.sink());
    } catch (const Error& problem) {
      return problem.what();
    }
    return "no error";
  }
  std::string refusal(const tests::HttpServer& server) const { return refusal(wanted({server.url()})); }

  std::filesystem::path partial() const { return folder_ / ".Small.pth.part"; }
  std::string partial_content() const { return tests::read_file(partial()); }
  std::vector<std::string> warnings() const { return warnings_.texts(); }

  const std::string content_ = content_of(1);
  tests::TemporaryFolder folder_;
  FetchOptions options_{.transfer = {.user_agent = "colourize-test",
                                     .connect_timeout = std::chrono::seconds(2),
                                     .stall_time = std::chrono::seconds(1)}};
  RecordedWarnings warnings_;
};

}  // namespace colourize::download
