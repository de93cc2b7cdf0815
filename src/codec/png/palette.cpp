#include "codec/png/palette.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <numeric>
#include <utility>

namespace frugal::codec::png {

namespace {

std::vector<std::uint64_t> counts_of(const Indexed& picture) {
  std::vector<std::uint64_t> counts(picture.palette.size());
  for (std::uint32_t y = 0; y < picture.indices.height(); ++y) {
    for (const auto index : picture.indices.samples<std::uint8_t>(y)) ++counts[index];
  }
  return counts;
}

/// How often colours lie side by side or above one another: a square table.
class Neighbours {
 public:
  explicit Neighbours(const Indexed& picture) : size_(picture.palette.size()), counts_(size_ * size_) {
    const auto& indices = picture.indices;
    for (std::uint32_t y = 0; y < indices.height(); ++y) {
      const auto row = indices.samples<std::uint8_t>(y);
      const auto above = indices.samples<std::uint8_t>(y == 0 ? 0 : y - 1);
      for (std::size_t x = 0; x < row.size(); ++x) {
        if (x > 0) count(row[x], row[x - 1]);
        count(row[x], above[x]);
      }
    }
  }

  std::uint64_t operator()(std::size_t a, std::size_t b) const { return counts_[a * size_ + b]; }

  /// The two that meet most often.
  std::pair<std::size_t, std::size_t> closest() const {
    const auto at = static_cast<std::size_t>(std::ranges::max_element(counts_) - counts_.begin());
    return {at / size_, at % size_};
  }

 private:
  void count(std::size_t a, std::size_t b) {
    if (a == b) return;
    ++counts_[a * size_ + b];
    ++counts_[b * size_ + a];
  }

  std::size_t size_;
  std::vector<std::uint64_t> counts_;
};

/// True when `color` meets the front half of the chain more than the back half, the ends counting most.
bool belongs_in_front(std::size_t color, const std::deque<std::size_t>& chain, const Neighbours& neighbours) {
  std::int64_t balance = 0;
  auto weight = static_cast<std::int64_t>(chain.size()) - 1;
  for (const auto other : chain) {
    balance += weight * static_cast<std::int64_t>(neighbours(color, other));
    weight -= 2;
  }
  return balance > 0;
}

/// From the pair that meets most often on, always the colour that meets the chain most often is added to the
/// end where it belongs.
Order chained(const Indexed& picture) {
  const Neighbours neighbours(picture);
  const auto [first, second] = neighbours.closest();
  std::deque<std::size_t> chain;
  std::vector<std::size_t> left(picture.palette.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  std::vector<std::uint64_t> meets(left.size());
  const auto add = [&](std::size_t color) {
    if (belongs_in_front(color, chain, neighbours)) {
      chain.push_front(color);
    } else {
      chain.push_back(color);
    }
    std::erase(left, color);
    for (const auto other : left) meets[other] += neighbours(color, other);
  };
  add(first);
  if (second != first) add(second);
  while (!left.empty()) {
    add(*std::ranges::max_element(left, {}, [&](std::size_t color) { return meets[color]; }));
  }
  return {chain.begin(), chain.end()};
}

Order with_first(std::size_t color, Order order) {
  const auto at = std::ranges::find(order, color);
  std::rotate(order.begin(), at, at + 1);
  return order;
}

}  // namespace

std::vector<Order> orders_of(const Indexed& picture) {
  Order given(picture.palette.size());
  std::iota(given.begin(), given.end(), std::size_t{0});
  const auto counts = counts_of(picture);
  const auto frequent = static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin());
  std::vector<Order> orders{with_first(frequent, given)};
  for (const auto& order : {with_first(frequent, chained(picture)), given}) {
    if (std::ranges::find(orders, order) == orders.end()) orders.push_back(order);
  }
  return orders;
}

}  // namespace frugal::codec::png
