#include "codec/jpeg/tables.hpp"

#include <algorithm>
#include <cmath>

namespace frugal::codec::jpeg {

RealTable real_table(const Shape& shape, float scale) {
  RealTable table;
  for (std::size_t i = 0; i < kBlockSize; ++i) {
    const std::size_t row = i / kBlockSide;
    const auto u = static_cast<float>(i % kBlockSide);
    const auto v = static_cast<float>(row);
    const float r = std::sqrt(u * u + v * v);
    const float bend = shape.low * std::max(0.0F, 1 - r / 4) + shape.high * std::max(0.0F, (r - 3) / 6);
    table[i] = scale * (16 * shape.level * std::exp(bend) * (i == 0 ? shape.dc : 1.0F));
  }
  return table;
}

Table rounded(const RealTable& table) {
  Table out;
  std::transform(table.begin(), table.end(), out.begin(), [](float step) {
    return static_cast<std::uint16_t>(std::lround(std::clamp(step, 1.0F, 255.0F)));
  });
  return out;
}

}  // namespace frugal::codec::jpeg
