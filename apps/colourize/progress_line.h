// A progress line that fits into a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace colourize::apps {

// How many columns of a terminal a text takes, which must be UTF-8: 2 for wide characters (Unicode Standard Annex 11:
// those of East Asia, and emoji), 0 for marks that combine with the character before them, else 1.
std::size_t columns_of(std::string_view text);

// `before`, `name` and `after` one after another, in at most `columns` columns. The name is cut in its middle where the
// whole is longer; the rest stays. Only where there is no place for that either, the end of the line is cut too.
std::string progress_line(const std::string& before, const std::string& name, const std::string& after,
                          std::size_t columns);

}  // namespace colourize::apps
