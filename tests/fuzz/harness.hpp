// The readers that are given damaged and hostile input, each behind one function.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::fuzz {

/// What came of an input: nothing where it was read, else why it was not.
using Outcome = std::optional<ErrorKind>;

struct Harness {
  std::string_view name;  ///< as in "jpeg"

  /// Reads `input` as the program would. Any input will do; a fault is a crash, a sanitizer's report, a leak,
  /// an end that does not come or memory that the input does not justify. Ends the process where what was
  /// read breaks a promise of the reader.
  Outcome (*run)(ByteView input);

  /// Valid inputs, the same ones every time. May start threads, and throws std::runtime_error when one cannot
  /// be made.
  std::vector<Bytes> (*seeds)();
};

/// All of them.
std::span<const Harness> harnesses();

/// Null when there is none of that name.
const Harness* harness_named(std::string_view name);

/// Ends the process, as a fault that is found, unless `holds`: `promise` is what was broken.
void insist(bool holds, const char* promise);

}  // namespace frugal::fuzz
