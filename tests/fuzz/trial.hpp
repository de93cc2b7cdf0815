// Runs of a harness over many mutations, in processes that may end in any way.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/harness.hpp"

namespace frugal::fuzz {

/// The inputs of a harness, by their numbers.
class Inputs {
 public:
  Inputs(std::vector<Bytes> seeds, std::uint64_t seed) : seeds_(std::move(seeds)), seed_(seed) {}

  /// The same one every time: a mutation of one of the seeds. The first numbers are the seeds themselves.
  Bytes operator[](std::uint64_t number) const;

 private:
  std::vector<Bytes> seeds_;
  std::uint64_t seed_;
};

struct Bounds {
  std::chrono::seconds time{10};          ///< for one input
  std::uint64_t memory = 128ULL << 20;    ///< bytes that one input may make the process grow by
  std::uint64_t batch = 250;              ///< inputs a process
  std::filesystem::path faults = "fuzz";  ///< folder for inputs that do harm; made when needed
};

struct Fault {
  std::uint64_t number = 0;    ///< of the first input that showed it
  std::uint64_t count = 1;     ///< inputs that did
  std::string what;            ///< one line
  std::string where;           ///< the innermost place that is not the system's or a sanitizer's
  bool ours = true;            ///< that place is in frugal; also where there is none
  std::filesystem::path file;  ///< the input
};

inline constexpr std::size_t kKinds = 9;  ///< of errors

/// What came of a range of inputs.
struct Tally {
  std::uint64_t runs = 0;
  std::uint64_t read = 0;
  std::array<std::uint64_t, kKinds> refused{};  ///< by ErrorKind
  std::uint64_t slowest = 0;                    ///< ms
  std::uint64_t memory = 0;                     ///< bytes, the most that any input took
  std::vector<Fault> faults;
};

/// Runs the inputs from `from` up to `to`. Throws std::runtime_error where the system refuses processes.
Tally run_trials(const Harness& harness, const Inputs& inputs, std::uint64_t from, std::uint64_t to,
                 const Bounds& bounds);

/// Who is to blame by a sanitizer's report, or the standard error of a process that ended badly: `what`,
/// `where` and `ours` are filled in.
Fault blamed(std::string_view report);

}  // namespace frugal::fuzz
