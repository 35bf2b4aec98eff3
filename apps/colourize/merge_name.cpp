#include "apps/colourize/merge_name.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>

namespace colourize::apps {
namespace {

// None where the text is not all of a number above 0; a weight that is not finite shows in the sum.
std::optional<double> weight_of(std::string_view text) {
  double weight = 0;
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, weight);
  if (problem != std::errc() || rest != end || weight <= 0) return {};
  return weight;
}

}  // namespace

std::vector<MergeMember> merge_members(std::string_view name) {
  std::vector<MergeMember> members;
  std::size_t weighted = 0;
  double sum = 0;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('+', begin), name.size());
    std::string_view part = name.substr(begin, end - begin);
    begin = end + 1;
    double weight = 1;
    if (const std::size_t colon = part.rfind(':'); colon != std::string_view::npos) {
      const std::optional<double> given = weight_of(part.substr(colon + 1));
      if (!given) return {};
      weight = *given;
      part = part.substr(0, colon);
      ++weighted;
    }
    if (part.empty()) return {};
    members.push_back({std::string(part), weight});
    sum += weight;
  }
  if (members.size() < 2 || (weighted != 0 && weighted != members.size()) || !std::isfinite(sum)) return {};
  for (MergeMember& member : members) member.share /= sum;
  return members;
}

}  // namespace colourize::apps
