// Where warnings go.
#include "system/warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <type_traits>

#include "system/recorded_warnings.h"

namespace colourize {
namespace {

using testing::ElementsAre;

// Whoever forgets the sink is told by the compiler.
static_assert(!std::is_default_constructible_v<Warn>);

TEST(Warn, ReachesTheSinkByEveryCopy) {
  const RecordedWarnings warnings;
  Warn first = warnings.sink();
  const Warn copy = first;
  const Warn moved = std::move(first);
  first("first");  // NOLINT(bugprone-use-after-move): it keeps its sink
  copy("second");
  moved("third");
  EXPECT_THAT(warnings.texts(), ElementsAre("first", "second", "third"));
}

TEST(Warn, IsReplacedByAnother) {
  const RecordedWarnings warnings;
  Warn warn = ignore_warnings;
  warn("nobody hears this");
  warn = warnings.sink();
  warn("somebody does");
  EXPECT_THAT(warnings.texts(), ElementsAre("somebody does"));
}

}  // namespace
}  // namespace colourize
