// The program: parses the arguments, runs the command, and turns errors into messages and exit codes.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <new>
#include <variant>

#include "apps/colourize/advice.h"
#include "apps/colourize/arguments.h"
#include "apps/colourize/colour.h"
#include "apps/colourize/compare.h"
#include "apps/colourize/console.h"
#include "apps/colourize/convert.h"
#include "apps/colourize/fetch.h"
#include "apps/colourize/infer.h"
#include "apps/colourize/measure.h"
#include "apps/colourize/measure_pictures.h"
#include "apps/colourize/models.h"
#include "apps/colourize/profile.h"
#include "film/video/libav.h"
#include "system/error.h"
#include "system/output_file.h"
#include "system/warnings.h"

namespace {

namespace apps = colourize::apps;

// Removes unfinished files, then dies of the signal as usual.
void on_signal(int signal) {
  colourize::remove_pending_outputs();
  std::raise(signal);
}

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;  // NOLINT(cppcoreguidelines-pro-type-union-access): POSIX's structure
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    // A signal that the process ignores stays ignored, as with nohup.
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

void set_up_log(bool quiet) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("colourize"));
  // On a terminal, a progress line may be where the message will appear.
  spdlog::set_pattern(::isatty(STDERR_FILENO) != 0 ? "\r\x1b[K%n: %l: %v" : "%n: %l: %v");
  spdlog::set_level(quiet ? spdlog::level::err : spdlog::level::warn);
  colourize::film::log_libav_to(colourize::ignore_warnings);
}

// What runs each command.
struct Commands {
  int operator()(const std::monostate& /*none*/) const { return 0; }
  int operator()(const apps::ColourArguments& arguments) const { return apps::colour(arguments); }
  int operator()(const apps::InferArguments& arguments) const { return apps::infer(arguments); }
  int operator()(const apps::ConvertArguments& arguments) const { return apps::convert_checkpoint(arguments); }
  int operator()(const apps::ProfileArguments& arguments) const { return apps::profile(arguments); }
  int operator()(const apps::CompareArguments& arguments) const { return apps::compare_devices(arguments); }
  int operator()(const apps::MeasureArguments& arguments) const {
    return arguments.against ? apps::measure_pictures(arguments) : apps::measure(arguments);
  }
  int operator()(const apps::ModelsArguments& arguments) const { return apps::list_models(arguments); }
  int operator()(const apps::FetchArguments& arguments) const { return apps::fetch_model(arguments); }
};

// True where the command has an option to print only errors, and it was given.
struct Quiet {
  template <class Arguments>
  bool operator()(const Arguments& arguments) const {
    if constexpr (requires { arguments.common.quiet; }) return arguments.common.quiet;
    if constexpr (requires { arguments.quiet; }) return arguments.quiet;
    return false;
  }
};

int run(const apps::Arguments& arguments) {
  if (std::holds_alternative<std::monostate>(arguments.command)) return arguments.exit_code;
  set_up_log(std::visit(Quiet(), arguments.command));
  return std::visit(Commands(), arguments.command);
}

}  // namespace

int main(int count, char** values) {
  try {
    watch_signals();
    return run(apps::parse_arguments(count, values));
  } catch (const colourize::Error& problem) {
    apps::Console(false, false).error(apps::sentence(problem));
  } catch (const std::bad_alloc&) {
    apps::Console(false, false).error("there is not enough memory");
  } catch (const std::exception& problem) {
    apps::Console(false, false).error(problem.what());
  }
  return 1;
}
