#include "fuzz/harness.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "fuzz/table.hpp"

namespace frugal::fuzz {

std::span<const Harness> harnesses() {
  static const std::array table{kJpeg, kPng,    kWebp,     kAvif, kHeic,     kTiff,
                                kExif, kColour, kDatabase, kRows, kProtocol, kOptions};
  return table;
}

const Harness* harness_named(std::string_view name) {
  const auto found = std::ranges::find(harnesses(), name, &Harness::name);
  return found == harnesses().end() ? nullptr : &*found;
}

void insist(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace frugal::fuzz
