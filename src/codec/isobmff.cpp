#include "codec/isobmff.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace frugal::codec::isobmff {
namespace {

/// Big-endian numbers off the front of a byte range; zeros, and `ok` false, past its end.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : rest_(bytes) {}

  std::uint64_t number(std::size_t bytes) {
    if (rest_.size() < bytes) {
      ok_ = false;
      rest_ = {};
      return 0;
    }
    std::uint64_t value = 0;
    for (const std::uint8_t byte : rest_.first(bytes)) value = value << 8 | byte;
    rest_ = rest_.subspan(bytes);
    return value;
  }
  std::uint32_t u8() { return static_cast<std::uint32_t>(number(1)); }
  std::uint32_t u16() { return static_cast<std::uint32_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  /// An item number, of the width that the box's version says.
  std::uint32_t id(bool wide) { return wide ? u32() : u16(); }

  bool ok() const { return ok_; }
  ByteView rest() const { return rest_; }

 private:
  ByteView rest_;
  bool ok_ = true;
};

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

/// The tables of a meta box that say what its primary picture is made of.
struct Items {
  std::uint32_t primary = 0;
  std::map<std::uint32_t, std::string_view> types;
  std::map<std::uint32_t, std::vector<std::uint32_t>> sources;  ///< of a derived picture ("dimg")
  std::vector<Box> properties;
  std::map<std::uint32_t, std::vector<std::uint32_t>> associations;  ///< item to properties, from 1
};

void read_types(ByteView body, Items& items) {
  Cursor cursor(body);
  const bool wide = cursor.u32() >> 24 != 0;
  cursor.number(wide ? 4 : 2);
  ByteView rest = cursor.rest();
  while (const auto box = take_box(rest)) {
    if (box->type != "infe") continue;
    Cursor entry(box->body);
    const std::uint32_t version = entry.u32() >> 24;
    const std::uint32_t id = entry.id(version > 2);
    entry.u16();
    if (version >= 2 && entry.rest().size() >= 4) items.types[id] = as_chars(entry.rest().first(4));
  }
}

void read_sources(ByteView body, Items& items) {
  Cursor cursor(body);
  const bool wide = cursor.u32() >> 24 != 0;
  ByteView rest = cursor.rest();
  while (const auto box = take_box(rest)) {
    if (box->type != "dimg") continue;
    Cursor entry(box->body);
    std::vector<std::uint32_t>& sources = items.sources[entry.id(wide)];
    for (std::uint32_t left = entry.u16(); left > 0 && entry.ok(); --left) sources.push_back(entry.id(wide));
  }
}

void read_associations(ByteView body, Items& items) {
  Cursor cursor(body);
  const std::uint32_t version_and_flags = cursor.u32();
  const bool wide_id = version_and_flags >> 24 != 0;
  const bool wide_index = version_and_flags & 1;
  for (std::uint32_t left = cursor.u32(); left > 0 && cursor.ok(); --left) {
    std::vector<std::uint32_t>& indices = items.associations[cursor.id(wide_id)];
    for (std::uint32_t n = cursor.u8(); n > 0 && cursor.ok(); --n) {
      indices.push_back(wide_index ? cursor.u16() & 0x7FFF : cursor.u8() & 0x7F);
    }
  }
}

void read_properties(ByteView body, Items& items) {
  while (const auto box = take_box(body)) {
    if (box->type == "ipma") read_associations(box->body, items);
    if (box->type != "ipco") continue;
    ByteView rest = box->body;
    while (const auto property = take_box(rest)) items.properties.push_back(*property);
  }
}

Items read_items(ByteView meta) {
  Items items;
  ByteView rest = meta.subspan(std::min<std::size_t>(4, meta.size()));
  while (const auto box = take_box(rest)) {
    if (box->type == "pitm") {
      Cursor cursor(box->body);
      items.primary = cursor.id(cursor.u32() >> 24 != 0);
    }
    if (box->type == "iinf") read_types(box->body, items);
    if (box->type == "iref") read_sources(box->body, items);
    if (box->type == "iprp") read_properties(box->body, items);
  }
  return items;
}

std::optional<ByteView> property(const Items& items, std::uint32_t id, std::string_view type) {
  const auto found = items.associations.find(id);
  if (found == items.associations.end()) return std::nullopt;
  for (const std::uint32_t index : found->second) {
    if (index == 0 || index > items.properties.size()) continue;
    if (items.properties[index - 1].type == type) return items.properties[index - 1].body;
  }
  return std::nullopt;
}

constexpr int kMaxDerivations = 4;          // a grid of rotated overlays of pictures is as deep as files go
constexpr std::size_t kMaxSources = 65536;  // a grid has at most 256 x 256 tiles (ISO/IEC 23008-12, 6.6.2.3)

/// False when the pictures that `id` is made of are too many or too deep (so also when they go in a circle).
bool derivation_is_finite(const Items& items, std::uint32_t id, int depth, std::size_t& seen) {
  if (depth > kMaxDerivations || ++seen > 2 * kMaxSources) return false;
  const auto found = items.sources.find(id);
  if (found == items.sources.end()) return true;
  return std::ranges::all_of(found->second, [&](std::uint32_t source) {
    return derivation_is_finite(items, source, depth + 1, seen);
  });
}

/// By the decoder configuration record's chroma_format (ISO/IEC 14496-15, 8.3.3.1).
bool is_monochrome(const Items& items, std::uint32_t id) {
  for (int depth = 0; depth <= kMaxDerivations; ++depth) {
    if (const auto hvcc = property(items, id, "hvcC")) return hvcc->size() > 16 && ((*hvcc)[16] & 3) == 0;
    const auto type = items.types.find(id);
    const auto source = items.sources.find(id);
    if (type == items.types.end() || source == items.sources.end() || source->second.empty()) return false;
    if (type->second != "grid" && type->second != "iden") return false;
    id = source->second.front();
  }
  return false;
}

bool has_square_pixels(const Items& items, std::uint32_t id) {
  const auto pasp = property(items, id, "pasp");
  if (!pasp) return true;
  Cursor cursor(*pasp);
  const std::uint32_t across = cursor.u32();
  return across == cursor.u32();
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
  ByteView rest = file;
  while (const auto box = take_box(rest)) {
    if (box->type == "meta" && result.meta.empty()) result.meta = box->body;
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

Result<Primary> primary_item(ByteView meta) {
  const Items items = read_items(meta);
  std::size_t seen = 0;
  if (!derivation_is_finite(items, items.primary, 0, seen)) {
    return fail(ErrorKind::damaged, "the picture is derived from too many others, or from itself");
  }
  return Primary{is_monochrome(items, items.primary), has_square_pixels(items, items.primary)};
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

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) line += c >= ' ' && c <= '~' ? c : ' ';
  while (!line.empty() && (line.back() == ' ' || line.back() == '.' || line.back() == ':')) line.pop_back();
  return line;
}

}  // namespace frugal::codec::isobmff
