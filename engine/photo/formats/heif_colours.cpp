#include "engine/photo/formats/heif_colours.h"

#include <fmt/core.h>

#include <memory>

namespace colourize::photo {
namespace {

struct FreeColours {
  void operator()(heif_color_profile_nclx* colours) const { heif_nclx_color_profile_free(colours); }
};

// H.273, table 3: the curves of one power.
void read_curve(heif_transfer_characteristics curve, const std::string& name, const Warn& warn, StatedColours& stated) {
  switch (curve) {
    case heif_transfer_characteristic_ITU_R_BT_470_6_System_M:
      stated.gamma = 2.2;
      return;
    case heif_transfer_characteristic_ITU_R_BT_470_6_System_B_G:
      stated.gamma = 2.8;
      return;
    case heif_transfer_characteristic_linear:
      stated.gamma = 1.0;
      return;
    case heif_transfer_characteristic_SMPTE_ST_428_1:
      stated.gamma = 2.6;
      return;
    case heif_transfer_characteristic_ITU_R_BT_709_5:
    case heif_transfer_characteristic_unspecified:
    case heif_transfer_characteristic_ITU_R_BT_601_6:
    case heif_transfer_characteristic_SMPTE_240M:
    case heif_transfer_characteristic_IEC_61966_2_4:
    case heif_transfer_characteristic_ITU_R_BT_1361:
    case heif_transfer_characteristic_IEC_61966_2_1:
    case heif_transfer_characteristic_ITU_R_BT_2020_2_10bit:
    case heif_transfer_characteristic_ITU_R_BT_2020_2_12bit:
      return;
    case heif_transfer_characteristic_ITU_R_BT_2100_0_PQ:
    case heif_transfer_characteristic_ITU_R_BT_2100_0_HLG:
      warn(name + ": is a picture of high dynamic range; its numbers stay as they are, and look paler than meant");
      return;
    default:
      warn(fmt::format("{}: its curve (number {} of ITU-T H.273, table 3) is not known; its numbers stay as they are",
                       name, static_cast<int>(curve)));
  }
}

}  // namespace

void read_heif_colours(const heif_image_handle* handle, const std::string& name, const Warn& warn,
                       StoredPicture& picture) {
  constexpr std::size_t most = 16'000'000;
  const std::size_t size = heif_image_handle_get_raw_color_profile_size(handle);
  if (size > 0 && size <= most) {
    picture.profile.resize(size);
    const heif_error error = heif_image_handle_get_raw_color_profile(handle, picture.profile.data());
    if (error.code == heif_error_Ok) return;
    picture.profile.clear();
    warn(name + ": its ICC profile cannot be read and is left out");
  }
  heif_color_profile_nclx* found = nullptr;
  if (heif_image_handle_get_nclx_color_profile(handle, &found).code != heif_error_Ok || found == nullptr) return;
  const std::unique_ptr<heif_color_profile_nclx, FreeColours> colours(found);
  StatedColours stated;
  read_curve(colours->transfer_characteristics, name, warn, stated);
  const bool named = colours->color_primaries != heif_color_primaries_ITU_R_BT_709_5 &&
                     colours->color_primaries != heif_color_primaries_unspecified;
  if (named && colours->color_primary_white_y > 0) {
    stated.primaries = {.white = {colours->color_primary_white_x, colours->color_primary_white_y},
                        .red = {colours->color_primary_red_x, colours->color_primary_red_y},
                        .green = {colours->color_primary_green_x, colours->color_primary_green_y},
                        .blue = {colours->color_primary_blue_x, colours->color_primary_blue_y}};
  }
  if (stated.gamma || stated.primaries) picture.stated = stated;
}

}  // namespace colourize::photo
