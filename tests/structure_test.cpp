// The layout's rule: includes point one way.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/golden.h"
#include "weights/models/table.h"

namespace colourize {
namespace {

namespace fs = std::filesystem;

// What the files of a folder may include, besides their own folder.
using Allowed = std::map<std::string, std::set<std::string>>;
const Allowed allowed{
    {"system", {}},
    {"kernels", {"system"}},
    {"weights", {"system"}},
    {"converter", {"system", "weights"}},
    {"download", {"system"}},
    {"engine", {"system", "weights", "kernels"}},
    {"film", {"system", "weights", "kernels", "engine"}},
    {"library", {"system", "weights", "converter", "engine", "film", "kernels", "colourize"}},
    {"apps", {"system", "weights", "converter", "download", "engine", "film", "kernels", "colourize"}},
};
// The same for the folders of film/: the whole is above them, so none includes a file that lies beside it.
const Allowed allowed_in_film{
    {"video", {}},
    {"stabiliser", {}},
    {"figures", {"video", "stabiliser"}},
    {"output", {"video", "stabiliser"}},
};

const fs::path root = fs::path(tests::folder) / "..";

// Calls visit(file, lines) for each source file below the folder.
template <class Visit>
void for_each_source(const fs::path& folder, const Visit& visit) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".h" && extension != ".cpp" && extension != ".cu" && extension != ".cuh") continue;
    std::ifstream file(entry.path());
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    visit(entry.path(), lines);
  }
}

// Whatever `include` finds in the folders' files, its first group names the folder itself or one that is allowed. Gives
// back how many it found.
std::size_t expect_includes(const fs::path& below, const std::regex& include, const Allowed& rules) {
  std::size_t includes = 0;
  for (const auto& [folder, others] : rules) {
    for_each_source(below / folder, [&](const fs::path& file, const std::vector<std::string>& lines) {
      std::smatch match;
      for (const std::string& line : lines) {
        if (!std::regex_search(line, match, include)) continue;
        ++includes;
        EXPECT_TRUE(match[1] == folder || others.contains(match[1])) << file << " includes " << match[1];
      }
    });
  }
  return includes;
}

