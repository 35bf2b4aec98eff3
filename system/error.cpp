#include "system/error.h"

#include <system_error>
#include <utility>

namespace colourize {
namespace {

std::string sentence(const std::string& subject, const std::string& happened, const std::string& remedy) {
  std::string text = subject + ": " + happened;
  if (!remedy.empty()) text += "; " + remedy;
  return text;
}

}  // namespace

Error::Error(std::string subject, std::string happened, std::string remedy)
    : std::runtime_error(sentence(subject, happened, remedy)),
      subject_(std::move(subject)),
      happened_(std::move(happened)),
      remedy_(std::move(remedy)) {}

std::string system_message(int error_number) {
  return std::generic_category().message(error_number);
}

}  // namespace colourize
