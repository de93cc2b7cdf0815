// HEIF files (ISO/IEC 23008-12) put together from their items, valid or not.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "util/bytes.hpp"

namespace frugal::pictures {

/// What a HEIF file consists of.
struct Item {
  std::string_view type;
  Bytes data = {};
  std::vector<std::uint32_t> properties = {};  ///< their numbers, from 1
  std::string_view reference = {};             ///< as in "dimg"
  std::vector<std::uint32_t> to = {};
};

/// Items are numbered from 1, and the first is the picture.
struct Heif {
  std::string_view brand;
  std::vector<Item> items;
  std::vector<Bytes> properties;
  Bytes locations = {};  ///< another iloc box in place of the right one
};

/// The file.
Bytes heif(const Heif& file);

/// A box of that type, and one with a version (in the highest byte) and flags.
Bytes box(std::string_view type, ByteView body);
Bytes full_box(std::string_view type, std::uint32_t version_and_flags, ByteView body);

/// The property that tells a size in pixels.
Bytes size_property(std::uint32_t width, std::uint32_t height);

/// The data of an item that shows `rows` × `columns` others side by side, cut to a size in pixels.
Bytes grid_data(std::uint32_t rows, std::uint32_t columns, std::uint32_t width, std::uint32_t height);

}  // namespace frugal::pictures
