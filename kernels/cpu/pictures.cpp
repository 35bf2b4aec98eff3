// Rows of pictures: luma, resizing, and chroma back into samples, a vector of pixels at a time. The sums and products
// and their order are those of kernels/reference/pictures.cpp, and none are fused, so that the bits are the same.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/pictures.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <limits>

#include "kernels/bt601.h"
#include "kernels/cpu/simd-inl.h"
#include "kernels/reference/reference.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR  // has no interleaved loads, and a vector of one pixel gains nothing
PictureRows picture_rows() {
  return reference::picture_rows();
}
#else

using Ints = hn::Rebind<std::int32_t, Floats>;
using Doubles = hn::CappedTag<double, static_cast<std::size_t>(lanes)>;
constexpr auto double_lanes = static_cast<int>(hn::MaxLanes(Doubles()));

template <class Sample>
using Narrow = hn::Rebind<Sample, Floats>;

template <class Sample>
HWY_INLINE Vector as_floats(hn::Vec<Narrow<Sample> > samples) {
  return hn::ConvertTo(Floats(), hn::PromoteTo(Ints(), samples));
}

// As reference's to_sample(); exact sums and conversions, so also beyond 2^24.
template <class Sample>
HWY_INLINE hn::Vec<Narrow<Sample> > as_samples(Vector values, float largest) {
  const Floats d;
  const Vector clamped = hn::Min(hn::Max(values, hn::Zero(d)), hn::Set(d, largest));
  return hn::DemoteTo(Narrow<Sample>(), hn::ConvertTo(Ints(), hn::Add(clamped, hn::Set(d, 0.5F))));
}

HWY_INLINE Vector luma_of(Vector red, Vector green, Vector blue) {
  const Floats d;
  const Vector some = hn::Add(hn::Mul(hn::Set(d, bt601::luma_red), red), hn::Mul(hn::Set(d, bt601::luma_green), green));
  return hn::Add(some, hn::Mul(hn::Set(d, bt601::luma_blue), blue));
}

// A vector of pixels, channel by channel; of 3 channels, alpha is nothing.
template <int channels, class Sample>
HWY_INLINE void load_pixels(const Sample* from, hn::Vec<Narrow<Sample> >& red, hn::Vec<Narrow<Sample> >& green,
                            hn::Vec<Narrow<Sample> >& blue, hn::Vec<Narrow<Sample> >& alpha) {
  const Narrow<Sample> d;
  if constexpr (channels == 3) {
    hn::LoadInterleaved3(d, from, red, green, blue);
    alpha = hn::Zero(d);
  } else {
    hn::LoadInterleaved4(d, from, red, green, blue, alpha);
  }
}

template <int channels, class Sample>
void luma_row(const Sample* from, std::int64_t count, float black, float scale, float* to) {
  const Floats d;
  const Narrow<Sample> narrow;
  std::int64_t x = 0;
  for (; x + lanes <= count; x += lanes) {
    Vector luma;
    if constexpr (channels == 1) {
      luma = as_floats<Sample>(hn::LoadU(narrow, from + x));
    } else {
      hn::Vec<Narrow<Sample> > red;
      hn::Vec<Narrow<Sample> > green;
      hn::Vec<Narrow<Sample> > blue;
      hn::Vec<Narrow<Sample> > alpha;
      load_pixels<channels>(from + channels * x, red, green, blue, alpha);
      luma = luma_of(as_floats<Sample>(red), as_floats<Sample>(green), as_floats<Sample>(blue));
    }
    hn::StoreU(hn::Mul(hn::Sub(luma, hn::Set(d, black)), hn::Set(d, scale)), d, to + x);
  }
  const SamplesShape rest{
      .width = static_cast<int>(count - x), .height = 1, .channels = channels, .bytes = sizeof(Sample)};
  reference::picture_rows().luma(from + channels * x, rest, black, scale, to + x);
}

// Calls run.operator()<channels, Sample>().
template <class Run>
void for_samples(const SamplesShape& shape, const Run& run) {
  const auto of_channels = [&]<int channels>() {
    if (shape.bytes == 1) {
      run.template operator()<channels, std::uint8_t>();
    } else {
      run.template operator()<channels, std::uint16_t>();
    }
  };
  if (shape.channels == 1) return of_channels.template operator()<1>();
  if (shape.channels == 3) return of_channels.template operator()<3>();
  of_channels.template operator()<4>();
}

