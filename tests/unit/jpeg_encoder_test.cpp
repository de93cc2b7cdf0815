#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "codec/jpeg/encoder.hpp"
#include "codec/jpeg/overshoot.hpp"
#include "codec/jpeg/shift.hpp"
#include "codec/jpeg/stream.hpp"
#include "codec/jpeg/trellis.hpp"
#include "jpeg_stream_fixture.hpp"
#include "metric/ssimulacra2.hpp"
#include "pictures/pictures.hpp"

namespace frugal::codec::jpeg {
namespace {

const Codec& codec() {
  return of(Format::jpeg);
}

Image read(ByteView file) {
  auto back = codec().decode(file, {}, 1);
  REQUIRE(back.has_value());
  return std::move(back->image);
}

double score(const Image& reference, const Image& image) {
  const auto scored = metric::ssimulacra2(reference, {}, image, {}, 1);
  REQUIRE(scored.has_value());
  return scored->score;
}

/// The largest difference between two samples.
int difference(const Image& a, const Image& b) {
  REQUIRE(a.byte_size() == b.byte_size());
  int most = 0;
  for (std::size_t i = 0; i < a.byte_size(); ++i) most = std::max(most, std::abs(a.row(0)[i] - b.row(0)[i]));
  return most;
}

/// The mean difference between two samples.
double mean_difference(const Image& a, const Image& b) {
  REQUIRE(a.byte_size() == b.byte_size());
  double sum = 0;
  for (std::size_t i = 0; i < a.byte_size(); ++i) sum += std::abs(a.row(0)[i] - b.row(0)[i]);
  return sum / static_cast<double>(a.byte_size());
}

RealBlock ramp() {
  RealBlock samples;
  for (std::size_t i = 0; i < kBlockSize; ++i) samples[i] = static_cast<float>((i * 37 + i * i) % 251) - 128;
  return samples;
}

}  // namespace

TEST_CASE("the transform is that of T.81, and its inverse undoes it") {
  const auto samples = ramp();
  RealBlock coefficients;
  forward(samples.data(), kBlockSide, coefficients);
  const auto by_definition = [&](std::size_t u, std::size_t v) {
    const auto c = [](std::size_t k) { return k == 0 ? std::sqrt(0.5) : 1.0; };
    double sum = 0;
    for (std::size_t y = 0; y < 8; ++y) {
      for (std::size_t x = 0; x < 8; ++x) {
        sum += samples[y * 8 + x] * std::cos(static_cast<double>((2 * x + 1) * u) * M_PI / 16) *
               std::cos(static_cast<double>((2 * y + 1) * v) * M_PI / 16);
      }
    }
    return sum * c(u) * c(v) / 4;
  };
  for (std::size_t i = 0; i < kBlockSize; ++i) {
    CHECK(coefficients[i] == doctest::Approx(by_definition(i % 8, i / 8)).epsilon(1e-4));
  }
  RealBlock back;
  inverse(coefficients, back.data(), kBlockSide);
  for (std::size_t i = 0; i < kBlockSize; ++i) CHECK(back[i] == doctest::Approx(samples[i]).epsilon(1e-4));
}

TEST_CASE("the trellis finds what trying everything finds") {
  // Six coefficients in reach, all others nothing: every way of keeping, lowering and dropping them is tried.
  RealBlock block{};
  const std::array<std::pair<std::size_t, float>, 6> some{
      {{1, 2.3F}, {2, -1.2F}, {5, 0.7F}, {20, 4.4F}, {40, -0.9F}, {63, 1.6F}}};
  for (const auto& [place, value] : some) block[kZigzag[place]] = value * 10;
  Table table;
  table.fill(10);
  SymbolHistogram counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = static_cast<std::uint32_t>((i * 7919) % 101);
  const auto costs = SymbolCosts::of(counts);
  const auto total = [&](const Block& candidate, float lambda) {
    double cost = 0;
    std::size_t run = 0;
    for (std::size_t i = 1; i < kBlockSize; ++i) {
      const float off = block[kZigzag[i]] / 10 - static_cast<float>(candidate[kZigzag[i]]);
      cost += off * off;
      if (candidate[kZigzag[i]] == 0) {
        ++run;
        continue;
      }
      for (; run > 15; run -= 16) cost += lambda * costs.bits[15][0];
      const auto size = std::bit_width(static_cast<unsigned>(std::abs(candidate[kZigzag[i]])));
      cost += lambda * costs.bits[run][static_cast<std::size_t>(size)];
      run = 0;
    }
    return cost + (run > 0 ? lambda * costs.bits[0][0] : 0);
  };
  for (const float lambda : {0.01F, 0.1F, 0.3F, 1.0F}) {
    CAPTURE(lambda);
    Block found;
    quantise(block, Quantizer(table), lambda, costs, found);
    double least = INFINITY;
    for (int way = 0; way < 729; ++way) {
      Block candidate{};
      int choices = way;
      for (const auto& [place, value] : some) {
        const int nearest = static_cast<int>(std::lround(std::fabs(value)));
        const int magnitude = std::max(nearest - choices % 3, 0);
        candidate[kZigzag[place]] = static_cast<std::int16_t>(value < 0 ? -magnitude : magnitude);
        choices /= 3;
      }
      least = std::min(least, total(candidate, lambda));
    }
    CHECK(total(found, lambda) == doctest::Approx(least).epsilon(1e-4));
  }
}

TEST_CASE("a file decodes to what its coefficients were said to look like, in any shape") {
  for (const Size size : {Size{1, 1}, Size{7, 3}, Size{8, 8}, Size{17, 33}, Size{130, 95}}) {
    for (const int channels : {1, 3}) {
      for (const auto sampling : {Sampling::half, Sampling::full}) {
        CAPTURE(size.width);
        CAPTURE(channels);
        const auto image = pictures::make({.size = size, .channels = channels});
        auto source = source_of(image, sampling, 1);
        const auto coefficients = quantised(source, recipe_of(85, sampling, 5), 1);
        const auto file = write_coefficients(coefficients, {}, {});
        REQUIRE(file.has_value());
        const auto expected = reconstructed(coefficients, 1);
        REQUIRE(expected.has_value());
        CHECK(difference(read(*file), *expected) <= 3);
        CHECK(mean_difference(read(*file), *expected) < 0.2);
      }
    }
  }
}

TEST_CASE("whatever way a file's chroma is reduced, its coefficients look like what decoders show") {
  for (const auto& kind : all_kinds()) {
    if (kind.size.width < 8) continue;  // decoders have a rule of their own there
    CAPTURE(kind.size.width);
    CAPTURE(kind.horizontal);
    CAPTURE(kind.vertical);
    const auto file = jpeg_by_libjpeg(kind);
    const auto coefficients = read_coefficients(file);
    REQUIRE(coefficients.has_value());
    const auto seen = reconstructed(*coefficients, 1);
    REQUIRE(seen.has_value());
    CHECK(difference(read(file), *seen) <= 3);
    CHECK(mean_difference(read(file), *seen) < 0.3);  // halves are rounded otherwise here and there
  }
}

TEST_CASE("chroma that a file stores in full, or halved in one direction, can be halved in both") {
  for (const auto& [across, down] : {std::pair{1, 1}, std::pair{2, 1}, std::pair{1, 2}, std::pair{2, 2}}) {
    CAPTURE(across);
    CAPTURE(down);
    const auto file = jpeg_by_libjpeg({{131, 98}, 3, across, down});
    const auto stored = read_coefficients(file);
    REQUIRE(stored.has_value());
    auto source = source_of(*stored, Sampling::half, 1);
    CHECK(source.layers[0].horizontal == 2);
    CHECK(source.layers[0].vertical == 2);
    CHECK(source.layers[1].spectrum.columns == 9);
    CHECK(source.layers[1].spectrum.rows == 7);
    const auto halved = reconstructed(quantised(source, recipe_of(100, Sampling::half, 1), 1), 1);
    REQUIRE(halved.has_value());
    CHECK(mean_difference(read(file), *halved) < 1.5);
    CHECK(source_of(*stored, Sampling::full, 1).layers[0].horizontal == across);
    CHECK(decoded_jpeg(file).reduced_chroma == (across * down == 4));
  }
}

TEST_CASE("a picture is coded to the same bytes on any number of threads" * doctest::test_suite("threads")) {
  const auto image = pictures::make({.size = {333, 217}});
  const auto once = codec().encode(image, {}, {.quality = 75});
  REQUIRE(once.has_value());
  for (const int threads : {2, 3, 8})
    CHECK(*codec().encode(image, {}, {.quality = 75, .threads = threads}) == *once);
}

TEST_CASE("more effort takes fewer bytes for what it shows") {
  const auto image = pictures::make({.size = {512, 384}});
  double before = INFINITY;
  for (const int effort : {1, 2, 3}) {
    CAPTURE(effort);
    const auto file = codec().encode(image, {}, {.quality = 75, .effort = effort});
    REQUIRE(file.has_value());
    const double cost = std::log(static_cast<double>(file->size())) - 0.03 * score(image, read(*file));
    CHECK(cost < before);
    before = cost;
  }
}

TEST_CASE("bits go where they are said to be important") {
  const auto image = pictures::make({.size = {256, 128}});
  Importance importance{32, 16, {}};
  for (auto& plane : importance.planes) {
    for (int i = 0; i < 32 * 16; ++i) plane.push_back(i % 32 < 16 ? 10.0F : 0.1F);
  }
  const auto drafted = codec().draft(image, {.quality = 60});
  REQUIRE(drafted.has_value());
  const Guide guide{importance, {}, drafted->work};
  const auto file = codec().encode(image, {}, {.quality = 60, .guide = &guide});
  const auto plain = codec().encode(image, {}, {.quality = 60});
  REQUIRE(file.has_value());
  REQUIRE(plain.has_value());
  const auto error = [&](const Bytes& coded, std::uint32_t from) {
    const auto back = read(coded);
    double sum = 0;
    for (std::uint32_t y = 0; y < 128; ++y) {
      for (std::uint32_t x = 3 * from; x < 3 * (from + 128); ++x) {
        sum += std::pow(image.row(y)[x] - back.row(y)[x], 2);
      }
    }
    return sum;
  };
  CHECK(error(*file, 0) < error(*plain, 0));
  CHECK(error(*file, 128) > error(*plain, 128));
}

TEST_CASE("targets move against the slopes, by a part of a step at most") {
  const auto image = pictures::make({.size = {64, 64}});
  auto source = source_of(image, Sampling::full, 1);
  keep(source, 1);
  const auto recipe = recipe_of(60, Sampling::full, 5);
  const auto draft = quantised(source, recipe, 1);
  const auto& spectrum = source.layers[0].spectrum;
  const std::vector<float> weights(spectrum.blocks.size(), 1.0F);
  Slopes slopes = spectrum;  // such that an error harms twice as much where the draft is too large
  for (std::size_t b = 0; b < slopes.blocks.size(); ++b) {
    for (std::size_t k = 0; k < kBlockSize; ++k) {
      const auto step = static_cast<float>(draft.components[0].table[k]);
      const float error = static_cast<float>(draft.components[0].blocks[b][k]) - spectrum.blocks[b][k] / step;
      slopes.blocks[b][k] = (error > 0 ? 2.0F : 1.0F) * error / step;
    }
  }
  const Shift shift(spectrum, draft.components[0], slopes, weights, true, 1);
  int moved = 0;
  for (std::size_t b = 0; b < spectrum.blocks.size(); ++b) {
    const RealBlock target = shift(b, recipe.tables[0]);
    for (std::size_t k = 0; k < kBlockSize; ++k) {
      const float by = target[k] - spectrum.blocks[b][k];
      const auto step = static_cast<float>(recipe.tables[0][k]);
      CHECK(std::fabs(by) <= 0.1F * step * 1.001F);
      if (k == 0 || std::fabs(spectrum.blocks[b][k]) < 0.5F * step) CHECK(by == 0);
      if (by != 0) {
        CHECK(by < 0);  // and half as much, beside, where it is too small
        ++moved;
      }
    }
  }
  CHECK(moved > 100);
}

TEST_CASE("black and white are coded beyond their ends where that is nearer to what a file can hold") {
  const auto page = pictures::make({.kind = pictures::Kind::text, .size = {160, 128}});
  auto source = source_of(page, Sampling::full, 1);
  keep(source, 1);
  const auto& luma = source.layers[0];
  REQUIRE(std::ranges::count(luma.clipped, 1) > 10);
  const auto table = recipe_of(50, Sampling::full, 5).tables[0];
  const auto clipped_error = [&](const RealBlock& wanted, const RealBlock& original) {
    RealBlock rounded;
    for (std::size_t k = 0; k < kBlockSize; ++k)
      rounded[k] = std::round(wanted[k] / static_cast<float>(table[k])) * static_cast<float>(table[k]);
    RealBlock seen;
    RealBlock samples;
    inverse(rounded, seen.data(), kBlockSide);
    inverse(original, samples.data(), kBlockSide);
    double sum = 0;
    for (std::size_t i = 0; i < kBlockSize; ++i)
      sum += std::pow(std::clamp(seen[i], -128.0F, 127.0F) - samples[i], 2);
    return sum;
  };
  double plain = 0;
  double beyond = 0;
  for (std::size_t b = 0; b < luma.clipped.size(); ++b) {
    if (luma.clipped[b] == 0) continue;
    RealBlock block = luma.spectrum.blocks[b];
    overshoot(block, table);
    plain += clipped_error(luma.spectrum.blocks[b], luma.spectrum.blocks[b]);
    beyond += clipped_error(block, luma.spectrum.blocks[b]);
  }
  CHECK(beyond < 0.9 * plain);
}

TEST_CASE("what a file stores is coded again without a detour over pixels") {
  for (const auto& how : {Sampled{.size = {160, 128}, .horizontal = 2, .vertical = 2},
                          Sampled{.size = {160, 128}, .horizontal = 2, .vertical = 1},
                          Sampled{.size = {160, 128}}, Sampled{.size = {160, 128}, .channels = 1}}) {
    CAPTURE(how.horizontal);
    CAPTURE(how.channels);
    const Bytes stored = jpeg_by_libjpeg(how);
    const auto picture = read(stored);
    EncodeParams params{.quality = 100, .effort = 1, .chroma = Chroma::full};
    params.origin = Origin{Format::jpeg, stored, Orientation::upright};
    const auto again = codec().encode(picture, {}, params);
    REQUIRE(again.has_value());
    const auto before = read_coefficients(stored);
    const auto after = read_coefficients(*again);
    REQUIRE(before.has_value());
    REQUIRE(after.has_value());
    CHECK(difference(read(*again), picture) == 0);  // steps of 1 hold every multiple of larger ones
    REQUIRE(after->components.size() == before->components.size());
    CHECK(after->components[0].horizontal == before->components[0].horizontal);
    CHECK(after->components[0].vertical == before->components[0].vertical);
  }
}

TEST_CASE("chroma that a file stores in full is halved where that is asked for") {
  const Bytes stored = jpeg_by_libjpeg({.size = {160, 128}});
  const auto picture = read(stored);
  EncodeParams params{.quality = 90, .chroma = Chroma::half};
  params.origin = Origin{Format::jpeg, stored, Orientation::upright};
  const auto again = codec().encode(picture, {}, params);
  REQUIRE(again.has_value());
  const auto after = read_coefficients(*again);
  REQUIRE(after.has_value());
  CHECK(after->components[0].horizontal == 2);
  CHECK(score(picture, read(*again)) > 75);
}

TEST_CASE("black beside white is coded at every quality") {
  auto board = Image::make({64, 64}, 1, 8);
  REQUIRE(board.has_value());
  for (std::uint32_t y = 0; y < 64; ++y) {
    for (std::uint32_t x = 0; x < 64; ++x) {
      board->row(y)[x] = (x / 8 + y / 8) % 2 == 0 ? 255 : 0;
      if (x % 8 == 3 && y % 8 == 4) board->row(y)[x] = 128;
    }
  }
  const auto first = codec().encode(*board, {}, {.quality = 50});
  REQUIRE(first.has_value());
  const auto again = read(*first);
  for (double quality = 85; quality <= 100; quality += 0.5) {
    for (const int effort : {1, 5}) {
      CHECK(codec().encode(*board, {}, {.quality = quality, .effort = effort}).has_value());
      EncodeParams params{.quality = quality, .effort = effort};
      params.origin = Origin{Format::jpeg, *first, Orientation::upright};
      CHECK(codec().encode(again, {}, params).has_value());
    }
  }
}

TEST_CASE("our own files tell at which quality they were made") {
  const auto image = pictures::make({.size = {64, 48}});
  for (const double quality : {5.0, 40.25, 60.5, 82.75, 95.0}) {
    const auto file = codec().encode(image, {}, {.quality = quality});
    REQUIRE(file.has_value());
    const auto back = codec().decode(*file, {}, 1);
    REQUIRE(back.has_value());
    REQUIRE(back->quality.has_value());
    CHECK(*back->quality == doctest::Approx(quality).epsilon(0.01));
  }
}

}  // namespace frugal::codec::jpeg
