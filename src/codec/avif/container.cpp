#include "codec/avif/container.hpp"

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace frugal::codec::avif {
namespace {

// ---- what the file must tell of the stream ----

/// The open bitstream units of a temporal unit (AV1, 5.3): type, and payload.
struct Unit {
  unsigned type = 0;
  ByteView payload;
  std::size_t bytes = 0;  ///< with its header
};
constexpr unsigned kSequenceHeader = 1;
constexpr unsigned kTemporalDelimiter = 2;

std::optional<Unit> first_unit(ByteView stream) {
  if (stream.size() < 2) return std::nullopt;
  const bool extended = (stream[0] & 4U) != 0;
  const bool sized = (stream[0] & 2U) != 0;
  if (!sized) return std::nullopt;
  std::size_t at = extended ? 2 : 1;
  std::uint64_t size = 0;  // leb128 (AV1, 4.10.5)
  for (unsigned shift = 0; at < stream.size() && shift < 56; shift += 7) {
    const unsigned byte = stream[at++];
    size |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) != 0) continue;
    if (size > stream.size() - at) return std::nullopt;
    const auto length = static_cast<std::size_t>(size);
    return Unit{stream[0] >> 3 & 15U, stream.subspan(at, length), at + length};
  }
  return std::nullopt;
}

/// `stream` without the delimiters, which no item should have.
ByteView without_delimiter(ByteView stream) {
  const auto unit = first_unit(stream);
  return unit && unit->type == kTemporalDelimiter ? stream.subspan(unit->bytes) : stream;
}

/// The body of the configuration property (AV1 in ISOBMFF, 2.3.3). None where the stream does not begin with
/// a reduced still picture's sequence header (AV1, 5.5.1), which has profile and level in its first ten bits.
std::optional<std::array<std::uint8_t, 4>> configuration_of(ByteView stream, const Described& described) {
  const auto unit = first_unit(stream);
  if (!unit || unit->type != kSequenceHeader || unit->payload.size() < 2) return std::nullopt;
  const unsigned bits = unit->payload[0] << 8 | unit->payload[1];
  const unsigned profile = bits >> 13;
  const bool still = (bits >> 11 & 3U) == 3;
  const unsigned level = bits >> 6 & 31U;
  if (!still) return std::nullopt;
  const unsigned halved = described.sampling == Sampling::full ? 0 : 3;
  const unsigned depth = described.depth > 10 ? 3 : described.depth > 8 ? 2 : 0;
  const unsigned gray = described.sampling == Sampling::gray ? 1 : 0;
  return std::array{std::uint8_t{0x81}, static_cast<std::uint8_t>(profile << 5 | level),
                    static_cast<std::uint8_t>(depth << 5 | gray << 4 | halved << 2), std::uint8_t{0}};
}

// ---- boxes ----

void zeros(Bytes& out, std::size_t bytes) {
  out.insert(out.end(), bytes, 0);
}

/// `bytes`: 1 to 8.
void number(Bytes& out, std::uint64_t value, int bytes) {
  while (bytes-- > 0) out.push_back(static_cast<std::uint8_t>(value >> (8 * bytes)));
}

void text(Bytes& out, std::string_view characters) {
  out.insert(out.end(), characters.begin(), characters.end());
}

