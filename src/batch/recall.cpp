#include "batch/recall.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

#include "batch/kind.hpp"
#include "image/colour.hpp"
#include "image/exif.hpp"
#include "util/build_id.hpp"
#include "util/fd.hpp"

namespace frugal::batch {

namespace {

/// Raised whenever the same source and settings would give other bytes than the frugal before.
constexpr std::int64_t kAlgorithm = 6;

std::int64_t ns(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// Libraries that every program has and no picture passes through.
constexpr auto kRuntime =
    std::to_array<std::string_view>({"libc", "libm", "libgcc_s", "libstdc++", "libgomp", "libpthread",
                                     "libdl", "librt", "ld-linux-x86-64", "ld-linux-aarch64", "linux-vdso",
                                     "libsqlite3", "libxxhash", "libasan", "libubsan", "libtsan", "libnuma"});

}  // namespace

cache::FileIdentity identity_in(const struct stat& status) {
  return {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size), ns(status.st_mtim),
          ns(status.st_ctim)};
}

Result<cache::FileIdentity> identity_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return identity_in(status);
  if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorKind::missing, "no such file or directory");
  return std::unexpected(io_error("look at it"));
}

Result<cache::FileIdentity> identity_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return std::unexpected(io_error("look at it"));
  return identity_in(status);
}

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return ns(now);
}

Result<cache::Content> content_at(const std::string& path, cache::Store& store) {
  const auto identity = identity_at(path);
  if (!identity) return std::unexpected(identity.error());
  return content_at(path, *identity, store);
}

Result<cache::Content> content_at(const std::string& path, const cache::FileIdentity& identity,
                                  cache::Store& store) {
  const auto known = store.known(identity);
  if (known && known->content) return *known->content;
  const auto seen = now_ns();
  const auto fd = open_regular(path);
  if (!fd) return std::unexpected(fd.error());
  const auto opened = identity_of(fd->get());
  if (!opened) return std::unexpected(opened.error());
  const auto bytes = read_all(fd->get());
  if (!bytes) return std::unexpected(bytes.error());
  const auto content = cache::content_of(*bytes, store.secret());
  store.remember(*opened, {content, number_of(kind_of(*bytes))}, seen);
  return content;
}

std::string environment_fingerprint() {
  std::string text = "algorithm " + std::to_string(kAlgorithm);
  for (const auto& codec : codec::all()) text += "; " + codec.libraries();
  text += "; " + colour_library() + "; " + exif_library();
  for (const auto& library : loaded_libraries()) {
    if (library.name.empty() || library.build_id_hex.empty()) continue;
    if (std::ranges::find(kRuntime, library.name) != kRuntime.end()) continue;
    text += "; " + library.name + " " + library.build_id_hex;
  }
  return text;
}

namespace {

/// What a result must look like or measure; what does not count is left out.
void add_goal(cache::KeyBuilder& key, const Settings& settings) {
  if (settings.lossless) {
    key.add("lossless", std::int64_t{1});
  } else if (settings.encoder_quality) {
    key.add("encoder_quality", *settings.encoder_quality);
  } else {
    if (settings.quality) key.add("quality", *settings.quality);
    key.add("region_floor", settings.region_floor.value_or(settings.quality.value_or(0) - kFloorBelow));
    // Where the size decides, a floor that was asked for holds, and the usual one does not.
    if (settings.max_bytes) key.add("floor_holds", std::int64_t{settings.region_floor.has_value()});
    if (settings.recode) key.add("recode", std::int64_t{1});
  }
  if (settings.lossy_png && !settings.lossless) key.add("lossy_png", std::int64_t{1});
  if (settings.max_bytes) key.add("max_bytes", static_cast<std::int64_t>(*settings.max_bytes));
}

}  // namespace

cache::KeyBuilder key_of(const cache::Content& content, const codec::Codec& source, std::string_view target,
                         const Settings& settings, std::optional<std::uint64_t> useless_from,
                         const std::string& fingerprint) {
  cache::KeyBuilder key;
  key.add("source", content).add("from", source.name).add("to", target);
  add_goal(key, settings);
  if (useless_from) key.add("useless_from", static_cast<std::int64_t>(*useless_from));
  key.add("effort", std::int64_t{settings.effort});
  if (settings.room != codec::Room::ample) key.add("room", static_cast<std::int64_t>(settings.room));
  key.add("metadata", static_cast<std::int64_t>(settings.metadata));
  key.add("source_goes", std::int64_t{settings.source_goes});
  key.add("environment", fingerprint);
  return key;
}

std::string described(const cache::KeyBuilder& key, const cache::Secret& secret) {
  return cache::to_hex(key.finish(secret)) + '\n' + key.text();
}

namespace {

cache::Hash original_key(const cache::Content& content, const cache::Store& store) {
  return cache::KeyBuilder().add("original", content).finish(store.secret());
}

}  // namespace

void mark_original(const cache::Content& content, cache::Store& store) {
  cache::Entry entry;
  entry.verdict = cache::Verdict::kept;
  entry.output = content;
  store.put(original_key(content, store), entry, {});
}

bool is_original(const cache::Content& content, cache::Store& store) {
  return store.find(original_key(content, store)).has_value();
}

cache::Entry entry_of(cache::Verdict verdict, const cache::Content& output, std::string reason,
                      const Figures& figures) {
  cache::Entry entry;
  entry.verdict = verdict;
  entry.output = output;
  entry.reason = std::move(reason);
  entry.width = figures.size.width;
  entry.height = figures.size.height;
  entry.encoder_quality = figures.encoder_quality;
  entry.score = figures.score;
  if (const auto& worst = figures.worst_region) {
    entry.worst_region = cache::Region{worst->score, worst->x, worst->y, worst->w, worst->h};
  }
  return entry;
}

Figures figures_of(const cache::Entry& entry) {
  Figures figures;
  figures.size = {entry.width, entry.height};
  figures.encoder_quality = entry.encoder_quality;
  figures.score = entry.score;
  if (const auto& worst = entry.worst_region) {
    figures.worst_region = WorstRegion{worst->score, worst->x, worst->y, worst->w, worst->h};
  }
  return figures;
}

}  // namespace frugal::batch
