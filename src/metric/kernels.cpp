#include "metric/kernels.hpp"

#include <array>

namespace frugal::metric {

namespace baseline {
extern const Kernels kKernels;
}
#if defined(__x86_64__)
namespace avx2 {
extern const Kernels kKernels;
}
namespace avx512 {
extern const Kernels kKernels;
}
#endif

std::span<const KernelSet> kernel_sets() {
#if defined(__x86_64__)
  static const std::array<KernelSet, 3> sets{
      {{"avx512", avx512::kKernels}, {"avx2", avx2::kKernels}, {"baseline", baseline::kKernels}}};
  static const std::size_t too_new =
      __builtin_cpu_supports("x86-64-v4") ? 0 : (__builtin_cpu_supports("x86-64-v3") ? 1 : 2);
  return std::span(sets).subspan(too_new);
#else
  static const std::array<KernelSet, 1> sets{{{"baseline", baseline::kKernels}}};
  return sets;
#endif
}

}  // namespace frugal::metric
