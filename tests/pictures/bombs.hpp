// Small files that claim, or grow to, far more than they are: what must be refused from its header.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "util/bytes.hpp"

namespace frugal::pictures {

/// What is to become of such a file.
enum class Fate : std::uint8_t {
  limit,       ///< refused, with the limit and the option that raises it
  damaged,     ///< refused, because one part of it gives the lie to another
  left_alone,  ///< nothing that is converted
  converted,   ///< into what it shows: the bomb in it is passed over
};

struct Bomb {
  std::string_view name;  ///< of the file
  Fate fate;
  std::string_view says;  ///< part of the reason; empty where the library's own words are given
  Bytes (*make)();
};

/// All of them, of every format that is read. Throws std::runtime_error from `make` where an encoder fails.
std::span<const Bomb> bombs();

/// As in "limit".
std::string_view name_of(Fate fate);

}  // namespace frugal::pictures
