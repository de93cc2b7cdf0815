#include "codec/heif_items.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "codec/cursor.hpp"

namespace frugal::codec::isobmff {

namespace {

/// Runs of bytes, references and properties, of all items together.
constexpr Bound kMostEntries{1U << 17, "entries in its item tables"};

class Reader {
 public:
  explicit Reader(const Limits& limits)
      : limits_(limits), most_items_(most(kMostItems, limits)), most_entries_(most(kMostEntries, limits)) {}

  Result<Items> read(ByteView meta) {
    each_box(meta.subspan(std::min<std::size_t>(4, meta.size())), [&](const Box& box) { take(box); });
    if (twice_) return fail(ErrorKind::damaged, "a table of its items stands there twice");
    if (items_.all.size() > most_items_)
      return std::unexpected(over_limit(kMostItems, limits_, std::nullopt));
    if (entries_ > most_entries_) return std::unexpected(over_limit(kMostEntries, limits_, std::nullopt));
    if (torn_) return fail(ErrorKind::damaged, "a table of its items ends too early");
    return std::move(items_);
  }

 private:
  /// What is left over behind the last whole box, a library may still make something of; not of a few zeros,
  /// with which some writers fill up.
  template <class Take>
  void each_box(ByteView boxes, const Take& take) {
    constexpr std::size_t kHeader = 8;
    while (const auto box = take_box(boxes)) take(*box);
    const bool filling = boxes.size() < kHeader && std::ranges::all_of(boxes, [](auto b) { return b == 0; });
    torn_ = torn_ || !filling;
  }

  void note_end(const Cursor& cursor) { torn_ = torn_ || !cursor.ok(); }

  void take(const Box& box) {
    constexpr std::array<std::string_view, 6> kTables{"pitm", "iinf", "iref", "iprp", "iloc", "idat"};
    const auto* table = std::ranges::find(kTables, box.type);
    if (table == kTables.end()) return;
    twice_ = twice_ || !seen_.insert(box.type).second;
    switch (table - kTables.begin()) {
      case 0:
        return take_primary(box.body);
      case 1:
        return take_types(box.body);
      case 2:
        return take_references(box.body);
      case 3:
        return take_properties(box.body);
      case 4:
        return take_locations(box.body);
      default:
        items_.data = box.body;
    }
  }

  /// False when there is too much already.
  bool modest() const { return items_.all.size() <= most_items_ && entries_ <= most_entries_; }

  Item& item(std::uint32_t id) { return items_.all[id]; }

  void take_primary(ByteView body) {
    Cursor cursor(body);
    items_.primary = cursor.id(cursor.u32() >> 24 != 0);
  }

  void take_types(ByteView body) {
    Cursor cursor(body);
    const bool wide = cursor.u32() >> 24 != 0;
    cursor.number(wide ? 4 : 2);
    each_box(cursor.rest(), [&](const Box& box) {
      if (box.type == "infe" && modest()) take_type(box.body);
    });
  }

  void take_type(ByteView body) {
    Cursor entry(body);
    const std::uint32_t version = entry.u32() >> 24;
    const std::uint32_t id = entry.id(version > 2);
    entry.u16();  // protection
    if (version < 2 || entry.rest().size() < 4) return;
    Item& described = item(id);
    twice_ = twice_ || !described.type.empty();
    described.type = as_chars(entry.take(4));
    if (described.type != "mime") return;
    auto strings = as_chars(entry.rest());  // a name, the type of the content, and how it is packed
    for (int i = 0; i < 2; ++i) strings.remove_prefix(std::min(strings.find('\0'), strings.size() - 1) + 1);
    described.packed = !strings.empty() && strings.front() != '\0';
  }

  void take_references(ByteView body) {
    Cursor cursor(body);
    const bool wide = cursor.u32() >> 24 != 0;
    each_box(cursor.rest(), [&](const Box& box) {
      if (box.type != "dimg" && box.type != "auxl") return;
      Cursor entry(box.body);
      const std::uint32_t from = entry.id(wide);
      for (std::uint32_t left = entry.u16(); left > 0 && entry.ok() && modest(); --left, ++entries_) {
        const std::uint32_t to = entry.id(wide);
        if (box.type == "dimg") {
          item(from).sources.push_back(to);
        } else {
          item(to).auxiliaries.push_back(from);
        }
      }
      note_end(entry);
    });
  }

