// One harness for libFuzzer: which one, FRUGAL_HARNESS says.

#include <algorithm>
#include <cstddef>

#include "fuzz/harness.hpp"
#include "fuzz/mutate.hpp"

// libFuzzer's own mutations.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto* harness = frugal::fuzz::harness_named(FRUGAL_HARNESS);
  (void)harness->run({data, size});
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  frugal::fuzz::Random random(seed);
  if (random() % 2 == 0) return LLVMFuzzerMutate(data, size, most);
  const auto changed = frugal::fuzz::mutated({data, size}, {data, size}, random);
  const auto count = std::min(changed.size(), most);
  std::copy_n(changed.begin(), count, data);
  return count;
}
