#include <doctest/doctest.h>
#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "codec/png/deflate.hpp"
#include "codec/png/optimal/huffman.hpp"
#include "codec/png/optimal/matches.hpp"
#include "codec/png/optimal/optimal.hpp"

namespace frugal::codec::png {
namespace {

constexpr Pains kFew{.depth = 100, .passes = 1};

Bytes inflated(ByteView stream, std::size_t size) {
  Bytes out(size + 1);
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  std::size_t got = 0;
  REQUIRE(libdeflate_zlib_decompress(inflater.get(), stream.data(), stream.size(), out.data(), out.size(),
                                     &got) == LIBDEFLATE_SUCCESS);
  out.resize(got);
  return out;
}

void check_round_trip(const Bytes& bytes, const Pains& pains = kFew) {
  CAPTURE(bytes.size());
  CHECK(inflated(optimal_zlib(bytes, pains), bytes.size()) == bytes);
}

Bytes random_bytes(std::size_t size, unsigned values) {
  std::mt19937 random(11);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % values);
  return bytes;
}

/// Rows of a flat drawing: boxes of few colours that come again at other places.
Bytes drawing(std::size_t width, std::size_t height) {
  Bytes bytes(width * height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const auto box = x / 37 * 7 + y / 29 * 3;
      bytes[y * width + x] = static_cast<std::uint8_t>(box % 5 == 0 ? (x * x + y * y) / 64 % 4 : box % 3);
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("code lengths are those of Huffman where the limit allows them") {
  constexpr std::array<std::uint32_t, 6> kCounts{1, 0, 1, 2, 4, 8};
  CHECK(code_lengths(kCounts, 15) == std::vector<std::uint8_t>{4, 0, 4, 3, 2, 1});
  CHECK(code_lengths(kCounts, 3) == std::vector<std::uint8_t>{3, 0, 3, 3, 3, 1});
}

TEST_CASE("codes use up all their bits, and none is longer than the limit") {
  std::vector<std::uint32_t> counts{1, 1};  // Fibonacci's, which make the deepest tree
  while (counts.size() < 30) counts.push_back(counts[counts.size() - 1] + counts[counts.size() - 2]);
  for (const int limit : {7, 15}) {
    const auto lengths = code_lengths(counts, limit);
    CHECK(*std::ranges::max_element(lengths) == limit);
    std::uint32_t sum = 0;
    for (const auto length : lengths) sum += 1U << (limit - length);
    CHECK(sum == 1U << limit);
  }
}

TEST_CASE("one symbol alone has a code of one bit, and none has none") {
  CHECK(code_lengths(std::array<std::uint32_t, 3>{0, 9, 0}, 15) == std::vector<std::uint8_t>{0, 1, 0});
  CHECK(code_lengths(std::array<std::uint32_t, 3>{}, 15) == std::vector<std::uint8_t>{0, 0, 0});
}

TEST_CASE("canonical codes are those of RFC 1951's example, first bit lowest") {
  constexpr std::array<std::uint8_t, 8> kLengths{3, 3, 3, 3, 3, 2, 4, 4};
  CHECK(codes_of(kLengths) ==
        std::vector<std::uint16_t>{0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111});
}

TEST_CASE("copies are offered by growing length, each from the nearest place") {
  const std::string text = "abcde-abcX-abcdY-abcde";
  const Bytes bytes(text.begin(), text.end());
  MatchFinder finder(bytes, 100);
  std::vector<Step> found;
  for (std::size_t i = 0; i < bytes.size() - 5; ++i) {
    found.clear();
    CHECK_FALSE(finder.next(found));
  }
  found.clear();
  finder.next(found);
  REQUIRE(found.size() == 2);
  CHECK(found[0].length == 4);
  CHECK(found[0].distance == 6);
  CHECK(found[1].length == 5);
  CHECK(found[1].distance == 17);
}

TEST_CASE("whatever is deflated comes back") {
  check_round_trip({});
  for (const std::size_t size : {1, 2, 3, 4, 257, 258, 259, 600, 66000}) {
    check_round_trip(Bytes(size, 9));
    check_round_trip(random_bytes(size, 3));
    check_round_trip(random_bytes(size, 256));
  }
  check_round_trip(drawing(640, 200), {.depth = 1000, .passes = 15});
}

TEST_CASE("copies reach as far as the window, and not beyond") {
  for (const std::size_t apart : {32766, 32767, 32768, 32769}) {
    auto bytes = random_bytes(apart, 256);
    const Bytes again(bytes.begin(), bytes.begin() + 300);
    bytes.insert(bytes.end(), again.begin(), again.end());
    check_round_trip(bytes);
  }
}

TEST_CASE("what is longer than is dealt with at a time comes back") {
  Bytes bytes = random_bytes(100'000, 4);
  while (bytes.size() < 2'300'000)
    bytes.resize(bytes.size() + 150'000, static_cast<std::uint8_t>(bytes.size() % 7));
  check_round_trip(bytes);
}

TEST_CASE("what cannot be made smaller hardly grows") {
  const auto bytes = random_bytes(150'000, 256);
  CHECK(optimal_zlib(bytes, kFew).size() <= bytes.size() + 6 + 5 * 4);
}

TEST_CASE("a flat drawing takes less than libdeflate makes of it") {
  const auto bytes = drawing(1000, 400);
  CHECK(optimal_zlib(bytes, {.depth = 1000, .passes = 4}).size() < Deflater(12)(bytes).size());
}

TEST_CASE("more passes lose next to nothing of what fewer had found") {
  const auto bytes = drawing(500, 300);
  const auto once = optimal_zlib(bytes, {.depth = 1000, .passes = 1}).size();
  CHECK(optimal_zlib(bytes, {.depth = 1000, .passes = 15}).size() <= once + once / 500);
}

}  // namespace frugal::codec::png
