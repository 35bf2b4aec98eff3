#include "engine/generators/ensemble.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "system/error.h"

namespace colourize {

Ensemble::Ensemble(std::shared_ptr<const Generator> generator) : members_{{std::move(generator), 1}} {}

Ensemble::Ensemble(const Generator& generator)
    : Ensemble(std::shared_ptr<const Generator>(std::shared_ptr<void>(), &generator)) {}

Ensemble::Ensemble(std::vector<Member> members) : members_(std::move(members)) {
  if (members_.empty() || members_.size() > weights::most_members) {
    throw Error(ErrorKind::invalid, "ensemble", "has " + std::to_string(members_.size()) + " generators",
                "choose 1 to " + std::to_string(weights::most_members));
  }
  double sum = 0;
  for (const Member& member : members_) {
    if (!std::isfinite(member.share) || member.share <= 0) {
      throw Error(ErrorKind::invalid, "ensemble", "has a share that is not above 0", "choose a larger one");
    }
    sum += static_cast<double>(member.share);
  }
  for (Member& member : members_) member.share = static_cast<float>(static_cast<double>(member.share) / sum);
}

const Generator& Ensemble::only() const {
  if (is_one()) return *members_.front().generator;
  throw Error(ErrorKind::unsupported, "generators " + name(), "are several, where one is needed", "choose one of them");
}

std::string Ensemble::name() const {
  std::string names;
  for (const Member& member : members_) names += (names.empty() ? "" : "+") + member.generator->name;
  return names;
}

weights::Speed Ensemble::speed() const {
  const auto slow = [](const Member& member) { return member.generator->speed == weights::Speed::slow; };
  return std::ranges::any_of(members_, slow) ? weights::Speed::slow : members_.front().generator->speed;
}

int Ensemble::default_render_factor() const {
  int largest = 0;
  for (const Member& member : members_) largest = std::max(largest, member.generator->default_render_factor);
  return largest;
}

std::size_t Ensemble::weights_bytes() const {
  std::size_t bytes = 0;
  for (const Member& member : members_) bytes += member.generator->weights->bytes();
  return bytes;
}

Ensemble build_ensemble(const std::vector<weights::OpenedModel>& models) {
  std::vector<Member> members;
  members.reserve(models.size());
  for (const weights::OpenedModel& model : models) {
    members.push_back({std::make_shared<const Generator>(build_generator(model.weights)), model.share});
  }
  return Ensemble(std::move(members));
}

}  // namespace colourize
