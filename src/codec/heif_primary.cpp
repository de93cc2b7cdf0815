#include "codec/heif_primary.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "codec/coded_size.hpp"
#include "codec/cursor.hpp"
#include "codec/heif_items.hpp"

namespace frugal::codec::isobmff {

namespace {

constexpr int kMaxDerivations = 4;  // a grid of rotated overlays of pictures is as deep as files go

std::uint64_t pixels_of(Size size) {
  return std::uint64_t{size.width} * size.height;
}

Size take_size(Cursor& cursor) {
  const std::uint32_t width = cursor.u32();
  return {width, cursor.u32()};
}

// ---- bytes ----

/// To so many times its size packed metadata may grow: deflate's most.
constexpr std::uint64_t kMostInflation = 1032;

/// So many times the file's size all items may take together. libheif reads each of them when it opens a
/// file.
constexpr std::uint64_t kSharing = 4;

Result<void> check_metadata(const Item& item, std::uint64_t bytes, const Limits& limits) {
  if (item.type != "Exif" && item.type != "mime") return {};
  return check_limit(item.packed ? bytes * kMostInflation : bytes, kMostMetadata, limits);
}

/// The same bytes may be named any number of times: checks that what the items take together is in proportion
/// to the file.
Result<void> check_extents(const Items& items, ByteView file, const Limits& limits) {
  std::uint64_t total = 0;
  for (const auto& [id, item] : items.all) {
    std::uint64_t bytes = 0;
    for (const Extent& extent : item.extents) {
      bytes += std::min<std::uint64_t>(extent.length, file.size() + 1);
    }
    total += bytes;
    if (bytes > file.size() || total > kSharing * file.size()) {
      return fail(ErrorKind::damaged, "its items take more bytes than the file has");
    }
    if (auto modest = check_metadata(item, bytes, limits); !modest) return modest;
  }
  return {};
}

Result<void> check_profiles(const Items& items, const Limits& limits) {
  for (const Box& box : items.properties) {
    if (box.type != "colr") continue;
    if (auto modest = check_limit(box.body.size(), kMostProfile, limits); !modest) return modest;
  }
  return {};
}

// ---- pictures ----

/// By its ispe property; none where it has none. Error: damaged, when it has two that differ.
Result<std::optional<Size>> announced_size(const Items& items, const Item& item) {
  std::optional<Size> size;
  for (const std::uint32_t index : item.properties) {
    if (index == 0 || index > items.properties.size()) continue;
    const Box& box = items.properties[index - 1];
    if (box.type != "ispe") continue;
    Cursor cursor(box.body);
    cursor.u32();
    const Size found = take_size(cursor);
    if (size && *size != found) return fail(ErrorKind::damaged, "a picture has two sizes");
    size = found;
  }
  return size;
}

/// Whether an auxiliary picture is decoded with the one that it belongs to.
bool is_alpha(const Items& items, const Item& item) {
  const auto kind = property(items, item, "auxC");
  if (!kind) return false;
  auto name = as_chars(kind->subspan(std::min<std::size_t>(4, kind->size())));
  name = name.substr(0, name.find('\0'));
  return name.ends_with(":alpha") || name.ends_with("auxid:1");
}

/// What others are put together on: a grid or an overlay (ISO/IEC 23008-12, 6.6.2).
struct Canvas {
  Size size;
  bool all_inside = true;  ///< every picture begins within it
};

/// None for what is neither.
std::optional<Canvas> canvas_of(const Item& item, ByteView data) {
  std::size_t before = 0;  // the canvas's size, behind version and flags
  if (item.type == "grid") before = 2;
  if (item.type == "iovl") before = 8;
  Cursor cursor(data);
  cursor.u8();
  const bool wide = cursor.u8() & 1;
  cursor.number(before);
  Canvas canvas;
  canvas.size.width = cursor.id(wide);
  canvas.size.height = cursor.id(wide);
  if (before == 0 || !cursor.ok()) return std::nullopt;
  const std::uint32_t negative = wide ? 1U << 31 : 1U << 15;
  const std::size_t placed = item.type == "iovl" ? item.sources.size() : 0;
  for (std::size_t i = 0; i < placed; ++i) {
    const std::uint32_t x = cursor.id(wide);
    const std::uint32_t y = cursor.id(wide);
    const bool inside =
        x < std::min(canvas.size.width, negative) && y < std::min(canvas.size.height, negative);
    canvas.all_inside = canvas.all_inside && inside;
  }
  return canvas;
}

std::optional<Size> larger(std::optional<Size> a, std::optional<Size> b) {
  return a && (!b || pixels_of(*a) >= pixels_of(*b)) ? a : b;
}

/// What the bitstream says, in the item and in its configuration; none where it is of no kind that is known
/// here.
std::optional<Size> coded_size(const Items& items, const Item& item, ByteView data) {
  if (item.type == "av01") {
    constexpr std::size_t kBeforeUnits = 4;
    const auto configuration = property(items, item, "av1C").value_or(ByteView{});
    return larger(av1_size(data),
                  av1_size(configuration.subspan(std::min(kBeforeUnits, configuration.size()))));
  }
  if (item.type == "hvc1" || item.type == "hev1") {
    const auto configuration = property(items, item, "hvcC").value_or(ByteView{});
    return larger(hevc_size(data), hevc_size_in_configuration(configuration));
  }
  return std::nullopt;
}

/// A walk over all that is decoded to make one picture.
class Walk {
 public:
  Walk(const Items& items, ByteView file, const Limits& limits)
      : items_(items), file_(file), limits_(limits) {}

