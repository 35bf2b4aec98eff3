#include "weights/catalogue.h"

#include <filesystem>

#include "system/error.h"

namespace colourize::weights {

std::shared_ptr<const Weights> open_model(const std::string& name_or_path) {
  if (name_or_path == builtin_name) return Weights::builtin();
  std::error_code ignored;
  if (!std::filesystem::exists(name_or_path, ignored)) {
    throw Error("model " + name_or_path, "is neither built in nor a file",
                "use --model lite or the path of a .safetensors file");
  }
  return Weights::open(name_or_path);
}

}  // namespace colourize::weights
