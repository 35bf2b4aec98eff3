// The mean chroma of several generators in the host's memory, against its formula.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "engine/tensor.h"
#include "kernels/host_pictures.h"
#include "kernels/reference/reference.h"
#include "kernels/resize_axis.h"
#include "tests/support/bilinear.h"

namespace colourize::kernels {
namespace {

class MeanChroma : public testing::Test {
 protected:
  static constexpr int width = 12;
  static constexpr int height = 6;

  MeanChroma() {
    std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers each time
    std::normal_distribution<float> normal(0, 0.2F);
    for (Tensor* output : {&small_, &large_}) {
      for (float& value : output->values()) value = normal(random);
    }
  }

  // What a member adds to the mean.
  void add(PictureMemory& picture, const Tensor& output, float share, bool first, bool last) {
    const Shape& shape = output.shape();
    const auto resize = operations_->prepare(bilinear_axis(static_cast<int>(shape.w), width),
                                             bilinear_axis(static_cast<int>(shape.h), height), 0);
    operations_->chroma(picture, {.output = packed_view(output.values().data(), shape), .colours = Colours::chroma});
    operations_->mean_chroma(picture, {.resize = resize.get(), .share = share, .first = first, .last = last});
  }
  std::optional<Chroma> mean(PictureMemory& picture, float share) {
    add(picture, small_, share, true, false);
    add(picture, large_, 1 - share, false, true);
    return operations_->read_chroma(picture);
  }

  static Plane plane(const Tensor& output, std::int64_t channel) {
    Plane result(static_cast<int>(output.shape().w), static_cast<int>(output.shape().h));
    for (std::size_t i = 0; i < result.values.size(); ++i) {
      result.values[i] = output.values()[2 * i + static_cast<std::size_t>(channel)];
    }
    return result;
  }

  ThreadPool pool_{2};
  std::unique_ptr<PictureOperations> operations_ = host_pictures(reference::picture_rows(), pool_);
  Tensor small_{{1, height / 2, width / 4, 2}};
  Tensor large_{{1, height, width, 2}};
};

TEST_F(MeanChroma, IsTheSumOfSharesAtTheLargestSize) {
  constexpr float share = 0.3F;
  const auto picture = operations_->picture();
  // The second time, the picture begins a new mean.
  for (int time = 0; time < 2; ++time) {
    const std::optional<Chroma> actual = mean(*picture, share);
    ASSERT_TRUE(actual.has_value());
    for (const std::int64_t channel : {0, 1}) {
      const Plane& plane = channel == 0 ? actual->blue : actual->red;
      const Plane enlarged = tests::enlarged(this->plane(small_, channel), width, height);
      const Plane own = this->plane(large_, channel);
      ASSERT_EQ(plane.values.size(), own.values.size());
      for (std::size_t i = 0; i < plane.values.size(); ++i) {
        EXPECT_NEAR(plane.values[i], share * enlarged.values[i] + (1 - share) * own.values[i], 4 * 0x1p-24F) << i;
      }
    }
  }
}

TEST_F(MeanChroma, RefusesWhatIsNotFiniteInAnyMember) {
  const auto picture = operations_->picture();
  for (Tensor* output : {&small_, &large_}) {
    float& last = output->values().back();
    const float before = std::exchange(last, std::numeric_limits<float>::quiet_NaN());
    EXPECT_FALSE(mean(*picture, 0.5F).has_value());
    last = before;
    EXPECT_TRUE(mean(*picture, 0.5F).has_value()) << "the flaw stayed in the picture's memory";
  }
}

}  // namespace
}  // namespace colourize::kernels