  /// `around`: the size of the picture that it is part of.
  Result<void> visit(std::uint32_t id, int depth, Size around) {
    if (depth > kMaxDerivations) {
      return fail(ErrorKind::damaged, "the picture is derived by too many steps, or from itself");
    }
    if (++pictures_ > most(kMostPictures, limits_)) return exceeds(kMostPictures);
    const auto found = items_.all.find(id);
    if (found == items_.all.end()) return {};
    const Item& item = found->second;
    const auto announced = announced_size(items_, item);
    if (!announced) return std::unexpected(announced.error());
    const Size size = announced->value_or(around);
    if (auto fits = check(id, item, size); !fits) return fits;
    for (const std::uint32_t source : item.sources) {
      if (auto fits = visit(source, depth + 1, size); !fits) return fits;
    }
    for (const std::uint32_t other : item.auxiliaries) {
      const auto auxiliary = items_.all.find(other);
      if (auxiliary == items_.all.end() || !is_alpha(items_, auxiliary->second)) continue;
      if (auto fits = visit(other, depth + 1, size); !fits) return fits;
    }
    return {};
  }

  std::uint64_t largest() const { return largest_; }

 private:
  /// By how much is not known: the walk ends here.
  std::unexpected<Error> exceeds(const Bound& bound) const {
    return std::unexpected(over_limit(bound, limits_, std::nullopt));
  }

  Result<void> check(std::uint32_t id, const Item& item, Size size) {
    if (!check_limits(size, coded_limits(limits_))) return check_limits(size, limits_);
    if (item.sources.empty()) {
      coded_ += pixels_of(size);
      largest_ = std::max(largest_, pixels_of(size));
      if (coded_ > most(kMostCoded, limits_)) return exceeds(kMostCoded);
    }
    return seen_.insert(id).second ? check_content(item, size) : Result<void>();
  }

  Result<void> check_content(const Item& item, Size size) const {
    Bytes joined;
    const auto data = bytes_of(items_, item, file_, file_.size(), joined);
    if (const auto canvas = canvas_of(item, data)) {
      if (canvas->size != size) return fail(ErrorKind::damaged, "its picture is not as large as announced");
      // libheif takes some such pixels from beside the picture: 1.15 does.
      if (!canvas->all_inside) return fail(ErrorKind::unsupported, "a picture laid over its edge");
      return {};
    }
    const auto coded = coded_size(items_, item, data);
    return coded ? check_coded(*coded, size, true) : Result<void>();
  }

  const Items& items_;
  ByteView file_;
  const Limits& limits_;
  std::set<std::uint32_t> seen_;
  std::uint64_t pictures_ = 0;
  std::uint64_t coded_ = 0;  ///< pixels of all the coded pictures
  std::uint64_t largest_ = 0;
};

/// By the decoder configuration record's chroma_format (ISO/IEC 14496-15, 8.3.3.1).
bool is_monochrome(const Items& items, std::uint32_t id) {
  for (int depth = 0; depth <= kMaxDerivations; ++depth) {
    const auto item = items.all.find(id);
    if (item == items.all.end()) return false;
    if (const auto hvcc = property(items, item->second, "hvcC")) {
      return hvcc->size() > 16 && ((*hvcc)[16] & 3) == 0;
    }
    const Item& derived = item->second;
    if (derived.sources.empty() || (derived.type != "grid" && derived.type != "iden")) return false;
    id = derived.sources.front();
  }
  return false;
}

bool has_square_pixels(const Items& items, std::uint32_t id) {
  const auto item = items.all.find(id);
  if (item == items.all.end()) return true;
  const auto pasp = property(items, item->second, "pasp");
  if (!pasp) return true;
  Cursor cursor(*pasp);
  const std::uint32_t across = cursor.u32();
  return across == cursor.u32();
}

}  // namespace

Limits coded_limits(const Limits& limits) {
  constexpr std::uint64_t kSmall = 1U << 20;
  const bool huge = limits.max_pixels > ~std::uint64_t{0} / 2;
  return {huge ? limits.max_pixels : std::max(2 * limits.max_pixels, kSmall)};
}

Result<Primary> primary_item(ByteView file, ByteView meta, const Limits& limits) {
  const auto items = read_items(meta, limits);
  if (!items) return std::unexpected(items.error());
  if (auto sound = check_extents(*items, file, limits); !sound) return std::unexpected(sound.error());
  if (auto modest = check_profiles(*items, limits); !modest) return std::unexpected(modest.error());
  Walk walk(*items, file, limits);
  if (auto sound = walk.visit(items->primary, 0, {}); !sound) return std::unexpected(sound.error());
  return Primary{is_monochrome(*items, items->primary), has_square_pixels(*items, items->primary),
                 walk.largest()};
}

}  // namespace frugal::codec::isobmff
