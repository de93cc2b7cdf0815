#include "codec/jpeg/bands.hpp"

namespace frugal::codec::jpeg {

Cuts cheapest_cuts(const ByBand<std::uint64_t>& whole) {
  Cuts cuts;
  for (std::size_t to = 0; to < kZones; ++to) {
    for (std::size_t from = to + 1; from-- > 0;) {
      auto& least = cuts.bytes(from, to);
      least = whole(from, to);
      cuts.first_ends(from, to) = to;
      for (std::size_t end = from; end < to; ++end) {
        const auto bytes = whole(from, end) + cuts.bytes(end + 1, to);
        if (bytes >= least) continue;
        least = bytes;
        cuts.first_ends(from, to) = end;
      }
    }
  }
  return cuts;
}

std::vector<Band> Cuts::pieces(Band band) const {
  std::vector<Band> all;
  for (std::size_t from = band.from; from <= band.to; from = all.back().to + 1)
    all.push_back({from, first_ends(from, band.to)});
  return all;
}

}  // namespace frugal::codec::jpeg
