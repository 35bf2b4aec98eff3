// What this machine adds to a download: local files, full disks, kills, other processes.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/download/fetch_fixture.h"

namespace colourize::download {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using tests::HttpReply;
using tests::HttpRequest;
using tests::HttpServer;
using tests::serve;

TEST_F(Fetch, UsesALocalFileWhereItLies) {
  tests::write_file(folder_ / "my file.pth", content_);
  const std::string path = (folder_ / "my file.pth").string();
  for (const std::string& source : {path, "file://" + (folder_ / "my%20file.pth").string()}) {
    Fetched fetched = get({source});
    EXPECT_EQ(fetched.path(), path);
    EXPECT_FALSE(fetched.downloaded());
    fetched.discard();
    EXPECT_EQ(tests::names_in(folder_.path()), std::vector<std::string>{"my file.pth"}) << source;
  }
  tests::write_file(path, content_.substr(0, 99));
  EXPECT_THAT(refusal(wanted({path})), HasSubstr("has 99 of the 100000 bytes of Small.pth: it is truncated"));
  tests::write_file(path, content_ + "more");
  EXPECT_THAT(refusal(wanted({path})), HasSubstr("has 100004 bytes where Small.pth has 100000"));
  tests::write_file(path, content_of(2));
  EXPECT_THAT(refusal(wanted({path})), HasSubstr("has the size of Small.pth but the SHA-256"));
  Description uncertain = wanted({path});
  uncertain.checksum_is_certain = false;
  EXPECT_FALSE(fetch(uncertain, folder_.path(), options_, warnings_.sink()).checksum_matches());
  EXPECT_THAT(warnings(), testing::ElementsAre(HasSubstr("other programs quote it")));
  tests::write_file(path, "<!doctype html>");
  EXPECT_THAT(refusal(wanted({path})), HasSubstr("is a web page instead of the file"));
  EXPECT_THAT(refusal(wanted({(folder_ / "missing").string()})), HasSubstr("cannot be opened"));
  EXPECT_THAT(refusal(wanted({"file://elsewhere/file"})), HasSubstr("a file of another machine"));
}

TEST_F(Fetch, AsksForRoomBeforeItBegins) {
  tests::write_file(partial(), content_.substr(0, 40'000));
  const HttpServer server([&](const HttpRequest& request) { return serve(content_, request); });
  options_.further_bytes = 1'000'000;
  options_.free_bytes = [](const fs::path&) { return std::uintmax_t{1'059'999}; };
  EXPECT_THAT(refusal(wanted({server.url(), server.url("/other")})),
              HasSubstr("has 1.1 MB free where 1.1 MB are needed: 0.1 to download, 1.0 for the result"));
  EXPECT_EQ(partial_content().size(), 40'000U);
  EXPECT_TRUE(server.requests().empty());
  options_.free_bytes = [](const fs::path&) { return std::uintmax_t{1'060'000}; };
  EXPECT_EQ(tests::read_file(get({server.url()}).path()), content_);
}

// Runs it in a process of its own; what it returns is the exit code.
int in_a_child(const std::function<int()>& task) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(task());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// A limit on a file's size stops writing as a full disk does, and needs no right to mount anything.
TEST_F(Fetch, KeepsWhatCameBeforeTheDiskWasFull) {
  const HttpServer server([&](const HttpRequest& request) { return serve(content_, request); });
  const int code = in_a_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{50'000, 50'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string said = refusal(wanted({server.url(), server.url("/other")}));
    const bool good = said.find(".Small.pth.part: cannot be written") != std::string::npos &&
                      said.find("the next try resumes this download") != std::string::npos;
    return good ? 0 : 1;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(server.requests().size(), 1U) << "another mirror does not mend a full disk";
  EXPECT_EQ(partial_content(), content_.substr(0, 50'000));
  EXPECT_EQ(tests::read_file(get({server.url()}).path()), content_);
}

TEST_F(Fetch, ResumesAfterAKill) {
  const HttpServer server([&](const HttpRequest& request) {
    HttpReply reply = serve(content_, request);
    if (!request.range()) reply.pause = std::chrono::milliseconds(20);
    return reply;
  });
  const pid_t child = ::fork();
  if (child == 0) ::_exit(refusal(server).empty() ? 1 : 0);
  std::error_code missing;
  while (!fs::exists(partial(), missing) || fs::file_size(partial()) < 10'000) ::usleep(1000);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it ended before the kill";
  const std::size_t came = partial_content().size();
  EXPECT_LT(came, content_.size());
  EXPECT_EQ(tests::read_file(get({server.url()}).path()), content_);
  EXPECT_EQ(server.requests().at(1).range(), came);
}

TEST_F(Fetch, LeavesAnotherProcesssDownloadAlone) {
  const HttpServer server([&](const HttpRequest& request) { return serve(content_, request); });
  tests::write_file(partial(), "half");
  const int other = ::open(partial().c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  EXPECT_THAT(refusal(wanted({server.url(), server.url("/other")})),
              HasSubstr("is being downloaded by another process"));
  EXPECT_EQ(partial_content(), "half");
  EXPECT_TRUE(server.requests().empty());
  ::close(other);
  const Fetched fetched = get({server.url()});
  EXPECT_THAT(refusal(server), HasSubstr("is being downloaded by another process")) << "as long as it is in use";
}

TEST_F(Fetch, RefusesALinkInThePartialFilesPlace) {
  tests::write_file(folder_ / "precious", "precious");
  fs::create_symlink(folder_ / "precious", partial());
  const HttpServer server([&](const HttpRequest& request) { return serve(content_, request); });
  EXPECT_THAT(refusal(server), HasSubstr("cannot be opened"));
  EXPECT_EQ(tests::read_file(folder_ / "precious"), "precious");
}

}  // namespace
}  // namespace colourize::download
