#include "batch/load.hpp"

#include <utility>

#include "batch/recall.hpp"
#include "util/fd.hpp"

namespace frugal::batch {

namespace {

/// 16-bit RGBA and room for metadata, in bytes.
std::uint64_t most_file_bytes(std::uint64_t max_pixels) {
  constexpr std::uint64_t kMetadata = 64ULL << 20;
  return max_pixels > (std::uint64_t{1} << 56) ? ~std::uint64_t{0} : max_pixels * 8 + kMetadata;
}

}  // namespace

Result<Loaded> load(const std::string& path, std::uint64_t max_pixels) {
  const auto fd = open_regular(path);
  if (!fd) return std::unexpected(fd.error());
  const auto identity = identity_of(fd->get());
  if (!identity) return std::unexpected(identity.error());
  if (identity->size > most_file_bytes(max_pixels)) {
    return fail(ErrorKind::limit, std::to_string(identity->size) + " bytes are more than a picture of " +
                                      std::to_string(max_pixels) +
                                      " pixels takes; --max-pixels raises the limit");
  }
  auto bytes = read_all(fd->get());
  if (!bytes) return std::unexpected(bytes.error());
  return Loaded{std::move(*bytes), *identity};
}

}  // namespace frugal::batch
