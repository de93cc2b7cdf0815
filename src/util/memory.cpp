#include "util/memory.hpp"

#include <sys/mman.h>

#include <algorithm>

namespace frugal {

void* allocate_bytes(std::size_t bytes) {
  constexpr std::size_t kVector = 64;
  constexpr std::size_t kHugePage = 2U << 20;
  const bool large = bytes >= kHugePage;
  void* memory = nullptr;
  if (::posix_memalign(&memory, large ? kHugePage : kVector, std::max(bytes, kVector)) != 0) return nullptr;
#ifdef MADV_HUGEPAGE
  if (large) ::madvise(memory, bytes, MADV_HUGEPAGE);  // no more than a wish
#endif
  return memory;
}

}  // namespace frugal