TEST(Structure, IncludesPointOneWay) {
  const std::regex include(R"re(^\s*#\s*include\s+"([^"/]+)/)re");
  EXPECT_GT(expect_includes(root, include, allowed), 100U) << "the files were not found";
}

TEST(Structure, IncludesOfFilmsPointOneWay) {
  const std::regex include(R"re(^\s*#\s*include\s+"film/([^"/]+)[/"])re");
  EXPECT_GT(expect_includes(root / "film", include, allowed_in_film), 30U) << "the files were not found";
}

// What the program needs beyond include/colourize/, which is for those who only colour: progress of many jobs, records
// for machines, profiles, comparisons. A header that is added here is one that the public one does not cover; say why.
const std::set<std::string> internal_headers_of_apps{
    "converter/convert.h",
    "converter/opening.h",
    "download/fetch.h",
    "engine/device.h",
    "engine/generators/ensemble.h",
    "engine/generators/generator.h",
    "engine/graph/batches.h",
    "engine/graph/comparison.h",
    "engine/graph/profile.h",
    "engine/photo/colourize.h",
    "engine/photo/decode.h",
    "engine/photo/encode.h",
    "engine/photo/figures/picture_figures.h",
    "engine/photo/formats/table.h",
    "engine/photo/host_steps.h",
    "engine/photo/own_colours.h",
    "engine/photo/pages.h",
    "engine/photo/provenance.h",
    "engine/photo/unread.h",
    "engine/photo/wide_gamut.h",
    "engine/provenance.h",
    "engine/session/session.h",
    "film/figures/measure.h",
    "film/film.h",
    "film/options.h",
    "film/output/journal.h",
    "film/provenance.h",
    "film/stabiliser/stabiliser.h",
    "film/video/codec.h",
    "film/video/decoder.h",
    "film/video/extensions.h",
    "film/video/libav.h",
    "kernels/backend.h",
    "kernels/thread_pool.h",
    "kernels/view.h",
    "system/available_memory.h",
    "system/error.h",
    "system/lists.h",
    "system/mapped_file.h",
    "system/output_file.h",
    "system/recorded_warnings.h",
    "system/sha256.h",
    "system/warnings.h",
    "weights/catalogue.h",
    "weights/models/table.h",
    "weights/recipes.h",
    "weights/weights.h",
};

TEST(Structure, AppsIncludeThePublicHeaderOrWhatItDoesNotCover) {
  const std::regex include(R"re(^\s*#\s*include\s+"([^"]+)")re");
  std::set<std::string> used;
  for_each_source(root / "apps", [&](const fs::path& file, const std::vector<std::string>& lines) {
    std::smatch match;
    for (const std::string& line : lines) {
      if (!std::regex_search(line, match, include)) continue;
      const std::string header = match[1];
      if (header.starts_with("apps/") || header.starts_with("colourize/")) continue;
      used.insert(header);
      EXPECT_TRUE(internal_headers_of_apps.contains(header)) << file << " includes " << header;
    }
  });
  EXPECT_EQ(used, internal_headers_of_apps) << "a header that nobody includes may leave the list";
}

// Who installs the library gets these headers and no other.
TEST(Structure, PublicHeadersIncludeNothingOfOurs) {
  const std::regex include(R"re(^\s*#\s*include\s+["<]([^">]+)[">])re");
  const std::regex standard(R"re(^[a-z_]+(\.h)?$)re");
  std::size_t headers = 0;
  for (const auto& entry : fs::directory_iterator(root / "include/colourize")) {
    ++headers;
    std::ifstream file(entry.path());
    std::smatch match;
    for (std::string line; std::getline(file, line);) {
      if (!std::regex_search(line, match, include)) continue;
      const std::string header = match[1];
      EXPECT_TRUE(header == "colourize/colourize.h" || std::regex_match(header, standard))
          << entry.path() << ": " << header;
    }
  }
  EXPECT_EQ(headers, 2U);
}

// A session knows luma and chroma, and no photos.
TEST(Structure, SessionsKnowNoPictureFiles) {
  const std::regex above(R"re(^\s*#\s*include\s+"engine/photo/)re");
  for_each_source(root / "engine/session", [&](const fs::path& file, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) EXPECT_FALSE(std::regex_search(line, above)) << file << ": " << line;
  });
  EXPECT_TRUE(std::regex_search("#include \"engine/photo/photo.h\"", above));
}

// What a film is made of knows nothing of the whole.
TEST(Structure, NothingLooksUpToTheWholeFilm) {
  const std::regex whole(R"re(^\s*#\s*include\s+"film/film\.h")re");
  for_each_source(root / "film", [&](const fs::path& file, const std::vector<std::string>& lines) {
    if (file.filename() == "film.cpp") return;
    for (const std::string& line : lines) EXPECT_FALSE(std::regex_search(line, whole)) << file << ": " << line;
  });
  EXPECT_TRUE(std::regex_search("#include \"film/film.h\"", whole));
}

// What operations.def says of its lines; that the files are compiled is CMake's part.
TEST(Structure, EveryOperationHasItsFiles) {
  std::ifstream list(root / "kernels/operations.def");
  const std::regex entry(R"re(^COLOURIZE_OPERATION\((\w+), (\w+)\))re");
  std::smatch match;
  std::set<std::string> names;
  for (std::string line; std::getline(list, line);) {
    if (!std::regex_search(line, match, entry)) continue;
    const std::string name = match[1];
    EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
    for (const std::string& file :
         {"kernels/operations/" + name + ".h", "kernels/reference/" + name + ".cpp", "kernels/cpu/" + name + ".cpp",
          "kernels/cuda/" + name + ".cu", "engine/graph/operations/" + name + ".h", "tests/operations/" + name + ".py",
          "tests/operations/" + name + ".cpp"}) {
      EXPECT_TRUE(fs::exists(root / file)) << name << " has no " << file;
    }
  }
  EXPECT_GT(names.size(), 8U) << "the list was not read";
  // Nor is there one that the list forgot.
  for (const std::string folder : {"kernels/operations", "engine/graph/operations"}) {
    for (const auto& file : fs::directory_iterator(root / folder)) {
      EXPECT_TRUE(names.contains(file.path().stem().string())) << file.path() << " is of no operation in the list";
    }
  }
}

// A file that table.h forgot would be compiled and never asked.
TEST(Structure, EveryModelHasAnEntryOfItsName) {
  std::set<std::string> names{"table"};
  for (const weights::Model* model : weights::all_models()) names.insert(std::string(model->name));
  std::set<std::string> files;
  for (const auto& file : fs::directory_iterator(root / "weights/models")) {
    if (file.path().extension() == ".cpp") files.insert(file.path().stem().string());
  }
  EXPECT_EQ(files, names);
}

// What a model is called and known by is said by its entry alone: the rest of the program asks the entry.
TEST(Structure, OnlyEntriesNameModelsAndTheirMarks) {
  std::set<std::string> words;
  for (const weights::Model* model : weights::all_models()) {
    for (const std::string_view word : {model->name, model->mark, model->original_mark}) {
      if (!word.empty()) words.insert('"' + std::string(word) + '"');
    }
    for (const weights::PublishedFile& file : model->published) {
      for (const std::string_view word : {file.file, file.sha256}) words.insert(std::string(word));
    }
  }
  std::size_t in_entries = 0;
  for (const auto& [folder, others] : allowed) {
    for_each_source(root / folder, [&](const fs::path& file, const std::vector<std::string>& lines) {
      const bool entry = file.parent_path() == root / "weights/models";
      for (const std::string& line : lines) {
        for (const std::string& word : words) {
          if (line.find(word) == std::string::npos) continue;
          in_entries += entry ? 1U : 0U;
          EXPECT_TRUE(entry) << file << " names " << word;
        }
      }
    });
  }
  EXPECT_GE(in_entries, words.size()) << "the entries were not found";
}

// A library knows no command line: a server or another program's window has none.
TEST(Structure, LibrariesNameNoOptions) {
  const std::regex option(R"re("[^"]*(^|[^-])--[a-z][^"]*")re");
  for (const auto& [folder, others] : allowed) {
    if (folder == "apps") continue;
    for_each_source(root / folder, [&](const fs::path& file, const std::vector<std::string>& lines) {
      for (const std::string& line : lines) EXPECT_FALSE(std::regex_search(line, option)) << file << ": " << line;
    });
  }
  const std::string found = R"(  throw Error("a", "try --discard");)";
  EXPECT_TRUE(std::regex_search(found, option));
}

// A library gives its warnings to its caller; where they are printed is the program's matter.
TEST(Structure, LibrariesDoNotLog) {
  const std::regex log(R"re(spdlog)re");
  std::size_t files = 0;
  for (const auto& [folder, others] : allowed) {
    if (folder == "apps") continue;
    for_each_source(root / folder, [&](const fs::path& file, const std::vector<std::string>& lines) {
      ++files;
      for (const std::string& line : lines) EXPECT_FALSE(std::regex_search(line, log)) << file << ": " << line;
    });
    std::ifstream build(root / folder / "CMakeLists.txt");
    EXPECT_TRUE(build.is_open()) << folder;
    for (std::string line; std::getline(build, line);) {
      EXPECT_FALSE(std::regex_search(line, log)) << folder << "/CMakeLists.txt: " << line;
    }
  }
  EXPECT_GT(files, 100U) << "the files were not found";
}

TEST(Structure, FilesStaySmallAndLinesShort) {
  for (const auto& [folder, others] : allowed) {
    for_each_source(root / folder, [](const fs::path& file, const std::vector<std::string>& lines) {
      EXPECT_LE(lines.size(), 400U) << file;
      for (const std::string& line : lines) EXPECT_LE(line.size(), 120U) << file << ": " << line;
    });
  }
}

}  // namespace
}  // namespace colourize
