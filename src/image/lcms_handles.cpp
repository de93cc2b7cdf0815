#include "image/lcms_handles.hpp"

#include <lcms2_plugin.h>

#include <cstdlib>
#include <limits>

namespace frugal::lcms {

namespace {

/// lcms2 sets memory aside by what a profile says of its tables, and fills it: half a gigabyte for one of 488
/// bytes. A table that is there takes twice its place in the file, and profiles have at most 8 MB by default.
constexpr cmsUInt32Number kMostBytes = 32U << 20;

void* allocate(cmsContext /*context*/, cmsUInt32Number size) {
  return size <= kMostBytes ? std::malloc(size) : nullptr;
}

void release(cmsContext /*context*/, void* memory) {
  std::free(memory);
}

void* reallocate(cmsContext /*context*/, void* memory, cmsUInt32Number size) {
  return size <= kMostBytes ? std::realloc(memory, size) : nullptr;
}

/// Never deleted: tone curves outlive their profiles, and go back to it.
cmsContext bounded_context() {
  static const cmsContext context = [] {
    cmsPluginMemHandler memory{};
    memory.base.Magic = cmsPluginMagicNumber;
    memory.base.ExpectedVersion = 2060;
    memory.base.Type = cmsPluginMemHandlerSig;
    memory.MallocPtr = allocate;
    memory.FreePtr = release;
    memory.ReallocPtr = reallocate;
    return cmsCreateContext(&memory, nullptr);
  }();
  return context;
}

}  // namespace

Profile open_profile(ByteView icc) {
  if (icc.empty() || icc.size() > std::numeric_limits<cmsUInt32Number>::max()) return nullptr;
  return Profile(
      cmsOpenProfileFromMemTHR(bounded_context(), icc.data(), static_cast<cmsUInt32Number>(icc.size())));
}

}  // namespace frugal::lcms
