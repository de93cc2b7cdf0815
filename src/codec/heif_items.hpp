// The item tables of a HEIF file (ISO/IEC 23008-12, ISO/IEC 14496-12, 8.11): which items there are, of what
// they are made, and where their bytes lie.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "codec/codec.hpp"
#include "codec/isobmff.hpp"

namespace frugal::codec::isobmff {

/// A run of an item's bytes: in the file, or in the meta box's own data.
struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct Item {
  std::string_view type;   ///< four characters; empty where the file does not say
  bool packed = false;     ///< the content of a metadata item is compressed
  bool in_meta = false;    ///< its extents lie in Items::data
  bool elsewhere = false;  ///< its extents lie in another item: where is not followed
  std::vector<Extent> extents;
  std::vector<std::uint32_t> sources;      ///< what a derived picture is made of ("dimg")
  std::vector<std::uint32_t> auxiliaries;  ///< pictures that belong to this one ("auxl"): alpha, depth
  std::vector<std::uint32_t> properties;   ///< their numbers, from 1
};

struct Items {
  std::uint32_t primary = 0;
  std::map<std::uint32_t, Item> all;
  std::vector<Box> properties;
  ByteView data;  ///< of the meta box
};

/// Reads the body of a meta box. Errors: limit (more items, or more said of them, than in any real file),
/// damaged (a table that stands there twice, so that readers may differ in which they believe).
Result<Items> read_items(ByteView meta, const Limits& limits);

/// The body of the item's first property of that type.
std::optional<ByteView> property(const Items& items, const Item& item, std::string_view type);

/// The bytes of an item, or as many of them as `most`; what lies outside of the file is missing. Where they
/// are in several places, `joined` holds them.
ByteView bytes_of(const Items& items, const Item& item, ByteView file, std::uint64_t most, Bytes& joined);

}  // namespace frugal::codec::isobmff
