#include "pictures/heif.hpp"

#include <cstddef>

#include "pictures/writer.hpp"

namespace frugal::pictures {

Bytes box(std::string_view type, ByteView body) {
  return Writer().u32(body.size() + 8).text(type).add(body).bytes;
}

Bytes full_box(std::string_view type, std::uint32_t version_and_flags, ByteView body) {
  return box(type, Writer().u32(version_and_flags).add(body).bytes);
}

Bytes heif(const Heif& file) {
  const Bytes type = box("ftyp", Writer().text(file.brand).u32(0).text("mif1").text(file.brand).bytes);
  Writer infos;
  Writer references;
  Writer associations;
  Writer properties;
  Writer data;
  std::uint32_t associated = 0;
  infos.u16(file.items.size());
  for (std::size_t i = 0; i < file.items.size(); ++i) {
    const Item& item = file.items[i];
    Writer info;
    info.u16(i + 1).u16(0).text(item.type).u8(0);
    if (item.type == "mime") info.text("application/rdf+xml").u8(0).text("deflate").u8(0);
    infos.add(full_box("infe", 2U << 24, info.bytes));
    if (!item.to.empty()) {
      Writer reference;
      reference.u16(i + 1).u16(item.to.size());
      for (const auto to : item.to) reference.u16(to);
      references.add(box(item.reference, reference.bytes));
    }
    data.add(item.data);
    if (item.properties.empty()) continue;
    ++associated;
    associations.u16(i + 1).u8(item.properties.size());
    for (const auto property : item.properties) associations.u8(property);
  }
  for (const Bytes& property : file.properties) properties.add(property);
  const Bytes list = box("ipco", properties.bytes);
  const Bytes links = full_box("ipma", 0, Writer().u32(associated).add(associations.bytes).bytes);
  const auto meta = [&](std::size_t data_at) {
    Writer locations;
    locations.u16(0x4400).u16(file.items.size());
    for (std::size_t i = 0; i < file.items.size(); ++i) {
      const std::size_t size = file.items[i].data.size();
      locations.u16(i + 1).u16(0).u16(1).u32(data_at).u32(size);
      data_at += size;
    }
    Writer tables;
    tables.add(full_box("hdlr", 0, Writer().u32(0).text("pict").fill(13, 0).bytes));
    tables.add(full_box("pitm", 0, Writer().u16(1).bytes));
    tables.add(file.locations.empty() ? full_box("iloc", 0, locations.bytes) : file.locations);
    tables.add(full_box("iinf", 0, infos.bytes));
    if (!references.bytes.empty()) tables.add(full_box("iref", 0, references.bytes));
    return full_box("meta", 0, tables.add(box("iprp", Writer().add(list).add(links).bytes)).bytes);
  };
  const std::size_t data_at = type.size() + meta(0).size() + 8;
  return Writer().add(type).add(meta(data_at)).add(box("mdat", data.bytes)).bytes;
}

Bytes size_property(std::uint32_t width, std::uint32_t height) {
  return full_box("ispe", 0, Writer().u32(width).u32(height).bytes);
}

Bytes grid_data(std::uint32_t rows, std::uint32_t columns, std::uint32_t width, std::uint32_t height) {
  return Writer().u8(0).u8(1).u8(rows - 1).u8(columns - 1).u32(width).u32(height).bytes;
}

}  // namespace frugal::pictures
