// `colourize models fetch`, and what `colourize models` tells about what is installed.
#include "apps/colourize/fetch.h"

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <sstream>

#include <nlohmann/json.hpp>

#include "system/error.h"
#include "system/mapped_file.h"
#include "system/sha256.h"
#include "tests/support/golden.h"
#include "tests/support/http_server.h"
#include "tests/support/program.h"
#include "tests/support/recipe.h"
#include "weights/weights.h"

namespace colourize {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::HttpReply;
using tests::HttpRequest;
using tests::HttpServer;
using tests::Outcome;

class FetchModel : public tests::Program {
 protected:
  FetchModel() {
    for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"}) ::unsetenv(name);
    spdlog::set_level(spdlog::level::err);
  }
  // Installs into the folder "models".
  Outcome fetch(const std::string& arguments) const { return run("models fetch --models-dir models " + arguments); }
  fs::path partial(const std::string& file) const { return folder_ / ("models/." + file + ".part"); }
};

// A generator that is small for one: it is published under its own description here.
class SmallGenerator : public FetchModel {
 protected:
  SmallGenerator() {
    const auto golden = tests::golden("deep-resnet18");
    const converter::Checkpoint checkpoint =
        tests::recipe_checkpoint("deep", tests::folder + "oracle/deep-resnet18.keys.tsv", *golden);
    std::vector<weights::SafetensorsWriter::Plan> plans;
    for (const auto& [name, shape] : checkpoint.shapes) plans.push_back({name, weights::DataType::f32, shape});
    weights::SafetensorsWriter writer(folder_ / "small.safetensors", plans, {});
    for (const auto& [name, shape] : checkpoint.shapes) {
      std::vector<float> values(converter::element_count(shape));
      checkpoint.load(name, 0, values);
      writer.append(std::as_bytes(std::span(values)));
    }
    writer.commit();
  }

