// Memory for large rasters.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace frugal {

struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};

/// An uninitialised array of plain values, as allocate makes it.
template <class T>
using Memory = std::unique_ptr<T[], FreeMemory>;

/// `bytes` of memory, aligned for any vector register (64 bytes). A large piece asks for huge pages: the
/// system otherwise takes longer to hand it out, page by page, than many a loop over it takes. Null when
/// refused.
void* allocate_bytes(std::size_t bytes);

template <class T>
Memory<T> allocate(std::size_t count) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, sizeof(T), &bytes)) return nullptr;
  return Memory<T>(static_cast<T*>(allocate_bytes(bytes)));
}

}  // namespace frugal
