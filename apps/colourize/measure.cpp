#include "apps/colourize/measure.h"

#include <spdlog/fmt/fmt.h>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "apps/colourize/warnings.h"
#include "engine/photo/formats/table.h"
#include "film/figures/measure.h"
#include "system/error.h"

namespace colourize::apps {
namespace {

void print(const std::filesystem::path& path, const film::FilmFigures& figures, Console& console) {
  console.line(path.string());
  const auto row = [&](const char* name, double value, const char* meaning) {
    console.line(fmt::format("  {:<28}{:>12.6f}  {}", name, value, meaning));
  };
  console.line(fmt::format("  {:<28}{:>12}", "frames", figures.frames));
  console.line(fmt::format("  {:<28}{:>12}", "cuts", figures.cuts));
  row("CDC", figures.colour_distribution_consistency, "red, green, blue; lower is steadier; Liu et al. 2021");
  row("CDC of chroma", figures.chroma_distribution_consistency, "Cb and Cr alone");
  row("warp error", figures.warp_error, "red, green, blue; lower is steadier; Lai et al. 2018, by our own motion");
  row("warp error of chroma", figures.chroma_warp_error, "Cb and Cr alone");
  row("colourfulness M(3)", figures.colourfulness_opponent, "opponent colours; Hasler and Suesstrunk 2003");
  row("colourfulness M(1)", figures.colourfulness_lab, "CIELAB; Hasler and Suesstrunk 2003");
  console.object({{"source", path},
                  {"pictures", figures.frames},
                  {"cuts", figures.cuts},
                  {"cdc", figures.colour_distribution_consistency},
                  {"cdc_chroma", figures.chroma_distribution_consistency},
                  {"warp_error", figures.warp_error},
                  {"warp_error_chroma", figures.chroma_warp_error},
                  {"colourfulness_m3", figures.colourfulness_opponent},
                  {"colourfulness_m1", figures.colourfulness_lab}});
}

}  // namespace

int measure(const MeasureArguments& arguments) {
  Console console(arguments.json, false);
  int code = 0;
  for (const std::filesystem::path& path : arguments.inputs) {
    try {
      if (photo::has_picture_extension(path)) {
        throw Error(ErrorKind::invalid, path.string(), "is a picture, which is measured against its original",
                    "name that: measure --against ORIGINAL " + path.string());
      }
      const auto progress = [&](std::int64_t done, std::int64_t expected) {
        console.progress("", path.string(), fmt::format("  {}/{}", done, std::max(done, expected)));
      };
      const film::FilmFigures figures = film::measure_film(path, arguments.range, progress, terminal_warnings());
      console.clear_progress();
      print(path, figures, console);
    } catch (const Error& problem) {
      console.failure(path, problem);
      code = 1;
    }
  }
  return code;
}

}  // namespace colourize::apps
