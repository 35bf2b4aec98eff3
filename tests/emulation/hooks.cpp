// The hooks that `-fsanitize=thread` makes the compiler call at every load and store, with a recorder in place of the
// sanitizer's library: kernels' sources are compiled with that option and linked without it. This file is not.
#include <cstddef>
#include <cstdint>

#include "tests/emulation/recording.h"

namespace {

void record(const void* address, std::size_t bytes, bool write, const void* instruction) {
  colourize::emulation::record_access(address, bytes, write, instruction);
}

}  // namespace

// NOLINTBEGIN: the names are the compiler's
#define RECORD(name, bytes, write)                              \
  extern "C" void __tsan_##name(void* address) {                \
    record(address, bytes, write, __builtin_return_address(0)); \
  }
RECORD(read1, 1, false)
RECORD(read2, 2, false)
RECORD(read4, 4, false)
RECORD(read8, 8, false)
RECORD(read16, 16, false)
RECORD(write1, 1, true)
RECORD(write2, 2, true)
RECORD(write4, 4, true)
RECORD(write8, 8, true)
RECORD(write16, 16, true)
RECORD(unaligned_read2, 2, false)
RECORD(unaligned_read4, 4, false)
RECORD(unaligned_read8, 8, false)
RECORD(unaligned_read16, 16, false)
RECORD(unaligned_write2, 2, true)
RECORD(unaligned_write4, 4, true)
RECORD(unaligned_write8, 8, true)
RECORD(unaligned_write16, 16, true)
#undef RECORD

extern "C" void __tsan_read_range(void* address, std::size_t bytes) {
  record(address, bytes, false, __builtin_return_address(0));
}
extern "C" void __tsan_write_range(void* address, std::size_t bytes) {
  record(address, bytes, true, __builtin_return_address(0));
}
extern "C" void __tsan_init() {}
extern "C" void __tsan_func_entry(void*) {}
extern "C" void __tsan_func_exit() {}
extern "C" void __tsan_vptr_update(void**, void*) {}
extern "C" void __tsan_vptr_read(void**) {}

// Atomics outside kernels: reference counts and the guards of static variables. Kernels here use none.
#define ATOMICS(bits)                                                                                             \
  extern "C" std::uint##bits##_t __tsan_atomic##bits##_load(const volatile std::uint##bits##_t* at, int) {        \
    return __atomic_load_n(at, __ATOMIC_SEQ_CST);                                                                 \
  }                                                                                                               \
  extern "C" void __tsan_atomic##bits##_store(volatile std::uint##bits##_t* at, std::uint##bits##_t value, int) { \
    __atomic_store_n(at, value, __ATOMIC_SEQ_CST);                                                                \
  }                                                                                                               \
  ATOMIC_UPDATE(bits, exchange, exchange_n)                                                                       \
  ATOMIC_UPDATE(bits, fetch_add, fetch_add)                                                                       \
  ATOMIC_UPDATE(bits, fetch_sub, fetch_sub)
#define ATOMIC_UPDATE(bits, name, builtin)                                                      \
  extern "C" std::uint##bits##_t __tsan_atomic##bits##_##name(volatile std::uint##bits##_t* at, \
                                                              std::uint##bits##_t value, int) { \
    return __atomic_##builtin(at, value, __ATOMIC_SEQ_CST);                                     \
  }
ATOMICS(8)
ATOMICS(32)
ATOMICS(64)
#undef ATOMICS
#undef ATOMIC_UPDATE
// NOLINTEND
