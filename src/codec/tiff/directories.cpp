#include "codec/tiff/directories.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace frugal::codec::tiff {

namespace {

constexpr std::uint64_t kXmp = 700;
constexpr std::uint64_t kProfile = 34675;

/// So many times the file's size may the values of all its directories take together: several pages may
/// share some.
constexpr std::uint64_t kSharing = 8;

/// Numbers anywhere in the file, in its byte order. TIFF 6.0, section 2; in a BigTIFF counts and offsets are
/// wider.
class File {
 public:
  /// Nothing where it begins like no TIFF.
  static std::optional<File> of(ByteView bytes) {
    if (bytes.size() < 8) return std::nullopt;
    File file(bytes, bytes[0] == 'M');
    const auto version = file.number(2, 2);
    if (version != 42 && version != 43) return std::nullopt;
    file.big_ = version == 43;
    return file;
  }

  bool big() const { return big_; }
  std::uint64_t size() const { return bytes_.size(); }

  /// Nothing where it is not within the file.
  std::optional<std::uint64_t> number(std::uint64_t at, std::uint64_t width) const {
    if (at > bytes_.size() || width > bytes_.size() - at) return std::nullopt;
    std::uint64_t value = 0;
    for (std::uint64_t i = 0; i < width; ++i) {
      value = value << 8 | bytes_[at + (big_endian_ ? i : width - 1 - i)];
    }
    return value;
  }

 private:
  File(ByteView bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  ByteView bytes_;
  bool big_endian_;
  bool big_ = false;
};

/// Bytes of one value of a field's type; 0 for unknown types, which libtiff does not read.
std::uint64_t width_of(std::uint64_t type) {
  constexpr std::array<std::uint8_t, 19> kWidths{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
  return type < kWidths.size() ? kWidths[type] : 0;
}

struct Directory {
  std::uint64_t bytes = 0;  ///< of its values outside of it, as far as they lie in the file
  std::uint64_t next = 0;   ///< where the next one is; 0 when there is none
};

/// Error: limit. A directory that is cut off is read as far as it goes.
Result<Directory> read_directory(const File& file, std::uint64_t at, const Limits& limits) {
  const std::uint64_t offset_width = file.big() ? 8 : 4;
  const std::uint64_t count_width = file.big() ? 8 : 2;
  const std::uint64_t entry = file.big() ? 20 : 12;
  Directory directory;
  const auto entries = file.number(at, count_width).value_or(0);
  at += count_width;
  for (std::uint64_t left = entries; left > 0; --left, at += entry) {
    const auto tag = file.number(at, 2);
    const auto type = file.number(at + 2, 2);
    const auto count = file.number(at + 4, offset_width);
    const auto offset = file.number(at + 4 + offset_width, offset_width);
    if (!tag || !type || !count || !offset) return directory;
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(*count, width_of(*type), &bytes)) bytes = ~std::uint64_t{0};
    if (bytes <= offset_width) continue;
    if (*tag == kProfile || *tag == kXmp) {
      auto modest = check_limit(bytes, *tag == kProfile ? kMostProfile : kMostMetadata, limits);
      if (!modest) return std::unexpected(std::move(modest).error());
    }
    directory.bytes += std::min(bytes, file.size() - std::min(file.size(), *offset));
    if (directory.bytes > kSharing * file.size()) return directory;
  }
  directory.next = file.number(at, offset_width).value_or(0);
  return directory;
}

}  // namespace

Result<void> survey(ByteView bytes, const Limits& limits) {
  const auto file = File::of(bytes);
  if (!file) return {};
  std::set<std::uint64_t> seen;
  std::uint64_t total = 0;
  auto at = file->big() ? file->number(8, 8) : file->number(4, 4);
  while (at && *at != 0 && *at < file->size() && seen.size() < kMostDirectories) {
    if (!seen.insert(*at).second)
      return fail(ErrorKind::damaged, "damaged TIFF: its directories go in a circle");
    const auto directory = read_directory(*file, *at, limits);
    if (!directory) return std::unexpected(directory.error());
    total += directory->bytes;
    // A value may go wrong and reach to the file's end: then it counts beside all the others.
    if (directory->bytes > 2 * file->size() || total > kSharing * file->size()) {
      return fail(ErrorKind::damaged, "damaged TIFF: its directories name more bytes than the file has");
    }
    at = directory->next;
  }
  return {};
}

}  // namespace frugal::codec::tiff