  apps::FetchArguments arguments(bool overwrite = false) const {
    return {.name = "small", .models_dir = folder_ / "models", .half = true, .overwrite = overwrite, .quiet = true};
  }
  download::Description description(const std::string& source) const {
    const MappedFile file(folder_ / "small.safetensors");
    return {
        .file = "small.safetensors", .bytes = file.bytes().size(), .sha256 = sha256(file.bytes()), .sources = {source}};
  }
};

TEST_F(SmallGenerator, IsInstalledOnce) {
  const std::string content = tests::read_file(folder_ / "small.safetensors");
  const HttpServer server([&](const HttpRequest& request) { return tests::serve(content, request); });
  const download::Description wanted = description(server.url());
  EXPECT_EQ(apps::fetch_model(arguments(), wanted), 0);
  // Neither the download nor anything else is left beside it.
  EXPECT_EQ(tests::names_in(folder_ / "models"), std::vector<std::string>{"small.safetensors"});
  const auto weights = weights::Weights::open(folder_ / "models/small.safetensors");
  EXPECT_EQ(weights->metadata("generator"), "deep");
  EXPECT_EQ(weights->metadata("source_file"), "small.safetensors");
  EXPECT_EQ(weights->metadata("source_sha256"), wanted.sha256);
  EXPECT_LT(fs::file_size(folder_ / "models/small.safetensors"), content.size() * 51 / 100);

  EXPECT_EQ(apps::fetch_model(arguments(), wanted), 0);
  EXPECT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(apps::fetch_model(arguments(true), wanted), 0);
  EXPECT_EQ(server.requests().size(), 2U);

  const Outcome list = run("models --models-dir models");
  EXPECT_THAT(list.text, HasSubstr("small             installed  deep"));
  EXPECT_THAT(list.text,
              HasSubstr("from small.safetensors, SHA-256 " + wanted.sha256.substr(0, 12) + ", by colourize 0"));
}

TEST_F(SmallGenerator, IsTakenFromALocalFileThatStays) {
  EXPECT_EQ(apps::fetch_model(arguments(), description((folder_ / "small.safetensors").string())), 0);
  EXPECT_EQ(names(), (std::vector<std::string>{"models", "small.safetensors"}));
  EXPECT_EQ(tests::names_in(folder_ / "models"), std::vector<std::string>{"small.safetensors"});
}

// It is whole and right.
TEST_F(SmallGenerator, KeepsTheDownloadWhenTheWeightsCannotBeWritten) {
  const std::string content = tests::read_file(folder_ / "small.safetensors");
  const HttpServer server([&](const HttpRequest& request) { return tests::serve(content, request); });
  const download::Description wanted = description(server.url());
  fs::create_directories(folder_ / "models/small.safetensors/in the way");
  EXPECT_THROW(apps::fetch_model(arguments(true), wanted), Error);
  EXPECT_EQ(fs::file_size(partial("small.safetensors")), content.size());
  const download::Description uncertain{.file = "other.safetensors",
                                        .bytes = wanted.bytes,
                                        .sha256 = std::string(64, '0'),
                                        .checksum_is_certain = false,
                                        .sources = wanted.sources};
  EXPECT_THROW(apps::fetch_model(arguments(true), uncertain), Error);
  EXPECT_EQ(fs::file_size(partial("other.safetensors")), content.size());
  fs::remove_all(folder_ / "models/small.safetensors");
  EXPECT_EQ(apps::fetch_model(arguments(), wanted), 0);
  EXPECT_EQ(server.requests().size(), 2U) << "one for each file";
}

TEST_F(FetchModel, ForgetsAFileThatIsNoGeneratorWhereItsSumIsAnother) {
  const std::string content = "\x80\x02 no pickle";
  const HttpServer server([&](const HttpRequest& request) { return tests::serve(content, request); });
  download::Description wanted{.file = "a.pth",
                               .bytes = content.size(),
                               .sha256 = std::string(64, '0'),
                               .checksum_is_certain = false,
                               .sources = {server.url()}};
  const apps::FetchArguments arguments{.name = "a", .models_dir = folder_ / "models", .quiet = true};
  EXPECT_THROW(apps::fetch_model(arguments, wanted), Error);
  EXPECT_TRUE(tests::names_in(folder_ / "models").empty());
  // The published file itself stays: then the fault lies here, and a better version of the program may convert it.
  wanted.sha256 = sha256(tests::bytes_of(content));
  EXPECT_THROW(apps::fetch_model(arguments, wanted), Error);
  EXPECT_EQ(tests::names_in(folder_ / "models"), std::vector<std::string>{".a.pth.part"});
}

TEST_F(FetchModel, TellsWrongUsageFromFailure) {
  const Outcome unknown = fetch("wonderful");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.text, AllOf(HasSubstr("wonderful"), HasSubstr("video,stable,artistic")));
  EXPECT_EQ(fetch("").code, 2);
  EXPECT_EQ(run("models --models-dir models fetch video").code, 2) << "the folder would be lost without a word";
  const Outcome refused = fetch("video --from ftp://host/file");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.text, HasSubstr("is neither an http, https or file address nor a path"));
  tests::write_file(folder_ / "a.pth", "not 874 MB");
  EXPECT_THAT(fetch("video --from a.pth").text,
              HasSubstr("a.pth: has 10 of the 874066230 bytes of ColorizeVideo_gen.pth"));
  EXPECT_TRUE(fs::exists(folder_ / "a.pth"));
}

TEST_F(FetchModel, NamesWhatAServerGivesInstead) {
  const HttpServer server([](const HttpRequest& request) {
    if (request.target == "/page") return HttpReply{.body = "<html>moved</html>"};
    if (request.target == "/small") return HttpReply{.body = std::string(1000, 'x')};
    return HttpReply{.status = 404};
  });
  EXPECT_THAT(fetch("stable --from " + server.url("/gone")).text,
              HasSubstr("/gone: has no such file (HTTP status 404)"));
  EXPECT_THAT(fetch("stable --from " + server.url("/page")).text, HasSubstr("gives a web page"));
  EXPECT_THAT(fetch("stable --from " + server.url("/small")).text,
              HasSubstr("has 1000 bytes where the published file has 874066230"));
  EXPECT_TRUE(tests::names_in(folder_ / "models").empty());
  const Outcome json = fetch("stable --json --from " + server.url("/gone") + " 2>/dev/null");
  EXPECT_EQ(json.code, 1);
  EXPECT_EQ(nlohmann::json::parse(json.text)["status"], "failed");
}