  void take_properties(ByteView body) {
    bool has_list = false;
    each_box(body, [&](const Box& box) {
      if (box.type == "ipma") take_associations(box.body);
      if (box.type != "ipco") return;
      twice_ = twice_ || has_list;
      has_list = true;
      each_box(box.body, [&](const Box& listed) {
        if (modest()) items_.properties.push_back(listed);
        ++entries_;
      });
    });
  }

  void take_associations(ByteView body) {
    Cursor cursor(body);
    const std::uint32_t version_and_flags = cursor.u32();
    const bool wide_id = version_and_flags >> 24 != 0;
    const bool wide_index = version_and_flags & 1;
    for (std::uint32_t left = cursor.u32(); left > 0 && cursor.ok() && modest(); --left) {
      Item& owner = item(cursor.id(wide_id));
      for (std::uint32_t n = cursor.u8(); n > 0 && cursor.ok() && modest(); --n, ++entries_) {
        owner.properties.push_back(wide_index ? cursor.u16() & 0x7FFF : cursor.u8() & 0x7F);
      }
    }
    note_end(cursor);
  }

  void take_locations(ByteView body) {
    Cursor cursor(body);
    const std::uint32_t version = cursor.u32() >> 24;
    const std::uint32_t widths = cursor.u16();
    const std::size_t offset_width = widths >> 12;
    const std::size_t length_width = widths >> 8 & 15;
    const std::size_t base_width = widths >> 4 & 15;
    const std::size_t index_width = version > 0 ? widths & 15 : 0;
    for (std::uint32_t left = cursor.id(version > 1); left > 0 && cursor.ok() && modest(); --left) {
      Item& located = item(cursor.id(version > 1));
      const std::uint32_t method = version > 0 ? cursor.u16() & 15 : 0;
      cursor.u16();  // in which file
      const std::uint64_t base = cursor.number(base_width);
      twice_ = twice_ || !located.extents.empty();
      located.in_meta = method == 1;
      located.elsewhere = method > 1;
      for (std::uint32_t n = cursor.u16(); n > 0 && cursor.ok() && modest(); --n, ++entries_) {
        cursor.number(index_width);
        const std::uint64_t offset = cursor.number(offset_width);
        located.extents.push_back({base + offset, cursor.number(length_width)});
      }
    }
    note_end(cursor);
  }

  const Limits& limits_;
  std::uint64_t most_items_;
  std::uint64_t most_entries_;
  std::uint64_t entries_ = 0;
  std::set<std::string_view> seen_;
  bool twice_ = false;
  bool torn_ = false;  ///< a table, or a box in it, is shorter than it says
  Items items_;
};

}  // namespace

Result<Items> read_items(ByteView meta, const Limits& limits) {
  return Reader(limits).read(meta);
}

std::optional<ByteView> property(const Items& items, const Item& item, std::string_view type) {
  for (const std::uint32_t index : item.properties) {
    if (index == 0 || index > items.properties.size()) continue;
    if (items.properties[index - 1].type == type) return items.properties[index - 1].body;
  }
  return std::nullopt;
}

ByteView bytes_of(const Items& items, const Item& item, ByteView file, std::uint64_t most, Bytes& joined) {
  if (item.elsewhere) return {};
  const ByteView source = item.in_meta ? items.data : file;
  const auto within = [&](const Extent& extent) {
    const ByteView rest =
        source.subspan(static_cast<std::size_t>(std::min<std::uint64_t>(extent.offset, source.size())));
    return rest.first(static_cast<std::size_t>(std::min<std::uint64_t>({extent.length, rest.size(), most})));
  };
  if (item.extents.size() == 1) return within(item.extents.front());
  joined.clear();
  for (const Extent& extent : item.extents) {
    const ByteView run = within(extent);
    joined.insert(joined.end(), run.begin(), run.end());
    if (joined.size() >= most) break;
  }
  return joined;
}

}  // namespace frugal::codec::isobmff