void luma(const void* row, const SamplesShape& shape, float black, float scale, float* to) {
  for_samples(shape, [&]<int channels, class Sample>() {
    luma_row<channels>(static_cast<const Sample*>(row), shape.width, black, scale, to);
  });
}

// Targets [begin, end) that all lie between the same two source pixels, as most do in a picture that grows.
HWY_INLINE void between_two(float left, float right, const double* weights, std::int64_t count, float* to) {
  const Doubles d;
  const hn::Rebind<float, Doubles> of_results;
  const auto lefts = hn::Set(d, static_cast<double>(left));
  const auto rights = hn::Set(d, static_cast<double>(right));
  std::int64_t x = 0;
  for (; x + double_lanes <= count; x += double_lanes) {
    hn::Vec<Doubles> of_left;
    hn::Vec<Doubles> of_right;
    hn::LoadInterleaved2(d, weights + 2 * x, of_left, of_right);
    const auto sum = hn::Add(hn::Mul(of_left, lefts), hn::Mul(of_right, rights));
    hn::StoreU(hn::DemoteTo(of_results, sum), of_results, to + x);
  }
  for (; x < count; ++x) {
    const double sum = weights[2 * x] * static_cast<double>(left);
    to[x] = static_cast<float>(sum + weights[2 * x + 1] * static_cast<double>(right));
  }
}

void resize_row(const float* from, const ResizeAxis& axis, float* to) {
  if (axis.from >= axis.to()) return reference::picture_rows().resize_row(from, axis, to);
  const int* first = axis.first.data();
  const int* begin = axis.begin.data();
  for (int x = 0; x < axis.to();) {
    const int at = first[x];
    const int taps = begin[x + 1] - begin[x];
    int end = x + 1;
    while (end < axis.to() && first[end] == at && begin[end + 1] - begin[end] == taps) ++end;
    if (taps == 2) {
      between_two(from[at], from[at + 1], axis.weights.data() + begin[x], end - x, to + x);
    } else {
      for (int target = x; target < end; ++target) {
        double sum = 0;
        for (int i = 0; i < taps; ++i) {
          sum += axis.weights[static_cast<std::size_t>(begin[target] + i)] * static_cast<double>(from[at + i]);
        }
        to[target] = static_cast<float>(sum);
      }
    }
    x = end;
  }
}

// bt601::fitting_share() of a vector of colours: the least of their channels'.
HWY_INLINE Vector fitting_share(Vector luma, Vector red, Vector green, Vector blue, float white) {
  const Floats d;
  const Vector one = hn::Set(d, 1.0F);
  const Vector all = hn::Set(d, white);
  Vector share = one;
  for (const Vector& channel : {red, green, blue}) {
    const auto above = hn::Gt(channel, all);
    const auto below = hn::Lt(channel, hn::Zero(d));
    const Vector room = hn::IfThenElse(above, hn::Sub(all, luma), luma);
    const Vector way = hn::IfThenElse(above, hn::Sub(channel, luma), hn::Sub(luma, channel));
    const Vector of_channel = hn::IfThenElse(hn::Or(above, below), hn::Div(room, way), one);
    share = hn::IfThenElse(hn::Lt(of_channel, share), of_channel, share);
  }
  return share;
}

// bt601::with_share() where the share is below 1.
HWY_INLINE Vector with_share(Vector luma, Vector channel, Vector share) {
  const Floats d;
  const Vector less = hn::Add(luma, hn::Mul(share, hn::Sub(channel, luma)));
  const Vector fitting = hn::IfThenElse(hn::Gt(share, hn::Zero(d)), less, luma);
  return hn::IfThenElse(hn::Lt(share, hn::Set(d, 1.0F)), fitting, channel);
}

