#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/codec.hpp"
#include "codec_fixture.hpp"

namespace frugal::codec {
namespace {

using namespace std::string_view_literals;

const Codec* sniffed(std::string_view head) {
  return sniff(as_bytes(head));
}

std::string_view unread(std::string_view head) {
  return unread_format(as_bytes(head));
}

TEST_CASE("every writer's output is told as its own format from its first bytes") {
  for (const auto& codec : all()) {
    if (!codec.encode) continue;
    for (const int channels : {1, 3, 4}) {
      if (channels == 4 && !codec.alpha) continue;
      if (channels == 1 && !codec.gray) continue;
      CAPTURE(codec.name);
      const Bytes file = encoded(codec, picture({16, 16}, channels, 8), 50);
      CHECK(sniff(file) == &codec);
      CHECK(sniff(ByteView(file).first(std::min(file.size(), kSniffBytes))) == &codec);
      CHECK(unread_format(file).empty());
    }
  }
}

TEST_CASE("the signatures of the formats' own specifications are told") {
  CHECK(sniffed("\xff\xd8\xff\xe0\0\x10JFIF\0"sv) == &of(Format::jpeg));
  CHECK(sniffed("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"sv) == &of(Format::png));
  CHECK(sniffed("RIFF\x24\0\0\0WEBPVP8 "sv) == &of(Format::webp));
  CHECK(sniffed("II*\0\x08\0\0\0"sv) == &of(Format::tiff));
  CHECK(sniffed("MM\0*\0\0\0\x08"sv) == &of(Format::tiff));
  CHECK(sniffed("II+\0\x08\0\0\0"sv) == &of(Format::tiff));
  CHECK(sniffed("MM\0+\0\x08\0\0"sv) == &of(Format::tiff));
}

TEST_CASE("formats that are known but not read are named") {
  const std::vector<std::pair<std::string_view, std::string_view>> known{
      {"GIF89a\x01\0\x01\0"sv, "GIF"},
      {"GIF87a\x01\0\x01\0"sv, "GIF"},
      {"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0"sv, "BMP"},
      {"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14"sv, "JPEG 2000"},
      {"\xff\x4f\xff\x51\0\x2f"sv, "JPEG 2000"},
      {"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14"sv, "JPEG XL"},
      {"\xff\x0a\xfa\x1f\x01\x91\x08\x06\x01\0\x58\0\x4b"sv, "JPEG XL"},
      {"8BPS\0\x01\0\0"sv, "Photoshop"},
      {"\0\0\1\0\1\0\x10\x10"sv, "ICO"},
      {"qoif\0\0\0\x01"sv, "QOI"},
      {"\x76\x2f\x31\x01\x02\0\0\0"sv, "OpenEXR"},
      {"#?RADIANCE\n"sv, "Radiance HDR"},
      {"DDS \x7c\0\0\0"sv, "DDS"},
      {"gimp xcf v011\0"sv, "XCF"},
      {"FUJIFILMCCD-RAW 0201"sv, "camera raw"},
      {"<svg xmlns='http://www.w3.org/2000/svg'/>"sv, "SVG"},
  };
  for (const auto& [head, name] : known) {
    CAPTURE(name);
    CHECK(unread(head) == name);
    CHECK(sniffed(head) == nullptr);
  }
}

TEST_CASE("camera raw files are no TIFF, even where they begin as one") {
  for (const auto head : {"II*\0\x10\0\0\0CR\x02\0"sv, "IIRO\x08\0\0\0"sv,
                          "\0\0\0\x18"
                          "ftypcrx \0\0\0\1"sv}) {
    CHECK(unread(head) == "camera raw");
    CHECK(sniffed(head) == nullptr);
  }
}

TEST_CASE("text, other containers and nothing are no picture") {
  for (const auto head :
       {""sv, "a"sv, "Just some text that goes on for more than sixty-four bytes, as texts will do here."sv,
        "BMW is a maker of cars and of motorcycles, whose name begins as a bitmap does"sv,
        "RIFF\x24\0\0\0WAVEfmt "sv,
        "\0\0\0\x18"
        "ftypmp42\0\0\0\0mp42isom"sv,
        "%PDF-1.7\n"sv,
        "\x7f"
        "ELF\x02\x01\x01"sv,
        "{\"v\":1}"sv, "\xff\xd8"sv, "\x89PN"sv, "MM"sv, "\xff\x0a"sv}) {
    CAPTURE(head);
    CHECK(sniffed(head) == nullptr);
    CHECK(unread(head).empty());
  }
}

TEST_CASE("formats are found by name and by extension in any case") {
  for (const auto& codec : all()) {
    CHECK(by_name(codec.name) == &codec);
    CHECK(&of(codec.format) == &codec);
    for (const auto extension : codec.extensions) CHECK(by_extension(extension) == &codec);
  }
  CHECK(by_extension("JPG") == &of(Format::jpeg));
  CHECK(by_extension("jPeG") == &of(Format::jpeg));
  CHECK(by_extension("TIF") == &of(Format::tiff));
  CHECK(by_extension("") == nullptr);
  CHECK(by_extension(".jpg") == nullptr);
  CHECK(by_extension("txt") == nullptr);
  CHECK(by_name("JPEG") == nullptr);
  CHECK(by_name("") == nullptr);
}

TEST_CASE("the first extension is what new files are given") {
  CHECK(of(Format::jpeg).extensions[0] == "jpg");
  CHECK(of(Format::png).extensions[0] == "png");
  CHECK(of(Format::webp).extensions[0] == "webp");
  CHECK(of(Format::avif).extensions[0] == "avif");
  CHECK(of(Format::heic).extensions[0] == "heic");
}

TEST_CASE("limits are checked without overflow and name the way out") {
  CHECK(check_limits({10, 10}, Limits{100}).has_value());
  const auto over = check_limits({10, 11}, Limits{100});
  REQUIRE_FALSE(over.has_value());
  CHECK(over.error().kind == ErrorKind::limit);
  CHECK(mentions(over.error(), "10x11"));
  CHECK(mentions(over.error(), "--max-pixels"));
  CHECK_FALSE(check_limits({0xffffffff, 0xffffffff}, Limits{}).has_value());
}

TEST_CASE("every format names its libraries with their versions") {
  for (const auto& codec : all()) {
    CAPTURE(codec.name);
    const std::string libraries = codec.libraries();
    CHECK(libraries.starts_with("lib"));
    CHECK(libraries.find_first_of("0123456789") != std::string::npos);
    CHECK(libraries.find('\n') == std::string::npos);
  }
}

}  // namespace
}  // namespace frugal::codec
