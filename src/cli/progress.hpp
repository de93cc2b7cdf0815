// The progress bar on a terminal.
#pragma once

#include <chrono>
#include <cstddef>

#include "batch/reporter.hpp"

namespace frugal::cli {

/// One line at the foot of the terminal on standard error, redrawn at most ten times a second.
class Progress {
 public:
  /// `enabled`: false draws nothing at all.
  explicit Progress(bool enabled) : enabled_(enabled) {}

  void begin(std::size_t sources);
  void update(const batch::Summary& so_far, std::size_t done);
  /// Takes the line away, so that something else can be printed; the next update draws it again.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool enabled_;
  bool drawn_ = false;
  std::size_t sources_ = 0;
  Clock::time_point start_;
  Clock::time_point last_;
};

/// The bar's text for a terminal of `columns`: "[=====>    ] 45/88  31.2 MB to 5.60 MB, 82 % saved  0:12
/// left". `seconds`: wall time since the start.
std::string progress_line(const batch::Summary& so_far, std::size_t done, std::size_t sources, double seconds,
                          std::size_t columns);

}  // namespace frugal::cli