void append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void put32(Bytes& out, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 4; ++i) out[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

template <class Write>
void box(Bytes& out, std::string_view type, Write write_body) {
  const std::size_t start = out.size();
  number(out, 0, 4);
  text(out, type);
  write_body();
  put32(out, start, out.size() - start);
}

/// One with version and flags before its body.
template <class Write>
void full_box(Bytes& out, std::string_view type, std::uint32_t version_and_flags, Write write_body) {
  box(out, type, [&] {
    number(out, version_and_flags, 4);
    write_body();
  });
}

// ---- items ----

constexpr unsigned kPicture = 1;  // the numbers of items begin here

struct Item {
  std::string_view type;
  std::string_view name;          ///< with what follows it, each ended by a zero
  std::array<ByteView, 2> parts;  ///< one after the other
  bool hidden = false;
};

using namespace std::string_view_literals;

std::vector<Item> items_of(ByteView stream, const Metadata& metadata) {
  // How far into the item the TIFF structure begins: at once (ISO/IEC 23008-12, A.2.1).
  static constexpr std::array<std::uint8_t, 4> kNoOffset{};
  std::vector<Item> items{{"av01", "\0"sv, {stream, {}}}};
  if (!metadata.exif.empty()) items.push_back({"Exif", "\0"sv, {kNoOffset, metadata.exif}, true});
  if (!metadata.xmp.empty()) items.push_back({"mime", "\0application/rdf+xml\0"sv, {metadata.xmp, {}}, true});
  return items;
}

void write_information(Bytes& out, const std::vector<Item>& items) {
  full_box(out, "iinf", 0, [&] {
    number(out, items.size(), 2);
    for (std::size_t i = 0; i < items.size(); ++i) {
      full_box(out, "infe", 2U << 24 | (items[i].hidden ? 1U : 0U), [&] {
        number(out, kPicture + i, 2);
        number(out, 0, 2);  // not protected
        text(out, items[i].type);
        text(out, items[i].name);
      });
    }
  });
  if (items.size() == 1) return;
  full_box(out, "iref", 0, [&] {
    for (std::size_t i = 1; i < items.size(); ++i) {
      box(out, "cdsc", [&] {
        number(out, kPicture + i, 2);
        number(out, 1, 2);
        number(out, kPicture, 2);
      });
    }
  });
}

/// Gives back where the items' offsets are to be put.
std::vector<std::size_t> write_locations(Bytes& out, const std::vector<Item>& items) {
  std::vector<std::size_t> offsets;
  full_box(out, "iloc", 0, [&] {
    number(out, 0x4400, 2);  // four bytes for each offset and length
    number(out, items.size(), 2);
    for (std::size_t i = 0; i < items.size(); ++i) {
      number(out, kPicture + i, 2);
      number(out, 0, 2);  // in this file
      number(out, 1, 2);  // in one piece
      offsets.push_back(out.size());
      number(out, 0, 4);
      number(out, items[i].parts[0].size() + items[i].parts[1].size(), 4);
    }
  });
  return offsets;
}

// ---- properties ----

constexpr std::size_t kEssential = 0x80;

void write_properties(Bytes& out, const Described& described, ByteView configuration, ByteView icc) {
  std::vector<std::size_t> associated;
  const auto property = [&](std::size_t flag) { associated.push_back((associated.size() + 1) | flag); };
  box(out, "iprp", [&] {
    box(out, "ipco", [&] {
      full_box(out, "ispe", 0, [&] {
        number(out, described.size.width, 4);
        number(out, described.size.height, 4);
      });
      property(0);
      full_box(out, "pixi", 0, [&] {
        const int channels = described.sampling == Sampling::gray ? 1 : 3;
        number(out, static_cast<std::uint64_t>(channels), 1);
        for (int c = 0; c < channels; ++c) number(out, static_cast<std::uint64_t>(described.depth), 1);
      });
      property(0);
      box(out, "av1C", [&] { append(out, configuration); });
      property(kEssential);
      if (!icc.empty()) {
        box(out, "colr", [&] {
          text(out, "prof");
          append(out, icc);
        });
        property(0);
      }
      box(out, "colr", [&] {
        text(out, "nclx");
        number(out, described.color.primaries, 2);
        number(out, described.color.transfer, 2);
        number(out, described.color.matrix, 2);
        number(out, 0x80, 1);  // full range
      });
      property(0);
    });
    full_box(out, "ipma", 0, [&] {
      number(out, 1, 4);
      number(out, kPicture, 2);
      number(out, associated.size(), 1);
      for (const auto association : associated) number(out, association, 1);
    });
  });
}

void write_file_type(Bytes& out, const Described& described) {
  box(out, "ftyp", [&] {
    text(out, "avif");
    number(out, 0, 4);
    text(out, "avifmif1miaf");
    // The profiles of the AV1 Image File Format, 7: they end at 10 bits.
    if (described.depth > 10 || described.sampling == Sampling::gray) return;
    text(out, described.sampling == Sampling::full ? "MA1A" : "MA1B");
  });
}

std::uint64_t bytes_of(const std::vector<Item>& items) {
  std::uint64_t sum = 0;
  for (const auto& item : items) sum += std::uint64_t{item.parts[0].size()} + item.parts[1].size();
  return sum;
}

}  // namespace

Result<Bytes> contain(ByteView stream, const Described& described, const Metadata& metadata) {
  stream = without_delimiter(stream);
  const auto configuration = configuration_of(stream, described);
  if (!configuration) return fail(ErrorKind::internal, "libaom made no still picture");
  const auto items = items_of(stream, metadata);
  const std::uint64_t payload = bytes_of(items);
  constexpr std::uint64_t kRoom = 1024;  // more than all else takes
  if (payload + metadata.icc.size() + kRoom > std::numeric_limits<std::uint32_t>::max())
    return fail(ErrorKind::limit, "the file would be larger than 4 GB");
  Bytes out;
  out.reserve(static_cast<std::size_t>(payload) + metadata.icc.size() + kRoom);
  std::vector<std::size_t> offsets;
  write_file_type(out, described);
  full_box(out, "meta", 0, [&] {
    full_box(out, "hdlr", 0, [&] {
      number(out, 0, 4);
      text(out, "pict");
      zeros(out, 13);  // reserved, and an empty name
    });
    full_box(out, "pitm", 0, [&] { number(out, kPicture, 2); });
    offsets = write_locations(out, items);
    write_information(out, items);
    write_properties(out, described, *configuration, metadata.icc);
  });
  box(out, "mdat", [&] {
    for (std::size_t i = 0; i < items.size(); ++i) {
      put32(out, offsets[i], out.size());
      for (const auto& part : items[i].parts) append(out, part);
    }
  });
  return out;
}

}  // namespace frugal::codec::avif
