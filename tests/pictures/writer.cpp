#include "pictures/writer.hpp"

namespace frugal::pictures {

Writer& Writer::number(std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) {
    const int shift = 8 * (order_ == Order::big ? width - 1 - i : i);
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  return *this;
}

Writer& Writer::add(ByteView more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
  return *this;
}

}  // namespace frugal::pictures
