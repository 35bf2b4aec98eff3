#include "library/session.h"

#include <mutex>
#include <utility>

#include "converter/opening.h"
#include "engine/device.h"
#include "library/failure.h"
#include "library/options.h"
#include "system/error.h"
#include "system/lists.h"
#include "weights/catalogue.h"
#include "weights/weights.h"

namespace colourize::library {
namespace {

constexpr colourize_session_options default_session{.size = sizeof(colourize_session_options),
                                                    .devices = nullptr,
                                                    .precision = nullptr,
                                                    .threads = 0,
                                                    .render_factor = 0,
                                                    .together = 0,
                                                    .log = nullptr,
                                                    .log_user = nullptr};

kernels::Precision precision_named(const char* name) {
  const auto found = precisions().find(name);
  if (found == precisions().end()) refuse("precision", "is not a precision's name", "choose fp32, fp16 or bf16");
  return found->second;
}

Warn sink_of(const colourize_session_options& options) {
  if (options.log == nullptr) return ignore_warnings;
  return [log = options.log, user = options.log_user, mutex = std::make_shared<std::mutex>()](const std::string& text) {
    const std::lock_guard lock(*mutex);
    log(user, text.c_str());
  };
}

}  // namespace

Ensemble ensemble_of(const colourize_model* model) {
  if (model != nullptr) return model->ensemble;
  return std::make_shared<const Generator>(build_generator(weights::Weights::builtin()));
}

SessionWish session_wish(const colourize_session_options* given) {
  const colourize_session_options options = options_from(given, default_session, "session options");
  if (options.threads < 0) refuse("threads", "is below 0", "choose 0 for all");
  if (options.together < 0) refuse("together", "is below 0", "choose 0 for many");
  if (options.devices != nullptr && *options.devices == '\0') {
    refuse("devices", "names no device", "pass NULL for the fastest one");
  }
  session::SessionOptions result;
  result.devices = names_in(options.devices == nullptr ? "auto" : options.devices);
  result.backend.threads = options.threads;
  if (options.precision != nullptr) result.backend.precision = precision_named(options.precision);
  if (options.render_factor != 0) result.render_factor = options.render_factor;
  result.together = static_cast<std::size_t>(options.together);
  return {std::move(result), sink_of(options)};
}

session::Session::Progress stoppable(colourize_progress progress, void* user, const std::string& subject) {
  if (progress == nullptr) return {};
  return [=](double fraction) {
    if (progress(user, fraction) != 0) throw Error(ErrorKind::interrupted, subject, "was stopped by its caller");
  };
}

}  // namespace colourize::library

using colourize::library::guarded;
using colourize::library::require;

colourize_status colourize_model_open(const char* name_or_path, const char* models_folder, colourize_model** model) {
  return guarded([&] {
    require(model, "model");
    *model = nullptr;
    colourize::Ensemble ensemble =
        name_or_path == nullptr
            ? colourize::library::ensemble_of(nullptr)
            : colourize::build_ensemble(colourize::converter::open_models(
                  name_or_path,
                  {.folder = colourize::weights::models_folder(models_folder == nullptr ? "" : models_folder),
                   .version = std::string("libcolourize ") + colourize_version(),
                   .converting = {},
                   .converted = {}}));
    std::string name = ensemble.name();
    *model = new colourize_model{std::move(ensemble), std::move(name)};
  });
}

void colourize_model_close(colourize_model* model) {
  delete model;
}

const char* colourize_model_generator(const colourize_model* model) {
  return model == nullptr ? "" : model->name.c_str();
}

int colourize_model_default_render_factor(const colourize_model* model) {
  return model == nullptr ? 0 : model->ensemble.default_render_factor();
}

void colourize_session_options_init(colourize_session_options* options, size_t size) {
  colourize::library::init_options(options, size, colourize::library::default_session);
}

colourize_status colourize_session_open(const colourize_model* model, const colourize_session_options* options,
                                        colourize_session** session) {
  return guarded([&] {
    require(session, "session");
    *session = nullptr;
    const auto [wanted, warn] = colourize::library::session_wish(options);
    colourize::Ensemble ensemble = colourize::library::ensemble_of(model);
    auto opened = std::make_unique<colourize::session::Session>(ensemble, wanted, warn);
    const char* precision = options == nullptr ? nullptr : options->precision;
    *session = new colourize_session{warn, std::move(opened), std::move(ensemble), wanted.render_factor,
                                     precision == nullptr ? "" : precision};
  });
}

void colourize_session_close(colourize_session* session) {
  delete session;
}

const char* colourize_session_devices(const colourize_session* session) {
  return session == nullptr ? "" : session->session->devices().c_str();
}
