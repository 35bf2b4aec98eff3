// One generator, or several that colour a picture together: the picture gets the mean of their chroma.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/generators/generator.h"
#include "weights/recipes.h"

namespace colourize {

// A generator and its part in the mean. All parts of an ensemble add up to 1.
struct Member {
  std::shared_ptr<const Generator> generator;
  float share = 1;
};

class Ensemble {
 public:
  // One generator alone. Given by reference, it must outlive the ensemble.
  Ensemble(std::shared_ptr<const Generator> generator);  // NOLINT(google-explicit-constructor): it is one
  Ensemble(const Generator& generator);                  // NOLINT(google-explicit-constructor)

  // Several, with their shares in proportion; they need not add up to 1. Throws Error where there are not 1 to
  // weights::most_members of them, or where a share is not finite and above 0.
  explicit Ensemble(std::vector<Member> members);

  std::span<const Member> members() const { return members_; }
  bool is_one() const { return members_.size() == 1; }
  // The generator where there is one. Throws Error of the kind `unsupported` where there are several.
  const Generator& only() const;

  // The members' names, with + between them.
  std::string name() const;
  // The speed of the slowest member.
  weights::Speed speed() const;
  // The largest of the members' default render factors.
  int default_render_factor() const;
  // Bytes of all members' weights, as they are stored.
  std::size_t weights_bytes() const;

 private:
  std::vector<Member> members_;
};

// Builds the generator of each model. Throws Error as build_generator() does.
Ensemble build_ensemble(const std::vector<weights::OpenedModel>& models);

}  // namespace colourize
