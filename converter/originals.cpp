#include "converter/originals.h"

#include <algorithm>
#include <array>
#include <set>

#include "system/error.h"

// A row for each model whose checkpoints can be converted: the name of its `const Original`.
#define COLOURIZE_ORIGINALS(row) row(wide) row(deep) row(ddcolor)

namespace colourize::converter {

namespace originals {
#define COLOURIZE_DECLARE(name) extern const Original name;
COLOURIZE_ORIGINALS(COLOURIZE_DECLARE)
#undef COLOURIZE_DECLARE
}  // namespace originals

namespace {

#define COLOURIZE_ADDRESS(name) &originals::name,
constexpr std::array table{COLOURIZE_ORIGINALS(COLOURIZE_ADDRESS)};

// "is not a known DeOldify generator: it has neither A (wide) nor B (deep)"
std::string no_known_generator() {
  std::vector<std::string_view> families;
  std::string names;
  std::string marks;
  for (const Original* original : table) {
    const weights::Model& model = original->model;
    if (std::ranges::find(families, model.family) == families.end()) {
      names += (families.empty() ? "" : " or ") + std::string(model.family);
      families.push_back(model.family);
    }
    marks += (marks.empty() ? "neither " : " nor ") + std::string(model.original_mark) + " (" +
             std::string(model.name) + ")";
  }
  return "is not a known " + names + " generator: it has " + marks;
}

}  // namespace

std::span<const Original* const> all_originals() {
  return table;
}

const Original& recognise(const Checkpoint& checkpoint) {
  const auto found = std::ranges::find_if(table, [&](const Original* original) {
    return checkpoint.shapes.contains(std::string(original->model.original_mark));
  });
  if (found == table.end()) throw Error(ErrorKind::unsupported, checkpoint.source, no_known_generator());
  const Original& original = **found;
  ShapeCheck check(checkpoint);
  original.expect(check);
  check.finish(original.model.family, original.leaves_out);
  return original;
}

std::vector<FoldedTensor> fold(const Original& original, const Checkpoint& checkpoint) {
  std::vector<FoldedTensor> tensors = original.fold(checkpoint);
  std::set<std::string> used;
  for (const FoldedTensor& tensor : tensors) used.insert(tensor.sources.begin(), tensor.sources.end());
  for (const std::string& name : checkpoint.names()) {
    if (used.contains(name) || original.leaves_out(name)) continue;
    throw Error(ErrorKind::unsupported, checkpoint.source,
                "tensor '" + name + "' is not used by any rule of " + weights::full_name(original.model));
  }
  return tensors;
}

}  // namespace colourize::converter
