// The name of a merge: several generators whose chroma is averaged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace colourize::apps {

struct MergeMember {
  std::string name;
  double share = 0;  // of the average, 0 to 1; those of all members have the sum 1
};

// The members of "stable+ddcolor", each with the same share, or of "stable:0.4+ddcolor:0.6", whose weights are finite,
// above 0 and given for all members or for none. Empty where the name is not like that.
std::vector<MergeMember> merge_members(std::string_view name);

}  // namespace colourize::apps
