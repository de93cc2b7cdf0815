// Adds up time.
#pragma once

namespace frugal::adapt {

/// Tells the time in ms from any fixed moment; handed in, so that nothing here asks the system.
using Clock = double (*)();

/// Adds the time between its making and its end to a sum, in ms.
class Stopwatch {
 public:
  Stopwatch(Clock clock, double& sum) : clock_(clock), sum_(sum), start_(clock()) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() { sum_ += clock_() - start_; }

 private:
  Clock clock_;
  double& sum_;
  double start_;
};

}  // namespace frugal::adapt
