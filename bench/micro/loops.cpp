#include <array>

#include "metric/layout.hpp"
#include "micro.hpp"

namespace frugal::bench {
namespace {

using metric::Kernels;

constexpr std::size_t kCount = metric::kBlockWidth;

template <class Loop>
void time_loop(int repeats, const char* name, Loop&& loop) {
  constexpr int kRounds = 10'000;
  constexpr double kNanoseconds = 1e6;  // in a millisecond
  line(name, "ns/pixel", [&](const metric::KernelSet& set) {
    const Times all = timed(repeats, [&](int) {
      for (int i = 0; i < kRounds; ++i) loop(set.run);
    });
    return all / (double{kRounds} * kCount / kNanoseconds);
  });
}

}  // namespace

void time_loops(int repeats) {
  alignas(64) std::array<std::array<float, 2 * kCount + 2 * metric::kReach>, 5> in;
  alignas(64) std::array<std::array<float, kCount>, 3> out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    for (std::size_t j = 0; j < in[i].size(); ++j) in[i][j] = static_cast<float>((i + 3) * j % 101) / 101;
  }
  const std::array a{in[0].data(), in[1].data(), in[2].data(), in[3].data(), in[4].data()};
  const std::array<const float*, metric::kTaps> taps{a[0], a[1], a[2], a[3], a[4], a[0], a[1], a[2], a[3]};
  const std::array x{out[0].data(), out[1].data(), out[2].data()};

  time_loop(repeats, "halve", [&](const Kernels& run) { run.halve(a[0], a[1], kCount, x[0]); });
  time_loop(repeats, "xyb", [&](const Kernels& run) { run.xyb(a[0], a[1], a[2], kCount, x[0], x[1], x[2]); });
  time_loop(repeats, "xyb, luma",
            [&](const Kernels& run) { run.xyb(a[0], a[1], a[2], kCount, nullptr, x[1], nullptr); });
  time_loop(repeats, "square", [&](const Kernels& run) { run.square(a[0], kCount, x[0]); });
  time_loop(repeats, "differ", [&](const Kernels& run) { run.differ(a[0], a[1], kCount, x[0], x[1], x[2]); });
  time_loop(repeats, "blur_down", [&](const Kernels& run) { run.blur_down(taps.data(), kCount, x[0]); });
  time_loop(repeats, "blur_along", [&](const Kernels& run) { run.blur_along(a[0], kCount, x[0]); });
  time_loop(repeats, "variance", [&](const Kernels& run) { run.variance(a[0], a[1], kCount, x[0]); });
  time_loop(repeats, "structure",
            [&](const Kernels& run) { run.structure(a[0], a[1], a[2], a[3], a[4], kCount, x[0]); });
  time_loop(repeats, "edges", [&](const Kernels& run) { run.edges(a[0], a[1], a[2], a[3], kCount, x[0]); });
  time_loop(repeats, "add", [&](const Kernels& run) { run.add(a[0], 1, kCount, x[0]); });
  time_loop(repeats, "add_fourth", [&](const Kernels& run) { run.add_fourth(a[0], 1, kCount, x[0]); });
}

}  // namespace frugal::bench
