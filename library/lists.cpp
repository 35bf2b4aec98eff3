// What there is: the version, the devices, the models.
#include <algorithm>
#include <string>

#include "colourize/colourize.h"
#include "kernels/backend.h"
#include "library/failure.h"
#include "weights/catalogue.h"
#include "weights/weights.h"

namespace colourize::library {
namespace {

// The model whose weights an installed file holds, as a word.
std::string generator_in(const weights::InstalledModel& model) {
  try {
    const weights::Model* known = weights::recognise(*weights::Weights::open(model.path));
    return known == nullptr ? "unknown" : std::string(known->name);
  } catch (const Error&) {
    return "damaged";
  }
}

}  // namespace
}  // namespace colourize::library

const char* colourize_version(void) {
  return COLOURIZE_VERSION;
}

colourize_status colourize_models(const char* models_folder,
                                  void (*each)(void* user, const colourize_model_info* model), void* user) {
  namespace weights = colourize::weights;
  return colourize::library::guarded([&] {
    if (each == nullptr) colourize::library::refuse("each", "is NULL", "pass it");
    const weights::Model& built_in = weights::builtin_model();
    const std::string name(built_in.name);
    const std::string licence(built_in.built_in->licence);
    const colourize_model_info first{name.c_str(), "built in",      name.c_str(),
                                     "",           licence.c_str(), weights::builtin_bytes()};
    each(user, &first);
    const auto installed =
        weights::installed_models(weights::models_folder(models_folder == nullptr ? "" : models_folder));
    for (const weights::InstalledModel& model : installed) {
      const std::string generator = colourize::library::generator_in(model);
      const std::string path = model.path.string();
      const colourize_model_info info{model.name.c_str(), "installed", generator.c_str(),
                                      path.c_str(),       "",          model.bytes};
      each(user, &info);
    }
    for (const weights::PublishedModel& model : weights::published_models()) {
      if (std::ranges::find(installed, model.name, &weights::InstalledModel::name) != installed.end()) continue;
      const std::string published(model.name);
      const std::string generator(model.generator);
      const std::string terms(model.licence);
      const colourize_model_info info{published.c_str(), "published", generator.c_str(), "",
                                      terms.c_str(),     model.bytes};
      each(user, &info);
    }
  });
}

colourize_status colourize_devices(void (*each)(void* user, const colourize_device_info* device), void* user) {
  return colourize::library::guarded([&] {
    if (each == nullptr) colourize::library::refuse("each", "is NULL", "pass it");
    for (const colourize::kernels::BackendEntry& backend : colourize::kernels::backends()) {
      const colourize_device_info info{backend.name.c_str(), backend.usable() ? 1 : 0, backend.requirement.c_str()};
      each(user, &info);
    }
  });
}
