#include <doctest/doctest.h>
#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "codec/png/deflate.hpp"
#include "codec/png/squeeze.hpp"
#include "codec/png/zopfli.hpp"
#include "codec_fixture.hpp"
#include "pictures/pictures.hpp"

namespace frugal::codec::png {
namespace {

constexpr std::array kAll{Strategy::none,         Strategy::sub,     Strategy::up,      Strategy::average,
                          Strategy::paeth,        Strategy::min_sum, Strategy::entropy, Strategy::bigrams,
                          Strategy::pair_entropy, Strategy::trial};

Bytes random_bytes(std::size_t size, int colours) {
  std::mt19937 random(7);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % static_cast<unsigned>(colours));
  return bytes;
}

/// The filters undone as the specification has it (9.2).
Bytes unfiltered(ByteView filtered, const Rows& shape) {
  Bytes out(shape.count * shape.row_bytes);
  for (std::size_t y = 0; y < shape.count; ++y) {
    const auto type = filtered[y * (shape.row_bytes + 1)];
    for (std::size_t i = 0; i < shape.row_bytes; ++i) {
      const auto at = [&](std::size_t row, std::size_t byte) {
        return int{out[row * shape.row_bytes + byte]};
      };
      const bool has_left = i >= shape.step;
      const int left = has_left ? at(y, i - shape.step) : 0;
      const int above = y > 0 ? at(y - 1, i) : 0;
      const int corner = has_left && y > 0 ? at(y - 1, i - shape.step) : 0;
      const int estimate = left + above - corner;
      const auto distance = [&](int to) { return std::abs(estimate - to); };
      int paeth = corner;
      if (distance(above) <= distance(corner)) paeth = above;
      if (distance(left) <= distance(above) && distance(left) <= distance(corner)) paeth = left;
      const std::array predictions{0, left, above, (left + above) / 2, paeth};
      out[y * shape.row_bytes + i] =
          static_cast<std::uint8_t>(filtered[y * (shape.row_bytes + 1) + 1 + i] + predictions.at(type));
    }
  }
  return out;
}

Bytes inflated(ByteView stream, std::size_t size) {
  Bytes out(size);
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  std::size_t got = 0;
  REQUIRE(libdeflate_zlib_decompress(inflater.get(), stream.data(), stream.size(), out.data(), size, &got) ==
          LIBDEFLATE_SUCCESS);
  REQUIRE(got == size);
  return out;
}

}  // namespace

TEST_CASE("whatever way rows are filtered, undoing it gives them back") {
  for (const std::size_t step : {1, 2, 3, 4, 6, 8}) {
    for (const std::size_t row_bytes : {step, 5 * step, 37 * step}) {
      for (const int colours : {2, 256}) {
        const auto bytes = random_bytes(9 * row_bytes, colours);
        const Rows rows{bytes.data(), 9, row_bytes, step};
        for (const auto strategy : kAll) {
          CAPTURE(static_cast<int>(strategy));
          const auto once = filtered(rows, strategy);
          CHECK(once.size() == 9 * (row_bytes + 1));
          CHECK(unfiltered(once, rows) == bytes);
        }
      }
    }
  }
}

TEST_CASE("every rule that chooses a filter for each row beats no filter on a photograph") {
  const auto image = pictures::make({.size = {160, 120}});
  const auto layout = layouts_of(image, false).front();
  Deflater deflater(6);
  const auto unfiltered_size = deflater.size_of(filtered(layout.rows(), Strategy::none));
  for (const auto strategy :
       {Strategy::min_sum, Strategy::entropy, Strategy::bigrams, Strategy::pair_entropy, Strategy::trial}) {
    CAPTURE(static_cast<int>(strategy));
    CHECK(deflater.size_of(filtered(layout.rows(), strategy)) < unfiltered_size);
  }
}

TEST_CASE("the stream that is chosen holds the layout that is named, and more effort makes it no larger") {
  for (const auto kind : {pictures::Kind::photo, pictures::Kind::text}) {
    const auto image = pictures::make({.kind = kind, .size = {160, 120}});
    const auto layouts = layouts_of(image, false);
    std::size_t before = SIZE_MAX;
    for (const int effort : {1, 3, 5, 7, 9}) {
      CAPTURE(effort);
      const auto best = squeezed(layouts, effort, 1);
      const auto& layout = layouts.at(best.layout);
      const auto bytes = inflated(best.stream, layout.bytes().size() + layout.size.height);
      CHECK(unfiltered(bytes, layout.rows()) == Bytes(layout.bytes().begin(), layout.bytes().end()));
      CHECK(best.stream.size() + layout.side_bytes() <= before);
      before = best.stream.size() + layout.side_bytes();
    }
  }
}

TEST_CASE("the number of threads changes nothing in a stream") {
  const auto image = pictures::make({.size = {160, 120}});
  const auto layouts = layouts_of(image, false);
  const auto once = squeezed(layouts, 6, 1);
  for (const int threads : {2, 5}) CHECK(squeezed(layouts, 6, threads).stream == once.stream);
}

TEST_CASE("a row filter chosen by trial is among what effort 5 tries") {
  const auto image = pictures::make({.kind = pictures::Kind::photo, .size = {200, 150}});
  const auto layouts = layouts_of(image, false);
  const auto least = Deflater(12).size_of(filtered(layouts.front().rows(), Strategy::trial));
  CHECK(squeezed(layouts, 5, 1).stream.size() <= least);
}

TEST_CASE("zopfli's streams inflate to what went in; where the build has none they are empty") {
  for (const std::size_t size : {0, 1, 1000, 70'000}) {
    const auto bytes = random_bytes(size, 3);
    const auto stream = zopfli_zlib(bytes, 2);
    CHECK(stream.empty() == zopfli_library().empty());
    if (!stream.empty()) CHECK(inflated(stream, size) == bytes);
  }
}

TEST_CASE("where the build has zopfli, effort 5 leaves a flat drawing smaller than libdeflate does") {
  if (zopfli_library().empty()) return;
  const auto image = pictures::make({.kind = pictures::Kind::text, .size = {400, 300}});
  const auto layouts = layouts_of(image, false);
  std::size_t least = SIZE_MAX;
  for (const auto& layout : layouts) {
    for (const auto strategy : kAll)
      least = std::min(least, Deflater(12).size_of(filtered(layout.rows(), strategy)) + layout.side_bytes());
  }
  const auto best = squeezed(layouts, 5, 1);
  CHECK(best.stream.size() + layouts.at(best.layout).side_bytes() < least);
}

}  // namespace frugal::codec::png
