#include "apps/colourize/record_options.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/device.h"
#include "engine/generators/generator.h"
#include "system/error.h"

namespace colourize::apps {
namespace {

using nlohmann::json;

// Numbers that an option takes.
template <class Number>
struct NumberRange {
  Number smallest;
  Number largest;
};

// Calls `each` with every option's name, variable, and what limits its values: a range, or names and their meanings.
template <class Arguments, class Each>
void for_each_option(Arguments& arguments, const Each& each) {
  struct Nothing {};
  constexpr double most_seconds = 1e9;
  each("model", arguments.common.model, Nothing());
  each("device", arguments.common.device, Nothing());
  each("precision", arguments.common.precision, precisions());
  each("render-factor", arguments.render_factor, NumberRange<int>{smallest_render_factor, largest_render_factor});
  each("exact", arguments.exact, Nothing());
  each("side-by-side", arguments.side_by_side, Nothing());
  each("salvage", arguments.salvage, Nothing());
  each("max-megapixels", arguments.max_megapixels, NumberRange<std::int64_t>{1, 100'000});
  each("tiff-compression", arguments.encoding.tiff_compression, photo::tiff_compressions());
  each("webp-lossless", arguments.encoding.webp_lossless, Nothing());
  each("jxl-lossless", arguments.encoding.jxl_lossless, Nothing());
  each("dpx-transfer", arguments.dpx_transfer, photo::film_transfers());
  each("no-provenance", arguments.no_provenance, Nothing());
  each("codec", arguments.film.codec.codec, film::video_codecs());
  each("crf", arguments.film.codec.crf, NumberRange<int>{0, 51});
  each("preset", arguments.film.codec.preset, Nothing());
  each("pixel-format", arguments.film.codec.pixel_format, Nothing());
  each("from", arguments.film.range.from, NumberRange<double>{0, most_seconds});
  each("to", arguments.film.range.to, NumberRange<double>{0, most_seconds});
  each("stabilise", arguments.film.stabilise, NumberRange<double>{0, 1});
}

template <class Value>
struct OptionalValue {
  static constexpr bool is = false;
  using Type = Value;
};
template <class Value>
struct OptionalValue<std::optional<Value>> {
  static constexpr bool is = true;
  using Type = Value;
};

struct BadValue {};

template <class Value, class Limits>
Value value_of(const json& given, const Limits& limits) {
  if constexpr (requires { limits.smallest; }) {
    const bool right = std::is_floating_point_v<Value> ? given.is_number() : given.is_number_integer();
    if (!right) throw BadValue();
    // As double, because a number of JSON may be larger than the type.
    const auto number = given.get<double>();
    if (!(number >= static_cast<double>(limits.smallest) && number <= static_cast<double>(limits.largest))) {
      throw BadValue();
    }
    return given.get<Value>();
  } else if constexpr (requires { limits.begin()->second; }) {
    if (!given.is_string()) throw BadValue();
    const auto found = limits.find(given.get<std::string>());
    if (found == limits.end()) throw BadValue();
    return found->second;
  } else if constexpr (std::is_same_v<Value, bool>) {
    if (!given.is_boolean()) throw BadValue();
    return given.get<bool>();
  } else {
    if (!given.is_string()) throw BadValue();
    return given.get<std::string>();
  }
}

template <class Value, class Limits>
json json_of(const Value& value, const Limits& limits) {
  if constexpr (requires { limits.begin()->second; }) {
    return std::ranges::find(limits, value, [](const auto& entry) { return entry.second; })->first;
  } else {
    return value;
  }
}

}  // namespace

json recorded_options(const ColourArguments& arguments) {
  json options = json::object();
  for_each_option(arguments, [&](const char* name, const auto& value, const auto& limits) {
    if constexpr (OptionalValue<std::remove_cvref_t<decltype(value)>>::is) {
      options[name] = value ? json_of(*value, limits) : json();
    } else {
      options[name] = json_of(value, limits);
    }
  });
  return options;
}

void set_options(const json& recorded, const std::string& name, ColourArguments& arguments) {
  const auto damaged = [&](const std::string& what) {
    return Error(ErrorKind::damaged, name, "is no record: " + what);
  };
  if (!recorded.is_object()) throw damaged("its options are missing");
  std::size_t known = 0;
  for_each_option(arguments, [&](const char* option, auto& value, const auto& limits) {
    using Given = OptionalValue<std::remove_cvref_t<decltype(value)>>;
    const auto found = recorded.find(option);
    if (found == recorded.end()) throw damaged(fmt::format("its option {} is missing", option));
    ++known;
    try {
      if constexpr (Given::is) {
        value.reset();
        if (!found->is_null()) value = value_of<typename Given::Type>(*found, limits);
      } else {
        value = value_of<typename Given::Type>(*found, limits);
      }
    } catch (const BadValue&) {
      throw damaged(fmt::format("its option {} has a value that it cannot have", option));
    }
  });
  // A newer version's option may change the result, so it is not passed over.
  if (recorded.size() != known) {
    throw Error(ErrorKind::unsupported, name, "has options that this version does not know", "use a newer version");
  }
}

}  // namespace colourize::apps
