#include "batch/terms.hpp"

#include <doctest/doctest.h>

#include "batch/recall.hpp"

using namespace frugal;
using namespace frugal::batch;
using codec::Format;

namespace {

const codec::Codec& kJpegCodec = codec::of(Format::jpeg);

Target to(Format format, bool stays = false) {
  Target target;
  target.codec = &codec::of(format);
  target.path = "out/a";
  target.format_stays = stays;
  return target;
}

/// A choice of formats for a JPEG.
Target chosen() {
  Target target;
  target.candidates = {to(Format::jpeg, true), to(Format::webp), to(Format::avif)};
  return target;
}

cache::Hash key(const Options& options, const Target& target, std::uint64_t size = 1000) {
  return key_of({{}, size}, kJpegCodec, tag_of(target), settings_of(options, target, size),
                useless_from(options, target, size, kJpegCodec), "x")
      .finish({});
}

}  // namespace

TEST_CASE("without a quality it is 80, unless a size decides") {
  Options options;
  CHECK(settings_of(options, to(Format::webp), 1000).quality == 80.0);
  options.max_size = Amount{.percent = 60};
  auto settings = settings_of(options, to(Format::webp), 1001);
  CHECK_FALSE(settings.quality.has_value());
  CHECK(settings.max_bytes == 600);
  options.quality = 70;
  settings = settings_of(options, to(Format::webp), 1001);
  CHECK(settings.quality == 70.0);
  auto target = to(Format::webp);
  target.quality = 33;
  CHECK(settings_of(options, target, 1000).quality == 33.0);
}

TEST_CASE("in its own format a lossy result must save two percent, a lossless one a byte") {
  const Options options;
  CHECK(useless_from(options, to(Format::jpeg, true), 1000, kJpegCodec) == 981);
  CHECK(useless_from(options, to(Format::png, true), 1000, codec::of(Format::png)) == 1000);
  Options lossless;
  lossless.lossless = true;
  CHECK(useless_from(lossless, to(Format::webp, true), 1000, codec::of(Format::webp)) == 1000);
  CHECK(useless_from(options, chosen(), 1000, kJpegCodec) == 981);
}

TEST_CASE("in another format any size will do, unless the source goes") {
  const Options options;
  auto target = to(Format::webp);
  CHECK_FALSE(useless_from(options, target, 1000, kJpegCodec).has_value());
  target.removes_source = true;
  CHECK(useless_from(options, target, 1000, kJpegCodec) == 1000);
}

TEST_CASE("least savings take the place of the rule") {
  Options options;
  options.min_savings = Amount{.percent = 5};
  for (const auto& target : {to(Format::jpeg, true), to(Format::webp), chosen()}) {
    CHECK(useless_from(options, target, 1000, kJpegCodec) == 951);
  }
  options.min_savings = Amount{.bytes = 1};
  CHECK(useless_from(options, to(Format::jpeg, true), 1000, kJpegCodec) == 1000);
  options.min_savings = Amount{.bytes = 5000};
  CHECK(useless_from(options, to(Format::webp), 1000, kJpegCodec) == 1);
  options.min_savings = Amount{};
  CHECK(useless_from(options, to(Format::jpeg, true), 1000, kJpegCodec) == 1000);
  CHECK(useless_from(options, to(Format::webp), 1000, kJpegCodec) == 1001);
}

TEST_CASE("a source that fits stays where nobody names a quality; one that is too large must give way") {
  Options options;
  options.max_size = Amount{.bytes = 1000};
  CHECK(fits_as_it_is(options, to(Format::jpeg, true), 1000));
  CHECK(fits_as_it_is(options, chosen(), 1000));
  CHECK_FALSE(fits_as_it_is(options, to(Format::jpeg, true), 1001));
  CHECK_FALSE(fits_as_it_is(options, to(Format::webp), 1000));
  CHECK(useless_from(options, to(Format::jpeg, true), 1010, kJpegCodec) == 1010);
  options.quality = 80;
  CHECK_FALSE(fits_as_it_is(options, to(Format::jpeg, true), 1000));
  CHECK_FALSE(fits_as_it_is({}, to(Format::jpeg, true), 1000));
}

TEST_CASE("a choice leaves out the formats that have no place") {
  auto target = chosen();
  CHECK(codecs_of(target, codec::Room::ample).size() == 3);
  CHECK(&home_of(target) == &target.candidates[0]);
  const auto with_own = tag_of(target);
  target.candidates[0].path.clear();
  target.candidates[0].refusal = Error{};
  CHECK(codecs_of(target, codec::Room::ample).size() == 2);
  CHECK(tag_of(target) != with_own);
  CHECK(may_stay(target));
  CHECK(codecs_of(to(Format::webp), codec::Room::ample).size() == 1);
  CHECK(tag_of(to(Format::webp)) == "webp");
}

TEST_CASE("everything that can change a result changes its key, and nothing else does") {
  const Options plain;
  const auto target = to(Format::webp);
  const auto is_new = [&](auto change) {
    Options options;
    change(options);
    return key(options, target) != key(plain, target);
  };
  CHECK(is_new([](Options& o) { o.quality = 81; }));
  CHECK(is_new([](Options& o) { o.region_floor = 70; }));
  CHECK(is_new([](Options& o) { o.max_size = Amount{.bytes = 500}; }));
  CHECK(is_new([](Options& o) { o.min_savings = Amount{.percent = 5}; }));
  CHECK(is_new([](Options& o) { o.lossless = true; }));
  CHECK(is_new([](Options& o) { o.encoder_quality = 80; }));
  CHECK(is_new([](Options& o) { o.effort = 6; }));
  CHECK_FALSE(is_new([](Options& o) { o.quality = 80; }));
  CHECK_FALSE(is_new([](Options& o) { o.total_size = 1000; }));
  CHECK_FALSE(is_new([](Options& o) { o.jobs = 3; }));
  CHECK(key(plain, target) != key(plain, to(Format::avif)));
  CHECK(key(plain, target) != key(plain, chosen()));
}

TEST_CASE("a share of the source and the bytes that it comes to are one key") {
  Options share;
  share.max_size = Amount{.percent = 50};
  Options bytes;
  bytes.max_size = Amount{.bytes = 500};
  CHECK(key(share, to(Format::webp)) == key(bytes, to(Format::webp)));
}

TEST_CASE("an output met again as a source has the key under which it is remembered as done") {
  const Options options;
  auto again = met_again(to(Format::webp), codec::of(Format::webp));
  CHECK(again.format_stays);
  again = met_again(chosen(), codec::of(Format::webp));
  CHECK(home_of(again).codec->format == Format::webp);
  CHECK(tag_of(again) == tag_of(chosen()));
  auto beside = chosen();
  beside.candidates[0].path.clear();
  again = met_again(beside, codec::of(Format::webp));
  CHECK(tag_of(again) == tag_of(beside));
  CHECK(home_of(again).path.empty());
}
