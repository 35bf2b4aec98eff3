// Checksums of what was read of a film. A film that resumes reads again what is done, and these tell whether it is the
// same still: a download may have filled in, or somebody may have written over its middle.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

extern "C" {
#include <libavcodec/packet.h>
}

namespace colourize::film {

struct PacketSum {
  std::int64_t packets = 0;  // the first so many of the video
  std::string sum;           // SHA-256 of their bytes and times, in their order, as 64 hexadecimal digits
};

class PacketSums {
 public:
  // Returns false where the film differs from what is expected.
  [[nodiscard]] bool add(const AVPacket& packet);
  // Call it at the film's end. Returns false where more was expected.
  [[nodiscard]] bool may_end() const { return expected_.empty() || expected_.back().packets <= now_.packets; }

  const PacketSum& now() const { return now_; }
  // Sums from an earlier reading, by rising numbers of packets. Those of fewer packets than were added are ignored.
  void expect(std::vector<PacketSum> sums) { expected_ = std::move(sums); }

 private:
  PacketSum now_;
  std::vector<PacketSum> expected_;
};

}  // namespace colourize::film