template <int channels, class Sample>
void merge_row(const Sample* from, std::int64_t count, const float* blue_chroma, const float* red_chroma, Sample* to) {
  constexpr float full_range = std::numeric_limits<Sample>::max();
  const Floats d;
  const Narrow<Sample> narrow;
  const auto product = [&](float factor, Vector value) HWY_ATTR { return hn::Mul(hn::Set(d, factor), value); };
  std::int64_t x = 0;
  for (; x + lanes <= count; x += lanes) {
    hn::Vec<Narrow<Sample> > red;
    hn::Vec<Narrow<Sample> > green;
    hn::Vec<Narrow<Sample> > blue;
    hn::Vec<Narrow<Sample> > alpha;
    load_pixels<channels>(from + channels * x, red, green, blue, alpha);
    const Vector y = luma_of(as_floats<Sample>(red), as_floats<Sample>(green), as_floats<Sample>(blue));
    const Vector full = hn::Set(d, full_range);
    Vector r = hn::Add(y, hn::Mul(product(bt601::red_range, hn::LoadU(d, red_chroma + x)), full));
    Vector b = hn::Add(y, hn::Mul(product(bt601::blue_range, hn::LoadU(d, blue_chroma + x)), full));
    const Vector of_green = hn::Sub(hn::Sub(y, product(bt601::luma_red, r)), product(bt601::luma_blue, b));
    Vector g = hn::Div(of_green, hn::Set(d, bt601::luma_green));
    // Most vectors have no colour that leaves the range.
    const auto beyond = [&](Vector channel)
                            HWY_ATTR { return hn::Or(hn::Gt(channel, full), hn::Lt(channel, hn::Zero(d))); };
    if (!hn::AllFalse(d, hn::Or(beyond(r), hn::Or(beyond(g), beyond(b))))) {
      const Vector share = fitting_share(y, r, g, b, full_range);
      r = with_share(y, r, share);
      g = with_share(y, g, share);
      b = with_share(y, b, share);
    }
    red = as_samples<Sample>(r, full_range);
    green = as_samples<Sample>(g, full_range);
    blue = as_samples<Sample>(b, full_range);
    if constexpr (channels == 3) {
      hn::StoreInterleaved3(red, green, blue, narrow, to + channels * x);
    } else {
      hn::StoreInterleaved4(red, green, blue, alpha, narrow, to + channels * x);
    }
  }
  const SamplesShape rest{
      .width = static_cast<int>(count - x), .height = 1, .channels = channels, .bytes = sizeof(Sample)};
  reference::picture_rows().merge(from + channels * x, rest, blue_chroma + x, red_chroma + x, to + channels * x);
}

void merge(const void* row, const SamplesShape& shape, const float* blue, const float* red, void* to) {
  for_samples(shape, [&]<int channels, class Sample>() {
    if constexpr (channels > 1) {
      merge_row<channels>(static_cast<const Sample*>(row), shape.width, blue, red, static_cast<Sample*>(to));
    }
  });
}

template <class Sample>
void quantise_row(const float* from, std::int64_t count, const ChromaLevels& levels, Sample* to) {
  const Floats d;
  std::int64_t x = 0;
  for (; x + lanes <= count; x += lanes) {
    const Vector level = hn::Add(hn::Set(d, levels.middle), hn::Mul(hn::Set(d, levels.range), hn::LoadU(d, from + x)));
    hn::StoreU(as_samples<Sample>(level, levels.largest), Narrow<Sample>(), to + x);
  }
  reference::picture_rows().quantise(from + x, count - x, levels, sizeof(Sample), to + x);
}

void quantise(const float* from, std::int64_t count, const ChromaLevels& levels, int bytes, void* to) {
  if (bytes == 1) return quantise_row(from, count, levels, static_cast<std::uint8_t*>(to));
  quantise_row(from, count, levels, static_cast<std::uint16_t*>(to));
}

// Rows are blended in double precision, which the compiler makes vectors of by itself, and there are few: the
// generator's square.
PictureRows picture_rows() {
  PictureRows rows = reference::picture_rows();
  rows.luma = luma;
  rows.resize_row = resize_row;
  rows.merge = merge;
  rows.quantise = quantise;
  return rows;
}
#endif

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(picture_rows);
void add_pictures(Operations& operations) {
  operations.pictures = HWY_DYNAMIC_DISPATCH(picture_rows)();
}

}  // namespace colourize::kernels::cpu
#endif
