#include "film/video/packet_sums.h"

#include <algorithm>
#include <array>
#include <span>

#include "system/sha256.h"

namespace colourize::film {

bool PacketSums::add(const AVPacket& packet) {
  const std::span data(packet.data, static_cast<std::size_t>(std::max(packet.size, 0)));
  const std::array<std::int64_t, 3> times{packet.pts, packet.dts, packet.duration};
  const std::string chain = now_.sum + sha256(std::as_bytes(data)) + sha256(std::as_bytes(std::span(times)));
  now_.sum = sha256(std::as_bytes(std::span(chain)));
  ++now_.packets;
  return std::ranges::none_of(expected_, [&](const PacketSum& expected) {
    return expected.packets == now_.packets && expected.sum != now_.sum;
  });
}

}  // namespace colourize::film
