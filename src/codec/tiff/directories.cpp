#include "codec/tiff/directories.hpp"

#include <set>

#include "image/tiff_structure.hpp"

namespace frugal::codec::tiff {

namespace {

constexpr std::uint64_t kXmp = 700;
constexpr std::uint64_t kProfile = 34675;

/// libtiff reads no directory of more entries.
constexpr std::uint64_t kMostEntries = 4096;

/// So many times the file's size may the values of one directory take: one of them may go wrong, and reach to
/// the file's end.
constexpr std::uint64_t kMisread = 2;

/// And those of all directories: pages may share some.
constexpr std::uint64_t kShared = 8;

/// The bytes of a directory's values. Error: limit.
Result<std::uint64_t> bytes_of(const TiffDirectory& directory, const Limits& limits) {
  std::uint64_t bytes = 0;
  for (const TiffEntry& entry : directory.entries) {
    bytes += entry.beside;
    if (entry.tag != kProfile && entry.tag != kXmp) continue;
    auto modest = check_limit(entry.bytes, entry.tag == kProfile ? kMostProfile : kMostMetadata, limits);
    if (!modest) return std::unexpected(std::move(modest).error());
  }
  return bytes;
}

}  // namespace

Result<void> survey(ByteView file, const Limits& limits) {
  const auto structure = TiffStructure::of(file);
  if (!structure) return {};
  std::set<std::uint64_t> seen;
  std::uint64_t total = 0;
  for (auto at = structure->first(); at != 0 && at < file.size() && seen.size() < kMostDirectories;) {
    if (!seen.insert(at).second) {
      return fail(ErrorKind::damaged, "damaged TIFF: its directories go in a circle");
    }
    const auto directory = structure->directory(at, kMostEntries);
    const auto bytes = bytes_of(directory, limits);
    if (!bytes) return std::unexpected(bytes.error());
    total += *bytes;
    if (*bytes > kMisread * file.size() || total > kShared * file.size()) {
      return fail(ErrorKind::damaged, "damaged TIFF: its directories name more bytes than the file has");
    }
    at = directory.next;
  }
  return {};
}

}  // namespace frugal::codec::tiff
