// Several folders of results side by side, over the pictures that all of them have.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "apps/colourize/picture_means.h"

namespace colourize::apps {

struct MeasuredPicture {
  std::filesystem::path original;
  photo::PictureFigures figures;
};

// What was measured of one input of `measure --against`.
struct MeasuredInput {
  std::filesystem::path input;            // as it was given
  std::vector<MeasuredPicture> pictures;  // at most one for an original
  std::size_t failed = 0;                 // results that could not be measured
  std::size_t without_result = 0;         // originals without a result
};

// A generator of an ensemble.
struct NamedMember {
  std::string name;
  double share = 0;  // of the mean, 0 to 1; those of all members have the sum 1
};

// An ensemble against its members, which are other inputs.
struct EnsembleFigures {
  std::vector<NamedMember> members;
  double members_colourfulness = 0;  // the members' M(3), weighted by their shares
  // How much more colourful the ensemble is than that: -0.1 for a tenth less. None where its members are grey.
  std::optional<double> change;
};

struct ComparedInput {
  std::string name;  // the input's last part, or all of it where another input has the same last part
  MeasuredInput measured;
  // Over the pictures that all inputs have. `matched` is over those of them that can be matched in every input, but for
  // inputs with none at all, such as grey ones.
  PictureMeans means;
  std::size_t left_out = 0;  // pictures that were measured, and that another input lacks
  // Where --model takes the name as an ensemble's (weights::named_models()), and each member's name is an input's.
  std::optional<EnsembleFigures> ensemble;
};

// In the order of the inputs, each of which has a picture. Empty where no original has a result in all of them.
std::vector<ComparedInput> compare_inputs(std::vector<MeasuredInput> inputs);

}  // namespace colourize::apps