// As ^C does; the next call asks for the rest. Nothing is drawn where there is no terminal, but the tenths are told.
TEST_F(FetchModel, ResumesAfterBeingInterrupted) {
  const HttpServer server([](const HttpRequest& request) {
    if (request.range()) return HttpReply{.status = 503};
    return HttpReply{.content_length = 255'144'681, .endless = true, .pause = std::chrono::milliseconds(5)};
  });
  const std::string from = " --from " + server.url();
  const Outcome outcome =
      run("models fetch artistic --models-dir models" + from + " & sleep 0.7; kill -TERM $!; wait $!; echo code $?");
  EXPECT_THAT(outcome.text, AllOf(HasSubstr("code 143"), HasSubstr("ColorizeArtistic_gen.pth  0.0 of 255.1 MB\n")));
  const std::uintmax_t came = fs::file_size(partial("ColorizeArtistic_gen.pth"));
  EXPECT_GT(came, 0U);
  run("models fetch artistic --models-dir models" + from);
  EXPECT_EQ(server.requests().at(1).range(), came);
  EXPECT_EQ(fs::file_size(partial("ColorizeArtistic_gen.pth")), came);
}

TEST_F(FetchModel, NamesASmallDiskBeforeItBegins) {
  const std::string mount = "unshare --user --map-root-user --mount sh -c ";
  fs::create_directory(folder_ / "models");
  if (tests::shell(mount + "'mount -t tmpfs -o size=64k none " + (folder_ / "models").string() + "'").code != 0) {
    GTEST_SKIP() << "cannot mount a small file system here; tests/download has the same without one";
  }
  const HttpServer server([](const HttpRequest&) { return HttpReply{.status = 404}; });
  const std::string steps = "mount -t tmpfs -o size=64k none models && " COLOURIZE_PROGRAM
                            " models fetch video --models-dir models --from " +
                            server.url();
  const Outcome outcome = tests::shell("cd '" + folder_.path().string() + "' && " + mount + "'" + steps + "'");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text,
              HasSubstr("models: has 0.1 MB free where 1748.1 MB are needed: 874.1 to download, 874.1 for"));
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(FetchModel, SaysWhatIsInstalledAlready) {
  fs::create_directory(folder_ / "models");
  tests::write_file(folder_ / "models/video.safetensors", "something");
  const Outcome outcome = fetch("video");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.text, HasSubstr("video: installed before, as models/video.safetensors (--overwrite"));
}

TEST_F(FetchModel, ListsHostileMetadataSafely) {
  fs::create_directory(folder_ / "models");
  weights::SafetensorsWriter writer(folder_ / "models/evil\x1b[2J.safetensors", {{"a", weights::DataType::f32, {1}}},
                                    {{"generator", "\x1b]0;owned\x07"},
                                     {"source_file", "a\x1b[31m.pth"},
                                     {"source_sha256", "\x1b[2J\x1b[2J\x1b[2J"},
                                     {"converter", "c\rd"}});
  const float value = 1;
  writer.append(std::as_bytes(std::span(&value, 1)));
  writer.commit();
  const Outcome outcome = run("models --models-dir models");
  EXPECT_THAT(outcome.text, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\r")), Not(HasSubstr("\x07"))));
  EXPECT_THAT(outcome.text, HasSubstr("from a?[31m.pth, SHA-256 ?[2J?[2J?[2J, by c?d"));
  std::istringstream lines(run("models --models-dir models --json").text);
  std::map<std::string, nlohmann::json> objects;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_THAT(line, Not(HasSubstr("\x1b")));
    const auto object = nlohmann::json::parse(line);
    objects[object["state"] == "installed" ? "installed" : object["name"].get<std::string>()] = object;
  }
  EXPECT_EQ(objects["installed"]["source_file"], "a\x1b[31m.pth");
  EXPECT_EQ(objects["installed"]["generator"], "unknown");
  EXPECT_EQ(objects["video"]["licence"], "MIT");
  EXPECT_EQ(objects["video"]["mirrors"].size(), 3U);
}

}  // namespace
}  // namespace colourize
