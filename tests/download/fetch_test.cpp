// Downloads from servers that behave, and from those that do not.
#include "download/fetch.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>

#include "tests/download/fetch_fixture.h"

namespace colourize::download {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;
using tests::HttpReply;
using tests::HttpRequest;
using tests::HttpServer;
using tests::serve;

TEST_F(Fetch, BringsAFileAndRemovesItWhenToldTo) {
  const HttpServer server([&](const HttpRequest& request) { return serve(content_, request); });
  std::vector<std::uintmax_t> seen;
  options_.transfer.progress = [&](std::uintmax_t done, std::uintmax_t all) {
    seen.push_back(done);
    EXPECT_EQ(all, content_.size());
  };
  Fetched fetched = get({server.url()});
  EXPECT_TRUE(fetched.downloaded());
  EXPECT_TRUE(fetched.checksum_matches());
  EXPECT_EQ(tests::read_file(fetched.path()), content_);
  EXPECT_EQ(server.requests().at(0).headers.at("user-agent"), "colourize-test");
  ASSERT_FALSE(seen.empty());
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(seen.back(), content_.size());
  fetched.discard();
  EXPECT_TRUE(tests::names_in(folder_.path()).empty());
}

TEST_F(Fetch, ResumesAfterACut) {
  const HttpServer server([&](const HttpRequest& request) {
    HttpReply reply = serve(content_, request);
    if (!request.range()) reply.cut_after = 40'000;
    return reply;
  });
  EXPECT_THAT(refusal(server), AllOf(HasSubstr("was cut off after 40000 of 100000 bytes"),
                                     HasSubstr("run the same command again to resume")));
  EXPECT_EQ(partial_content(), content_.substr(0, 40'000));
  EXPECT_EQ(tests::read_file(get({server.url()}).path()), content_);
  EXPECT_EQ(server.requests().at(1).range(), 40'000U);
}

TEST_F(Fetch, VerifiesWhatIsWholeWithoutAskingAgain) {
  const HttpServer server([&](const HttpRequest& request) { return serve(content_, request); });
  get({server.url()});
  EXPECT_EQ(partial_content(), content_);
  EXPECT_TRUE(get({server.url()}).checksum_matches());
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(Fetch, BeginsAgainWhereAServerIgnoresTheRange) {
  tests::write_file(partial(), content_.substr(0, 30'000));
  const HttpServer server([&](const HttpRequest&) { return HttpReply{.body = content_}; });
  EXPECT_EQ(tests::read_file(get({server.url()}).path()), content_);
  EXPECT_EQ(server.requests().at(0).range(), 30'000U);
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("sends the file from its beginning")));
}

TEST_F(Fetch, AsksForTheWholeAfter416) {
  tests::write_file(partial(), content_.substr(0, 30'000));
  const HttpServer server([&](const HttpRequest& request) {
    return request.range() ? HttpReply{.status = 416} : HttpReply{.body = content_};
  });
  EXPECT_EQ(tests::read_file(get({server.url()}).path()), content_);
  EXPECT_EQ(server.requests().size(), 2U);
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("asking for the whole file"), HasSubstr("MB from before are dropped")));
}

TEST_F(Fetch, RefusesARangeThatNobodyAskedFor) {
  tests::write_file(partial(), content_.substr(0, 30'000));
  for (const char* range : {"bytes 0-99999/100000", "bytes 30000-49999/50000", "30000", ""}) {
    const HttpServer server([&](const HttpRequest&) {
      return HttpReply{.status = 206, .headers = {{"Content-Range", range}}, .body = content_.substr(30'000)};
    });
    EXPECT_THAT(refusal(server), HasSubstr("from byte 30000 on, but sent another part")) << range;
    EXPECT_EQ(partial_content(), content_.substr(0, 30'000)) << range;
  }
}

// Left of another file, or of another version: the checksum finds it, and the same address gives the whole.
TEST_F(Fetch, BeginsAgainWhereTheRemainsDoNotFit) {
  tests::write_file(partial(), content_of(2).substr(0, 30'000));
  const HttpServer server([&](const HttpRequest& request) { return serve(content_, request); });
  EXPECT_EQ(tests::read_file(get({server.url()}).path()), content_);
  EXPECT_THAT(warnings(), Contains(HasSubstr("together with the earlier bytes it has another SHA-256")));
  tests::write_file(partial(), "<html>404</html>");
  EXPECT_EQ(tests::read_file(get({server.url()}).path()), content_);
  EXPECT_THAT(warnings(), Contains(HasSubstr("is a web page")));
  tests::write_file(partial(), content_ + "more");
  EXPECT_EQ(tests::read_file(get({server.url()}).path()), content_);
  EXPECT_THAT(warnings(), Contains(HasSubstr("has 100004 bytes, more than the published file")));
}

TEST_F(Fetch, NamesTheStatus) {
  for (const auto& [status, words] : std::map<int, std::string>{{404, "has no such file (HTTP status 404)"},
                                                                {403, "refuses to give it (HTTP status 403)"},
                                                                {429, "has had too many downloads (HTTP status 429)"},
                                                                {500, "has a problem of its own (HTTP status 500)"}}) {
    for (const std::string& body : {std::string("<html>sorry</html>"), std::string()}) {
      const HttpServer server([&](const HttpRequest&) { return HttpReply{.status = status, .body = body}; });
      EXPECT_THAT(refusal(server), HasSubstr(words));
      EXPECT_TRUE(tests::names_in(folder_.path()).empty());
    }
  }
}

TEST_F(Fetch, NamesAWebPage) {
  const std::string page = " \r\n<!DOCTYPE HTML><title>Sign in</title>" + std::string(2000, ' ');
  const HttpServer by_bytes([&](const HttpRequest&) { return HttpReply{.body = page}; });
  EXPECT_THAT(refusal(by_bytes), HasSubstr("gives a web page instead of the file"));
  EXPECT_FALSE(fs::exists(partial()));
  const HttpServer by_type([&](const HttpRequest&) {
    return HttpReply{.headers = {{"Content-Type", "Text/HTML; charset=utf-8"}}, .body = "<p>Sign in"};
  });
  EXPECT_THAT(refusal(by_type), HasSubstr("gives a web page instead of the file"));
  EXPECT_FALSE(fs::exists(partial()));
  // A page must not cost what came before.
  tests::write_file(partial(), content_.substr(0, 30'000));
  EXPECT_THAT(refusal(by_bytes), HasSubstr("gives a web page"));
  EXPECT_EQ(partial_content(), content_.substr(0, 30'000));
}

TEST_F(Fetch, NamesAGitLfsPointer) {
  const HttpServer server([&](const HttpRequest&) {
    return HttpReply{.body = "version https://git-lfs.github.com/spec/v1\noid sha256:e3d9\nsize 100000\n"};
  });
  EXPECT_THAT(refusal(server), HasSubstr("gives a Git LFS pointer"));
  EXPECT_FALSE(fs::exists(partial()));
}

TEST_F(Fetch, NamesAnotherLengthBeforeBringingIt) {
  const HttpServer server(
      [&](const HttpRequest&) { return HttpReply{.body = content_, .content_length = 123'456, .stalls = true}; });
  EXPECT_THAT(refusal(server), HasSubstr("has 123456 bytes where the published file has 100000"));
  EXPECT_FALSE(fs::exists(partial()));
}

TEST_F(Fetch, RemovesAFileWithAnotherSum) {
  const HttpServer server([&](const HttpRequest& request) { return serve(content_of(2), request); });
  EXPECT_THAT(refusal(server),
              AllOf(HasSubstr("has the size of Small.pth but the SHA-256 " + sha256(tests::bytes_of(content_of(2)))),
                    HasSubstr("it is removed")));
  EXPECT_FALSE(fs::exists(partial()));
}

TEST_F(Fetch, TakesAnotherSumWithAWarningWhereTheSumIsNotCertain) {
  const HttpServer server([&](const HttpRequest& request) { return serve(content_of(2), request); });
  Description description = wanted({server.url()});
  description.checksum_is_certain = false;
  const Fetched fetched = fetch(description, folder_.path(), options_, warnings_.sink());
  EXPECT_FALSE(fetched.checksum_matches());
  EXPECT_EQ(tests::read_file(fetched.path()), content_of(2));
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("other programs quote it")));
}

TEST_F(Fetch, GivesUpAStalledServer) {
  const HttpServer server([&](const HttpRequest& request) {
    HttpReply reply = serve(content_, request);
    if (!request.range()) reply = {.body = content_, .cut_after = 20'000, .stalls = true};
    return reply;
  });
  // libcurl's speed is that of its last seconds: a high limit counts the 20,000 bytes out sooner.
  options_.transfer.stall_bytes_per_second = 50'000;
  EXPECT_THAT(refusal(server),
              HasSubstr("stalled after 20000 of 100000 bytes: less than 50000 bytes a second for 1 s"));
  EXPECT_EQ(partial_content(), content_.substr(0, 20'000));
  EXPECT_EQ(tests::read_file(get({server.url()}).path()), content_);
}

TEST_F(Fetch, StopsAnEndlessBody) {
  const HttpServer server(
      [&](const HttpRequest&) { return HttpReply{.body = content_, .content_length = 0, .endless = true}; });
  EXPECT_THAT(refusal(server), HasSubstr("sends more than the 100000 bytes"));
  EXPECT_FALSE(fs::exists(partial()));
}

TEST_F(Fetch, KeepsAShortFile) {
  const HttpServer server(
      [&](const HttpRequest&) { return HttpReply{.body = content_.substr(0, 60'000), .content_length = 0}; });
  EXPECT_THAT(refusal(server), HasSubstr("ended after 60000 of 100000 bytes"));
  EXPECT_EQ(partial_content(), content_.substr(0, 60'000));
}

TEST_F(Fetch, FollowsRedirectsButNotForEver) {
  const HttpServer server([&](const HttpRequest& request) {
    if (request.target == "/moved")
      return HttpReply{.status = 302, .headers = {{"Location", "/file"}}, .body = "moved"};
    if (request.target == "/out") return HttpReply{.status = 302, .headers = {{"Location", "ftp://127.0.0.1:1/file"}}};
    if (request.target == "/loop") return HttpReply{.status = 302, .headers = {{"Location", "/loop"}}};
    return serve(content_, request);
  });
  EXPECT_EQ(tests::read_file(get({server.url("/moved")}).path()), content_);
  fs::remove(partial());
  EXPECT_THAT(refusal(wanted({server.url("/out")})), HasSubstr("neither http nor https"));
  EXPECT_THAT(refusal(wanted({server.url("/loop")})), HasSubstr("redirects more than 10 times"));
  EXPECT_EQ(std::ranges::count(server.requests(), "/loop", &HttpRequest::target), 11);
}

TEST_F(Fetch, TriesMirrorsInTurn) {
  const HttpServer server([&](const HttpRequest& request) {
    if (request.target == "/gone") return HttpReply{.status = 404};
    // Half of something else: the next mirror resumes there, and the checksum tells.
    if (request.target == "/half") return HttpReply{.body = content_of(2), .cut_after = 50'000};
    return serve(content_, request);
  });
  Fetched fetched = get({server.url("/gone"), server.url("/half"), server.url("/good")});
  EXPECT_EQ(tests::read_file(fetched.path()), content_);
  EXPECT_THAT(warnings(), IsSupersetOf({HasSubstr("/gone: has no such file"), HasSubstr("/half: was cut off")}));
  fetched.discard();
  EXPECT_THAT(refusal(wanted({server.url("/gone"), server.url("/half")})),
              AllOf(HasSubstr("Small.pth: could not be fetched from any address"), HasSubstr("/gone: has no such file"),
                    HasSubstr("/half: was cut off after 50000"), HasSubstr("the 0.1 MB that arrived are kept")));
}

TEST_F(Fetch, SaysThatNobodyListens) {
  std::string url;
  {
    const HttpServer server([](const HttpRequest&) { return HttpReply{}; });
    url = server.url();
  }
  EXPECT_THAT(refusal(wanted({url})), AllOf(HasSubstr("cannot be reached"), HasSubstr("https_proxy")));
  EXPECT_THAT(refusal(wanted({"ftp://127.0.0.1/file"})), HasSubstr("is neither an http, https or file address"));
}

TEST_F(Fetch, NeverShowsAPassword) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.status = 404}; });
  std::string url = server.url("/file?a@b");
  url.insert(url.find("127"), "anna:secret@");
  EXPECT_THAT(refusal(wanted({url, url})),
              AllOf(Not(HasSubstr("secret")), HasSubstr(server.url("/file?a@b") + ": has no")));
  EXPECT_THAT(warnings(), AllOf(SizeIs(2), Each(Not(HasSubstr("secret")))));
}

TEST_F(Fetch, UsesTheEnvironmentsProxy) {
  const HttpServer proxy([&](const HttpRequest& request) { return serve(content_, request); });
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  const std::string address = "http://made-up.invalid/file";
  EXPECT_EQ(tests::read_file(get({address}).path()), content_);
  ::unsetenv("http_proxy");
  EXPECT_EQ(proxy.requests().at(0).target, address);
}

}  // namespace
}  // namespace colourize::download
