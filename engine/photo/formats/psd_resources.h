// What a PSD says beside its picture.
//
// Source: Adobe Photoshop File Formats Specification (2019), "Image Resources Section".
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace colourize::photo {

// The data of the first resource of this number, inside the file; empty where there is none, or where its length points
// outside.
std::span<const std::byte> psd_resource(std::span<const std::byte> file, std::uint32_t wanted);

constexpr std::uint32_t psd_profile = 1039;  // an ICC profile

}  // namespace colourize::photo
