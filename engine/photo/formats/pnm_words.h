// The words of netpbm's headers, and of its plain samples.
#pragma once

#include <cctype>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace colourize::photo {

// Reads words one after another, with white space and comments (from # to the line's end) before each. Borrows the
// file's bytes.
class PnmWords {
 public:
  PnmWords(std::span<const std::byte> file, std::size_t place) : file_(file), place_(place) {}

  // The byte after the last word.
  std::size_t place() const { return place_; }

  // None where there is no number, or one of more than nine digits.
  std::optional<int> number() {
    skip_space();
    constexpr int most_digits = 9;
    int value = 0;
    int digits = 0;
    for (; std::isdigit(at_place()) != 0; ++place_, ++digits) {
      if (digits == most_digits) return {};
      value = 10 * value + (at_place() - '0');
    }
    return digits > 0 ? std::optional(value) : std::nullopt;
  }

  // One digit, 0 or 1, which may stand without white space.
  std::optional<int> bit() {
    skip_space();
    if (at_place() != '0' && at_place() != '1') return {};
    return file_[place_++] == std::byte{'1'} ? 1 : 0;
  }

  // At most 40 characters other than white space; empty where there are none.
  std::string word() {
    skip_space();
    constexpr std::size_t longest = 40;
    std::string text;
    for (; at_place() > ' ' && text.size() < longest; ++place_) text += static_cast<char>(at_place());
    return text;
  }

 private:
  int at_place() const { return place_ < file_.size() ? std::to_integer<int>(file_[place_]) : 0; }

  void skip_space() {
    while (std::isspace(at_place()) != 0 || at_place() == '#') {
      const bool comment = at_place() == '#';
      ++place_;
      while (comment && place_ < file_.size() && at_place() != '\n' && at_place() != '\r') ++place_;
    }
  }

  std::span<const std::byte> file_;
  std::size_t place_;
};

}  // namespace colourize::photo
