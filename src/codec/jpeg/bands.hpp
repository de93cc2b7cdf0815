// The spectral bands that AC scans may cover.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/jpeg/coefficients.hpp"

namespace frugal::codec::jpeg {

/// Bands are made of whole zones. These are the zones' last places in zigzag order.
inline constexpr std::array kZoneEnds{1, 2, 5, 8, 12, 18, 25, 63};
inline constexpr std::size_t kZones = kZoneEnds.size();

constexpr int zone_begin(std::size_t zone) {
  return zone == 0 ? 1 : kZoneEnds[zone - 1] + 1;
}
constexpr int zone_end(std::size_t zone) {
  return kZoneEnds[zone];
}

/// Values by band.
template <class T>
class ByBand {
 public:
  constexpr T& operator()(std::size_t first_zone, std::size_t last_zone) {
    return values_[place(first_zone) + last_zone];
  }
  constexpr const T& operator()(std::size_t first_zone, std::size_t last_zone) const {
    return values_[place(first_zone) + last_zone];
  }

  void fill(const T& value) { values_.fill(value); }

 private:
  static constexpr std::size_t place(std::size_t first_zone) {
    return first_zone * (2 * kZones - first_zone - 1) / 2;
  }

  std::array<T, kZones*(kZones + 1) / 2> values_{};
};

struct Band {
  std::size_t from = 0;  ///< first zone
  std::size_t to = kZones - 1;
};

/// The cheapest ways of cutting bands into pieces.
struct Cuts {
  ByBand<std::uint64_t> bytes;     ///< of all pieces together
  ByBand<std::size_t> first_ends;  ///< last zone of a left part; the band's own: it stays whole

  /// The pieces of `band`, from low to high frequencies.
  std::vector<Band> pieces(Band band) const;
};

/// By what each band costs as one piece.
Cuts cheapest_cuts(const ByBand<std::uint64_t>& whole);

}  // namespace frugal::codec::jpeg
