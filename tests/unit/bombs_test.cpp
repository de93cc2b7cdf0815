#include "pictures/bombs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "codec/coded_size.hpp"
#include "codec/heif_items.hpp"
#include "codec_fixture.hpp"
#include "exif_fixture.hpp"
#include "image/exif.hpp"

namespace frugal::codec {
namespace {

using pictures::Fate;

const pictures::Bomb& bomb(std::string_view name) {
  const auto found = std::ranges::find(pictures::bombs(), name, &pictures::Bomb::name);
  REQUIRE(found != pictures::bombs().end());
  return *found;
}

const Codec& codec_of(const pictures::Bomb& bomb) {
  const auto* codec = by_extension(bomb.name.substr(bomb.name.rfind('.') + 1));
  REQUIRE(codec);
  return *codec;
}

TEST_CASE("every bomb is of the format that its name says") {
  for (const auto& bomb : pictures::bombs()) {
    CAPTURE(bomb.name);
    const Bytes file = bomb.make();
    const auto* codec = sniff(ByteView(file).first(std::min(file.size(), kSniffBytes)));
    REQUIRE(codec);
    CHECK(codec->name == codec_of(bomb).name);
  }
}

TEST_CASE("a file over a limit is refused from its header, with the limit and the option that raises it") {
  for (const auto& bomb : pictures::bombs()) {
    if (bomb.fate != Fate::limit) continue;
    CAPTURE(bomb.name);
    const Bytes file = bomb.make();
    const Error header = error_of(codec_of(bomb).read_header(file, Limits{}));
    const Error whole = error_of(codec_of(bomb).decode(file, Limits{}, 1));
    CHECK(header.kind == ErrorKind::limit);
    CHECK(header.message == whole.message);
    CHECK_MESSAGE(mentions(whole, bomb.says), whole.message);
    CHECK(mentions(whole, "more than the limit of "));
    CHECK(mentions(whole, "; --max-pixels"));
    CHECK(whole.message.find('\n') == std::string::npos);
  }
}

TEST_CASE("a file that says two things about itself is damaged, and one without a still picture left alone") {
  for (const auto& bomb : pictures::bombs()) {
    if (bomb.fate != Fate::damaged && bomb.fate != Fate::left_alone) continue;
    CAPTURE(bomb.name);
    const Error error = error_of(codec_of(bomb).decode(bomb.make(), Limits{}, 1));
    CHECK(error.kind == (bomb.fate == Fate::damaged ? ErrorKind::damaged : ErrorKind::left_alone));
    CHECK_MESSAGE(mentions(error, bomb.says), error.message);
    if (bomb.fate == Fate::damaged) CHECK_MESSAGE(error.message.starts_with("damaged "), error.message);
  }
}

TEST_CASE("what a file holds beside its picture does not keep that from being read, however it swells") {
  for (const auto& bomb : pictures::bombs()) {
    if (bomb.fate != Fate::converted) continue;
    CAPTURE(bomb.name);
    CHECK(decoded(codec_of(bomb), bomb.make()).image.size() == Size{64, 64});
  }
}

TEST_CASE("the number of pixels that a refusal names is the least that lets the file through") {
  for (const auto* name :
       {"side.png", "scans.jpg", "profile.jpg", "profile.webp", "profile.tif", "profile.avif"}) {
    CAPTURE(name);
    const auto& refused = bomb(name);
    const Bytes file = refused.make();
    const std::string message = error_of(codec_of(refused).read_header(file, Limits{})).message;
    constexpr std::string_view kOption = "--max-pixels ";
    const auto at = message.find(kOption);
    REQUIRE(at != std::string::npos);
    const std::uint64_t named = std::stoull(message.substr(at + kOption.size())) * 1'000'000;
    CHECK(message.find("M raises it") != std::string::npos);
    CHECK(error_of(codec_of(refused).read_header(file, Limits{named - 1'000'000})).kind == ErrorKind::limit);
    const auto header = codec_of(refused).read_header(file, Limits{named});
    // What is no picture in the end is so for other reasons.
    if (!header) CHECK(header.error().kind == ErrorKind::damaged);
  }
}

TEST_CASE("bounds grow with the pixels that are allowed, from their default on") {
  CHECK(most(kMostScans, Limits{}) == 100);
  CHECK(most(kMostScans, Limits{1}) == 100);
  CHECK(most(kMostScans, Limits{150'000'000}) == 150);
  CHECK(most(kMostScans, Limits{~std::uint64_t{0}}) > 1'000'000'000);
  CHECK(most(kMostCoded, Limits{~std::uint64_t{0}}) == ~std::uint64_t{0});
  CHECK(check_limit(100, kMostScans, Limits{}).has_value());
  CHECK(error_of(check_limit(101, kMostScans, Limits{})).message ==
        "more than the limit of 100 scans (101); --max-pixels 101M raises it");
  CHECK(over_limit(kMostScans, Limits{200'000'000}, std::nullopt).message ==
        "more than the limit of 200 scans; --max-pixels raises it");
  CHECK(mentions(over_limit(kMostScans, Limits{}, ~std::uint64_t{0}), "--max-pixels raises it"));
}

TEST_CASE("neither side of a picture may exceed its limit") {
  CHECK(check_limits({32'768, 1}, Limits{}).has_value());
  CHECK(check_limits({1, 32'768}, Limits{}).has_value());
  CHECK(mentions(error_of(check_limits({32'769, 1}, Limits{})), "32768 pixels on a side"));
  CHECK(mentions(error_of(check_limits({1, 32'769}, Limits{})), "32768 pixels on a side"));
  CHECK(check_limits({65'536, 1}, Limits{200'000'000}).has_value());
}

TEST_CASE("a picture may be coded in up to twice its size, a small one in a megapixel") {
  CHECK(check_coded({1024, 1024}, {1, 1}, true).has_value());
  CHECK(check_coded({4000, 4000}, {4000, 2000}, true).has_value());
  CHECK(error_of(check_coded({4000, 4001}, {4000, 2000}, true)).kind == ErrorKind::damaged);
  CHECK(check_coded({4000, 2000}, {4000, 4000}, true).has_value());
  CHECK(error_of(check_coded({64, 64}, {4000, 4000}, true)).kind == ErrorKind::damaged);
  CHECK(check_coded({64, 64}, {4000, 4000}, false).has_value());
}

/// What the bitstream of a file's one picture, or of its first tile, says.
std::optional<Size> coded_size_in(const Bytes& file) {
  const auto layout = isobmff::layout(file, "HEIF");
  REQUIRE(layout);
  const auto items = isobmff::read_items(layout->meta, Limits{});
  REQUIRE(items);
  std::uint32_t id = items->primary;
  while (!items->all.at(id).sources.empty()) id = items->all.at(id).sources.front();
  const auto& item = items->all.at(id);
  Bytes joined;
  const ByteView data = isobmff::bytes_of(*items, item, file, file.size(), joined);
  if (item.type == "av01") return av1_size(data);
  const auto configuration = isobmff::property(*items, item, "hvcC");
  REQUIRE(configuration);
  return hevc_size_in_configuration(*configuration);
}

TEST_CASE("the size in which AV1 and HEVC are coded is read from their bitstreams") {
  for (const auto format : {Format::avif, Format::heic}) {
    const auto& codec = of(format);
    if (!codec.encode) continue;
    for (const Size size : {Size{1, 1}, Size{64, 64}, Size{130, 97}, Size{1000, 20}, Size{3, 700}}) {
      for (const int depth : {8, 10}) {
        CAPTURE(codec.name);
        CAPTURE(size.width);
        CAPTURE(depth);
        const auto coded = coded_size_in(encoded(codec, picture(size, 3, depth), 50));
        REQUIRE(coded);
        CHECK(coded->width >= size.width);
        CHECK(coded->height >= size.height);
        CHECK(coded->width <= std::max(64U, size.width + 16));
        CHECK(coded->height <= std::max(64U, size.height + 16));
      }
    }
  }
}

TEST_CASE("bitstreams cut off anywhere, or of noise, tell a size or none") {
  std::minstd_rand random(3);
  for (std::size_t length = 0; length < 400; ++length) {
    Bytes bytes(length);
    std::ranges::generate(bytes, [&] { return static_cast<std::uint8_t>(random()); });
    if (length > 6) bytes[4] = 0x42;                     // an HEVC parameter set
    if (length % 2 != 0 && length > 1) bytes[0] = 0x0a;  // an AV1 sequence header
    for (const auto& size : {av1_size(bytes), hevc_size(bytes), hevc_size_in_configuration(bytes)}) {
      if (size) CHECK(std::min(size->width, size->height) > 0);
    }
  }
}

TEST_CASE("EXIF that names its bytes over and over counts as not there") {
  using namespace exif_fixture;
  Bytes block =
      exif({.image = {short_number(kOrientation, 6), opaque(kSerialNumber, std::string(2000, 'x'))}});
  CHECK(exif_orientation(block) == Orientation::turned_90);
  Blocks many{.image = {short_number(kOrientation, 6)}};
  for (std::uint16_t i = 0; i < 100; ++i) {
    many.image.push_back(opaque(static_cast<std::uint16_t>(0xa500 + i), "0123456789"));
  }
  block = exif(many);
  CHECK(exif_orientation(block) == Orientation::turned_90);
  // The values of all those fields become the whole block.
  for (std::size_t at = 10; at + 12 <= block.size() && at < 10 + 101 * 12; at += 12) {
    if (block[at + 1] != 0xa5) continue;
    block[at + 4] = static_cast<std::uint8_t>(block.size() - 8);
    block[at + 5] = static_cast<std::uint8_t>((block.size() - 8) >> 8);
    block[at + 8] = 8;
    block[at + 9] = 0;
  }
  CHECK(exif_orientation(block) == Orientation::upright);
  CHECK(safe_exif(block).empty());
  CHECK(upright_exif(block).empty());
}

TEST_CASE("EXIF whose directories lead back to each other is read once") {
  using namespace exif_fixture;
  Bytes block = orientation_only(6);
  block[22] = 8;  // the next directory is the first
  CHECK(exif_orientation(block) == Orientation::turned_90);
}

}  // namespace
}  // namespace frugal::codec
