#include "fuzz/picture.hpp"
#include "fuzz/table.hpp"
#include "pictures/heif.hpp"
#include "pictures/writer.hpp"

namespace frugal::fuzz {

namespace {

using namespace pictures;

/// The body, or all, of the first box of that type.
Bytes box_in(const Bytes& file, std::string_view type, bool whole) {
  const auto at = as_chars(file).find(type);
  if (at == std::string_view::npos || at < 4) throw std::runtime_error("no such box");
  std::size_t size = 0;
  for (std::size_t i = at - 4; i < at; ++i) size = size << 8 | file[i];
  const auto part = ByteView(file).subspan(at - 4, size).subspan(whole ? 0 : 8);
  return {part.begin(), part.end()};
}

/// What no encoder here writes: pictures made of others, each of 64×64 pixels.
std::vector<Bytes> derived() {
  const auto tile = encoded(codec::Format::heic, {.size = {64, 64}}, {.drawn = true});
  const auto configuration = box_in(tile, "hvcC", true);
  const Item picture{"hvc1", box_in(tile, "mdat", false), {2, 3}};
  const auto canvas = Writer().u16(0).fill(8, 0xff).u16(100).u16(90).u16(0).u16(0).u16(30).u16(0xfff0).bytes;
  const auto turn = box("irot", Bytes{1});
  const auto crop = box("clap", Writer().u32(40).u32(1).u32(32).u32(1).u32(0).u32(1).u32(0).u32(1).bytes);
  const auto of = [&](const Item& first, std::uint32_t width, std::uint32_t height, std::size_t tiles) {
    Heif file{
        "heic", {first}, {size_property(width, height), size_property(64, 64), configuration, turn, crop}};
    file.items.insert(file.items.end(), tiles, picture);
    return heif(file);
  };
  return {of({"grid", grid_data(2, 2, 120, 100), {1}, "dimg", {2, 3, 4, 5}}, 120, 100, 4),
          of({"grid", grid_data(1, 3, 192, 64), {1, 4}, "dimg", {2, 3, 2}}, 192, 64, 2),
          of({"iovl", canvas, {1}, "dimg", {2, 3}}, 100, 90, 2),
          of({"iden", {}, {1, 5}, "dimg", {2}}, 64, 64, 1)};
}

std::vector<Bytes> seeds() {
  using codec::Format;
  auto files = derived();
  files.push_back(encoded(Format::heic, {.size = {64, 48}}));
  files.push_back(encoded(Format::heic, {.size = {50, 70}, .channels = 4}, {.chroma = codec::Chroma::full},
                          full_metadata()));
  files.push_back(encoded(Format::heic, {.kind = Kind::text, .size = {100, 80}}, {.drawn = true}));
  files.push_back(encoded(Format::heic, {.size = {32, 32}}, {.lossless = true}));
  files.push_back(encoded(Format::heic, {.size = {64, 64}, .channels = 1}));
  files.push_back(encoded(Format::heic, {.size = {64, 64}, .depth = 10}, {.quality = 80}));
  add_bombs(Format::heic, files);
  return files;
}

}  // namespace

const Harness kHeic{"heic", [](ByteView file) { return read_picture(codec::Format::heic, file); }, seeds};

}  // namespace frugal::fuzz
