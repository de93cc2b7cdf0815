// The seam between the work and those who tell about it. Workers print nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "batch/outcome.hpp"

namespace frugal::batch {

/// Totals of a run. Bytes count the rows that have an output.
struct Summary {
  std::size_t converted = 0, reused = 0, skipped = 0, failed = 0;
  std::size_t larger = 0;  ///< of the converted: outputs larger than their source
  std::uint64_t input_bytes = 0, output_bytes = 0;
  std::size_t cache_hits = 0;
  std::uint64_t encodes = 0;      ///< full-size encodes
  std::uint64_t saved_bytes = 0;  ///< that what was made in this run is smaller by than its sources
  double score_sum = 0;           ///< of the rows that have a score
  std::size_t scored = 0;         ///< how many those are
  std::optional<double> worst_score;
  double seconds = 0;             ///< wall time
  std::uint64_t peak_memory = 0;  ///< largest resident set of all processes together, bytes
  bool interrupted = false;       ///< some sources were not begun

  void add(const Outcome& outcome);
  std::size_t rows() const { return converted + reused + skipped + failed; }
};

/// Calls come one at a time, from whichever thread; never concurrently.
class Reporter {
 public:
  virtual ~Reporter() = default;
  /// Before any work: how many sources there are.
  virtual void begin(std::size_t sources) = 0;
  /// A source is done, in order of completion.
  virtual void advance(const Summary& so_far, std::size_t sources_done) = 0;
  /// A row, in input order.
  virtual void row(const Outcome& outcome) = 0;
  virtual void end(const Summary& summary) = 0;
  /// Something that changes no result but should be known: one line.
  virtual void warn(const std::string& message) = 0;
  /// For those who want to know all: one line.
  virtual void note(const std::string& message) = 0;
};

}  // namespace frugal::batch
