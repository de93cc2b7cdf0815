#include "cache/key.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <limits>
#include <set>
#include <string>

namespace cache = frugal::cache;
using cache::KeyBuilder;

namespace {

cache::Secret secret_from(unsigned seed) {
  cache::Secret secret;
  for (auto& byte : secret) byte = static_cast<std::uint8_t>((seed = seed * 1664525u + 1013904223u) >> 24);
  return secret;
}

const cache::Secret kSecret = secret_from(1);

cache::Hash hash(const KeyBuilder& key) {
  return key.finish(kSecret);
}

}  // namespace

TEST_CASE("the same fields make the same key") {
  const auto make = [] { return KeyBuilder().add("a", "x").add("b", std::int64_t{7}).add("c", 0.5); };
  CHECK(hash(make()) == hash(make()));
}

TEST_CASE("order, tag, type and value of every field count") {
  const std::int64_t one = 1;
  const cache::Content content = cache::content_of(frugal::as_bytes("1"), kSecret);
  std::set<cache::Hash> keys{
      hash(KeyBuilder()),
      hash(KeyBuilder().add("a", "1")),
      hash(KeyBuilder().add("b", "1")),
      hash(KeyBuilder().add("a", "2")),
      hash(KeyBuilder().add("a", "")),
      hash(KeyBuilder().add("", "")),
      hash(KeyBuilder().add("a", one)),
      hash(KeyBuilder().add("a", std::int64_t{-1})),
      hash(KeyBuilder().add("a", 1.0)),
      hash(KeyBuilder().add("a", content)),
      hash(KeyBuilder().add("a", cache::Content{content.hash, 2})),
      hash(KeyBuilder().add("a", "1").add("b", "2")),
      hash(KeyBuilder().add("b", "2").add("a", "1")),
      hash(KeyBuilder().add("a", "1").add("a", "1")),
  };
  CHECK(keys.size() == 14);
}

TEST_CASE("the same bits under another type make another key") {
  const auto bits = std::bit_cast<std::int64_t>(1.0);
  CHECK(hash(KeyBuilder().add("a", bits)) != hash(KeyBuilder().add("a", 1.0)));
  std::string chars(8, '\0');
  chars[0] = 1;
  CHECK(hash(KeyBuilder().add("a", chars)) != hash(KeyBuilder().add("a", std::int64_t{1})));
}

TEST_CASE("characters cannot move between a tag and its value, or between fields") {
  CHECK(hash(KeyBuilder().add("ab", "c")) != hash(KeyBuilder().add("a", "bc")));
  CHECK(hash(KeyBuilder().add("t", "ab").add("t", "c")) != hash(KeyBuilder().add("t", "a").add("t", "bc")));
  const std::string zero(1, '\0');
  CHECK(hash(KeyBuilder().add("t", "a" + zero)) != hash(KeyBuilder().add("t", "a")));
}

TEST_CASE("minus zero is zero, and every other double counts by its bits") {
  CHECK(hash(KeyBuilder().add("a", -0.0)) == hash(KeyBuilder().add("a", 0.0)));
  CHECK(hash(KeyBuilder().add("a", 0.1 + 0.2)) != hash(KeyBuilder().add("a", 0.3)));
  CHECK(hash(KeyBuilder().add("a", std::numeric_limits<double>::denorm_min())) !=
        hash(KeyBuilder().add("a", 0.0)));
}

TEST_CASE("the text names one field a line, in order, and nothing breaks a line") {
  const cache::Content content{{0x01, 0xab}, 12};
  const KeyBuilder key = KeyBuilder()
                             .add("format", "webp")
                             .add("effort", std::int64_t{-5})
                             .add("quality", 80.1)
                             .add("zero", -0.0)
                             .add("source", content)
                             .add("odd", "a\nb\\\x7f");
  CHECK(key.text() ==
        "format = webp\neffort = -5\nquality = 80.1\nzero = 0\n"
        "source = 01ab0000000000000000000000000000-12\nodd = a\\x0ab\\x5c\\x7f\n");
}

TEST_CASE("another secret makes other hashes, of long and of short input") {
  const auto other = secret_from(2);
  for (const std::size_t size : {0, 1, 3, 8, 16, 128, 240, 241, 5000}) {
    const frugal::Bytes bytes(size, 42);
    CHECK(cache::content_of(bytes, kSecret) != cache::content_of(bytes, other));
    CHECK(cache::content_of(bytes, kSecret).size == size);
  }
  CHECK(KeyBuilder().add("a", "b").finish(kSecret) != KeyBuilder().add("a", "b").finish(other));
}

TEST_CASE("hashes have the canonical byte order, whatever the machine's") {
  // Found with xxHash 0.8.1; a cache that travels must find the same on every machine and version.
  CHECK(cache::to_hex(cache::content_of(frugal::as_bytes("frugal"), kSecret).hash) ==
        "c362b060a3306700b347a27ab485782d");
  CHECK(cache::to_hex(hash(KeyBuilder().add("a", std::int64_t{1}).add("b", 0.5))) ==
        "c1d3921166e993da8714f31a53307f80");
}

TEST_CASE("hexadecimal digits are lower case and in order") {
  CHECK(cache::to_hex({0x00, 0x01, 0x0f, 0xa0, 0xff}) == "00010fa0ff0000000000000000000000");
}
