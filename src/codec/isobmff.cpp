#include "codec/isobmff.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "codec/cursor.hpp"

namespace frugal::codec::isobmff {
namespace {

constexpr std::array<std::string_view, 11> kTopLevel = {"ftyp", "meta", "mdat", "moov", "free", "skip",
                                                        "uuid", "moof", "mpvd", "styp", "idat"};

/// The brands in the file type box at the start of `head`, as far as they are there: major, version,
/// compatible.
ByteView file_type(ByteView head) {
  Cursor cursor(head);
  const std::size_t size = cursor.u32();
  if (head.size() < 12 || size < 12 || as_chars(head).substr(4, 4) != "ftyp") return {};
  return head.first(std::min(size, head.size())).subspan(8);
}

}  // namespace

std::optional<Box> take_box(ByteView& rest) {
  Cursor cursor(rest);
  std::uint64_t size = cursor.u32();
  cursor.u32();
  std::size_t header = 8;
  if (size == 1) {
    size = cursor.number(8);
    header = 16;
  } else if (size == 0) {
    size = rest.size();
  }
  if (!cursor.ok() || size < header || size > rest.size()) return std::nullopt;
  const auto length = static_cast<std::size_t>(size);
  const Box box{as_chars(rest.subspan(4, 4)), rest.first(length).subspan(header)};
  rest = rest.subspan(length);
  return box;
}

std::string_view major_brand(ByteView head) {
  return as_chars(file_type(head)).substr(0, 4);
}

bool has_brand(ByteView head, std::initializer_list<std::string_view> brands) {
  const std::string_view names = as_chars(file_type(head));
  for (std::size_t at = 0; at + 4 <= names.size(); at += at == 0 ? 8 : 4) {
    if (std::ranges::find(brands, names.substr(at, 4)) != brands.end()) return true;
  }
  return false;
}

namespace {

/// True for the cut-off header of a small box: four bytes of size, without all of the type that follows.
bool begins_like_a_box(ByteView rest) {
  constexpr std::uint8_t kLeast = 8;
  return rest.size() >= 4 && rest[0] == 0 && rest[1] == 0 && rest[2] == 0 && rest[3] >= kLeast;
}

}  // namespace

Result<Layout> layout(ByteView file, std::string_view label) {
  Layout result;
  bool has_meta = false;
  ByteView rest = file;
  while (const auto box = take_box(rest)) {
    if (box->type == "meta") {
      if (has_meta) return fail(ErrorKind::damaged, "the " + std::string(label) + " file has two meta boxes");
      has_meta = true;
      result.meta = box->body;
    }
    if (box->type == "moov") result.sequence = true;
    if (box->type == "mpvd") result.film = true;
  }
  result.trailing = !rest.empty();
  const bool is_box = rest.size() >= 8
                          ? std::ranges::find(kTopLevel, as_chars(rest).substr(4, 4)) != kTopLevel.end()
                          : begins_like_a_box(rest);
  if (is_box) return fail(ErrorKind::damaged, "the " + std::string(label) + " file ends too early");
  return result;
}

void append_extras(const Layout& layout, std::vector<std::string>& extras) {
  if (layout.film) extras.emplace_back("a motion photo's film");
  if (layout.trailing) extras.emplace_back("data after the end");
}

ByteView tiff_structure(ByteView exif) {
  using namespace std::string_view_literals;
  const std::string_view text = as_chars(exif);
  const std::size_t at = std::min(text.find("II*\0"sv), text.find("MM\0*"sv));
  return at == std::string_view::npos ? ByteView{} : exif.subspan(at);
}

std::optional<Cicp> meaningful_cicp(unsigned primaries, unsigned transfer, unsigned matrix) {
  const auto is = [](unsigned value, unsigned plain) { return value == 0 || value == 2 || value == plain; };
  if (is(primaries, 1) && is(transfer, 13)) return std::nullopt;
  return Cicp{static_cast<std::uint16_t>(primaries), static_cast<std::uint16_t>(transfer),
              static_cast<std::uint16_t>(matrix)};
}

Error named(Error error, std::string_view label) {
  if (error.kind == ErrorKind::damaged) {
    error.message = "damaged " + std::string(label) + " file: " + error.message;
  }
  return error;
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) line += c >= ' ' && c <= '~' ? c : ' ';
  while (!line.empty() && (line.back() == ' ' || line.back() == '.' || line.back() == ':')) line.pop_back();
  return line;
}

}  // namespace frugal::codec::isobmff
