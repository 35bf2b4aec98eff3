#include "tests/emulation/recording.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <set>
#include <sstream>

namespace colourize::emulation {
namespace {

constexpr std::size_t bank_bytes = 4;
constexpr std::size_t banks = 32;
constexpr std::size_t sector_bytes = 32;

// A warp's access to shared memory is served 128 bytes at a time: all lanes' 4 bytes, half of their 8, a quarter of
// their 16.
constexpr std::size_t phase_bytes = bank_bytes * banks;

bool ordered(const Recording::Moment& a, const Recording::Moment& b) {
  if (a.block == Recording::Moment::none) return true;
  if (a.launch != b.launch) return true;
  if (a.block != b.block) return false;
  if (a.thread == b.thread || a.epoch != b.epoch) return true;
  return a.thread / warp_lanes == b.thread / warp_lanes && a.warp_epoch != b.warp_epoch;
}

// "conv.cu:12", by addr2line, which comes with every compiler.
std::string line_of(const void* address) {
  Dl_info info{};
  std::ostringstream text;
  text << address;
  if (::dladdr(address, &info) == 0) return text.str();
  std::ostringstream command;
  command << "addr2line -s -e '" << info.dli_fname << "' 0x"
          << std::hex
          // One back from where the call returns to: that may be the next line already.
          << reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(info.dli_fbase) - 1
          << " 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.str().c_str(), "r"), ::pclose);
  std::array<char, 256> line{};
  if (pipe == nullptr || std::fgets(line.data(), line.size(), pipe.get()) == nullptr) return text.str();
  const std::string found(line.data());
  return found.starts_with("?") ? text.str() : found.substr(0, found.find_first_of(" \n"));
}

}  // namespace

void Recording::begin_block(std::span<const std::byte> shared, std::size_t threads) {
  shared_span_ = shared;
  shared_.assign(shared.size(), {});
  times_.assign(threads, {});
  open_.clear();
}

void Recording::end_block() {
  for (const auto& [key, access] : open_) count(std::get<1>(key), access);
  open_.clear();
}

void Recording::record(Moment moment, const void* address, std::size_t bytes, bool write, bool elsewhere) {
  if (!failure_.empty()) return;
  moment.launch = launch_;
  if (bytes == 0) {
    ++times_[moment.thread][{moment.instruction, true}];
    return;
  }
  std::size_t first = 0;
  bool shared = false;
  std::vector<Byte>* all = bytes_at(address, bytes, first, shared);
  if (all == nullptr) {
    if (write && !elsewhere) failure_ = name_of(moment, write) + " what is no memory of the kernel's";
    return;
  }
  for (std::size_t i = first; i < first + bytes; ++i) touch((*all)[i], moment, write, shared, i);
  add_to_warp(moment, address, bytes, write, shared);
}

const void* Recording::instruction_at(const std::string& name, const std::source_location& where) {
  return &*lines_.insert(name + " at " + place(where)).first;
}

std::vector<Recording::Byte>* Recording::bytes_at(const void* address, std::size_t bytes, std::size_t& first,
                                                  bool& shared) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const auto inside = [&](std::span<const std::byte> span) {
    const auto begin = reinterpret_cast<std::uintptr_t>(span.data());
    first = at - begin;
    return at >= begin && first + bytes <= span.size();
  };
  shared = true;
  if (inside(shared_span_)) return &shared_;
  shared = false;
  for (Buffer& buffer : global_) {
    if (inside(buffer.span)) return &buffer.bytes;
  }
  return nullptr;
}

void Recording::touch(Byte& byte, const Moment& moment, bool write, bool shared, std::size_t offset) {
  const auto check = [&](const Moment& earlier, bool wrote) {
    if (ordered(earlier, moment) || !failure_.empty()) return;
    failure_ = "race at byte " + std::to_string(offset) + (shared ? " of shared memory: " : " of global memory: ") +
               name_of(earlier, wrote) + ", " + name_of(moment, write) + ", and nothing orders them";
  };
  check(byte.last_write, true);
  if (write) {
    check(byte.last_read, false);
    check(byte.lane_read, false);
    check(byte.warp_read, false);
    byte.last_write = moment;
    return;
  }
  if (shared && byte.last_write.block == Moment::none && failure_.empty()) {
    failure_ =
        name_of(moment, false) + " byte " + std::to_string(offset) + " of shared memory, which nobody has written";
  }
  const Moment& last = byte.last_read;
  if (last.block != moment.block || last.thread / warp_lanes != moment.thread / warp_lanes) {
    byte.warp_read = last;
  } else if (last.thread != moment.thread) {
    byte.lane_read = last;
  }
  byte.last_read = moment;
}

void Recording::add_to_warp(const Moment& moment, const void* address, std::size_t bytes, bool write, bool shared) {
  const Instruction instruction{moment.instruction, shared};
  const std::uint32_t time = times_[moment.thread][instruction]++;
  const WarpAccessKey key = {moment.thread / warp_lanes, instruction, time};
  WarpAccess& access = open_[key];
  access.shared = shared;
  access.write = write;
  access.bytes = bytes;
  access.addresses[moment.thread % warp_lanes] = reinterpret_cast<std::uintptr_t>(address);
  access.lanes |= 1U << (moment.thread % warp_lanes);
  if (access.lanes != ~0U) return;
  count(instruction, access);
  open_.erase(key);
}

void Recording::count(const Instruction& instruction, const WarpAccess& access) {
  AccessCost& cost = costs_[instruction];
  cost.shared = access.shared;
  cost.write = access.write;
  ++cost.warp_accesses;
  const std::size_t phase_lanes = std::min(warp_lanes, phase_bytes / std::max(access.bytes, bank_bytes));
  std::set<std::uintptr_t> sectors;
  std::set<std::uintptr_t> addresses;
  std::array<std::set<std::uintptr_t>, banks> words;  // of one phase
  for (std::size_t lane = 0; lane < warp_lanes; ++lane) {
    if (lane % phase_lanes == 0) words.fill({});
    if ((access.lanes >> lane & 1U) == 0) continue;
    const std::uintptr_t address = access.addresses[lane];
    addresses.insert(address);
    for (std::uintptr_t at = address / sector_bytes; at <= (address + access.bytes - 1) / sector_bytes; ++at) {
      sectors.insert(at);
    }
    for (std::uintptr_t word = address / bank_bytes; word <= (address + access.bytes - 1) / bank_bytes; ++word) {
      words.at(word % banks).insert(word);
      if (access.shared) cost.most_ways = std::max(cost.most_ways, words.at(word % banks).size());
    }
  }
  if (access.shared) return;
  cost.sectors += sectors.size();
  cost.fewest_sectors += (addresses.size() * access.bytes + sector_bytes - 1) / sector_bytes;
}

std::vector<AccessCost> Recording::costs() const {
  std::vector<AccessCost> result;
  for (const auto& [instruction, cost] : costs_) {
    result.push_back(cost);
    result.back().where = place_of(instruction.first);
  }
  return result;
}

std::string Recording::name_of(const Moment& moment, bool write) const {
  return "thread " + std::to_string(moment.thread) + " of block " + std::to_string(moment.block) +
         (write ? " writes, " : " reads, ") + place_of(moment.instruction);
}

std::string Recording::place_of(const void* instruction) const {
  for (const std::string& line : lines_) {
    if (&line == instruction) return line;
  }
  return line_of(instruction);
}

}  // namespace colourize::emulation
