// What the micro-benchmarks share: timing, and a table of figures.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>
#include <vector>

#include "image/image.hpp"
#include "metric/kernels.hpp"
#include "util/result.hpp"

namespace frugal::bench {

/// The value, or the end of the program.
template <class T>
T need(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "micro: %s\n", result.error().message.c_str());
  std::exit(1);
}

struct Times {
  double median = 0;
  double least = 0;
  Times operator/(double by) const { return {median / by, least / by}; }
};

/// Of `work(repetition)`, in milliseconds of processor time: what else the machine does is left out.
template <class Work>
Times timed(int repeats, Work&& work) {
  std::vector<double> all;
  for (int i = 0; i < repeats; ++i) {
    const std::clock_t start = std::clock();
    work(i);
    all.push_back(1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::ranges::sort(all);
  return {all[all.size() / 2], all.front()};
}

/// The start of a line of the table, without its figures.
inline void start_line(const char* name, const char* unit) {
  std::printf("%-18s %-8s", name, unit);
}

inline void print(const Times& times) {
  std::printf("  %8.3f (%8.3f)", times.median, times.least);
  std::fflush(stdout);
}

/// A line with `measure(set)` for each kernel set, the fastest first; returns the medians.
template <class Measure>
std::vector<double> line(const char* name, const char* unit, Measure&& measure) {
  std::vector<double> medians;
  start_line(name, unit);
  for (const metric::KernelSet& set : metric::kernel_sets()) {
    const Times times = measure(set);
    medians.push_back(times.median);
    print(times);
  }
  std::puts("");
  return medians;
}

inline double megapixels(const Image& image) {
  return static_cast<double>(image.pixels()) / 1e6;
}

/// SSIMULACRA2 of the two pictures. `copy` is 8 bits deep and is changed on the way.
void time_scores(int repeats, const Image& image, Image& copy);

/// The metric's loops over rows, on rows as long as the metric works on them.
void time_loops(int repeats);

/// How far a process's resident memory rises while it scores the two pictures, which it has already.
void weigh_scores(const Image& image, const Image& copy);

}  // namespace frugal::bench
