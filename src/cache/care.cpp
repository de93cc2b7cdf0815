#include "cache/care.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <expected>
#include <system_error>
#include <utility>

#include "cache/changes.hpp"
#include "cache/checkup.hpp"
#include "cache/directory.hpp"
#include "cache/eviction.hpp"
#include "cache/memos.hpp"
#include "cache/payloads.hpp"
#include "cache/schema.hpp"
#include "cache/sqlite.hpp"
#include "util/text.hpp"

namespace fs = std::filesystem;

namespace frugal::cache {
namespace {

using sqlite::Checked;
using sqlite::Database;
using sqlite::Fault;

constexpr std::chrono::seconds kPatience(10);   // with the locks of others
constexpr std::chrono::seconds kRowIsLate(60);  // for a payload file that was just written

std::uint64_t unsigned_of(std::int64_t value) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

std::unexpected<Error> cannot_use(const Fault& fault) {
  return std::unexpected(database_error(fault));
}

/// A cache that is there.
struct Opened {
  Database database;
  Secret secret;
  Changes changes;  // goes before the database
  PayloadFiles files;
};

/// Empty where there is none in `folder`.
std::expected<std::optional<Opened>, Unusable> open_in(const fs::path& folder) {
  auto opened = open_existing_database(folder, kPatience);
  if (!opened) return std::unexpected(opened.error());
  if (!*opened) return std::nullopt;
  auto changes = Changes::prepare((*opened)->database, (*opened)->secret);
  if (!changes) return std::unexpected(unusable(changes.error()));
  return Opened{std::move((*opened)->database), (*opened)->secret, std::move(*changes), PayloadFiles(folder)};
}

/// What `look` gives for the cache in `directory`: nothing where there is none. Errors name the directory.
template <class Found, class Look>
Result<std::optional<Found>> look_after(const fs::path& directory, const Look& look) {
  auto result = [&]() -> Result<std::optional<Found>> {
    try {
      const auto folder = find_directory(directory);
      if (!folder) return std::unexpected(folder.error());
      if (!*folder) return std::nullopt;
      return look(**folder);
    } catch (const std::exception& exception) {
      return fail(ErrorKind::io, exception.what());
    }
  }();
  if (!result) result.error().message.insert(0, "cache " + printable(directory.native()) + ": ");
  return result;
}

Checked<void> count_results(const Database& database, Statistics& statistics) {
  auto select = database.prepare("SELECT verdict, count(*) FROM result GROUP BY verdict");
  if (!select) return std::unexpected(select.error());
  auto rows = select->run();
  for (;;) {
    const auto found = rows.next();
    if (!found) return std::unexpected(found.error());
    if (!*found) return {};
    const auto count = unsigned_of(rows.integer(1));
    const auto verdict = rows.integer(0);
    if (verdict == std::to_underlying(Verdict::encoded)) statistics.encoded = count;
    if (verdict == std::to_underlying(Verdict::kept)) statistics.kept = count;
    if (verdict == std::to_underlying(Verdict::left_alone)) statistics.left_alone = count;
  }
}

/// `value`'s, where there is no fault yet.
std::uint64_t take(const Checked<std::int64_t>& value, std::optional<Fault>& fault) {
  if (!value && !fault) fault = value.error();
  return value ? unsigned_of(*value) : 0;
}

Checked<Statistics> statistics_of(Opened& cache) {
  Statistics now;
  if (auto counted = count_results(cache.database, now); !counted) return std::unexpected(counted.error());
  const auto use = disk_use(cache.database, cache.changes, cache.files);
  if (!use) return std::unexpected(use.error());
  now.file_bytes = use->files;
  now.database_bytes = use->payloads;
  now.disk_bytes = use->total();
  std::optional<Fault> fault;
  const auto ask = [&](std::string_view sql) { return take(cache.database.integer(sql), fault); };
  const auto number = [&](Number which) { return take(cache.changes.number(which), fault); };
  now.payloads = ask("SELECT count(*) FROM payload");
  now.files_known = files_in(ask("SELECT count(*) FROM memo"), ask("SELECT sum(length(data)) FROM memo"));
  now.runs = number(Number::runs);
  now.hits = number(Number::hits);
  now.misses = number(Number::misses);
  now.encodes = number(Number::encodes);
  now.saved_bytes = number(Number::saved_bytes);
  now.evicted = number(Number::evicted);
  now.damaged = number(Number::damaged);
  if (fault) return std::unexpected(*fault);
  return now;
}

Result<std::optional<Statistics>> statistics_in(const fs::path& folder) {
  auto cache = open_in(folder);
  if (!cache) return std::unexpected(cache.error().error);
  if (!*cache) return std::nullopt;
  auto now = statistics_of(**cache);
  if (!now) return cannot_use(now.error());
  return *now;
}

Result<std::optional<Verification>> verify_in(const fs::path& folder) {
  auto cache = open_in(folder);
  if (!cache) return std::unexpected(cache.error().error);
  if (!*cache) return std::nullopt;
  auto verified = check_up((*cache)->database, (*cache)->secret, (*cache)->changes, PayloadFiles(folder));
  if (!verified) return cannot_use(verified.error());
  return *verified;
}

Result<std::optional<Pruned>> prune_in(const fs::path& folder, std::uint64_t max_bytes) {
  auto cache = open_in(folder);
  if (!cache) return std::unexpected(cache.error().error);
  if (!*cache) return std::nullopt;
  const auto before = statistics_of(**cache);
  if (!before) return cannot_use(before.error());
  const PayloadFiles files(folder);
  const auto swept = Evictor((*cache)->database, (*cache)->changes, files, folder, max_bytes).prune();
  if (!swept) return cannot_use(swept.error());
  const auto after = statistics_of(**cache);
  if (!after) return cannot_use(after.error());
  return Pruned{*before, *after, swept->files, swept->bytes};
}

/// In steps, for others to get in between. Each file goes before its row, which helps where the disk is full:
/// a row without its file is a miss, no fault.
Checked<void> forget_payloads(Opened& cache, const PayloadFiles& files, std::uint64_t count) {
  constexpr std::uint64_t kPayloadsAStep = 1024;
  for (std::uint64_t done = 0; done < count; done += kPayloadsAStep) {
    const auto step = sqlite::in_transaction(cache.database, [&]() -> Checked<void> {
      const auto contents = cache.changes.least_used(kPayloadsAStep);
      if (!contents) return std::unexpected(contents.error());
      for (const Content& content : *contents) {
        files.remove(content);
        if (auto removed = cache.changes.remove_payload(content); !removed) return removed;
      }
      return {};
    });
    if (!step) return step;
  }
  return {};
}

/// All other rows, and the statistics.
Checked<void> forget_rest(const Database& database) {
  const auto forgotten = sqlite::in_transaction(database, [&] {
    return database.execute(
        "DELETE FROM result; DELETE FROM memo;"
        "UPDATE meta SET value = 0 WHERE name IN ('runs', 'hits', 'misses', 'encodes', 'saved_bytes', "
        "'evicted',"
        " 'damaged')");
  });
  if (!forgotten) return forgotten;
  // Gives back what they took. On a full disk that can fail: then the next eviction does it.
  static_cast<void>(database.execute("VACUUM"));
  return {};
}

/// What the database takes on the disk; 0 where there is none.
std::uint64_t database_bytes(const fs::path& folder) {
  std::error_code error;
  const auto bytes = fs::file_size(folder / kDatabaseName, error);
  return error ? 0 : bytes;
}

Checked<Cleared> clear_opened(Opened& cache, const fs::path& folder) {
  const auto before = statistics_of(cache);
  if (!before) return std::unexpected(before.error());
  const PayloadFiles files(folder);
  if (auto done = forget_payloads(cache, files, before->payloads); !done)
    return std::unexpected(done.error());
  if (auto done = forget_rest(cache.database); !done) return std::unexpected(done.error());
  const auto swept = files.sweep(
      [&](const Content& content) { return cache.changes.may_have_payload(content); }, kRowIsLate);
  return Cleared{.results = before->results(),
                 .payloads = before->payloads,
                 .freed_bytes = before->file_bytes + swept.bytes};
}

/// Where there is no database to open: `disposable` says that there is one to remove.
Result<std::optional<Cleared>> clear_unopened(const fs::path& folder, bool disposable) {
  if (disposable) {
    if (auto removed = remove_database(folder); !removed) return std::unexpected(removed.error());
  }
  const auto swept = PayloadFiles(folder).remove_all();
  if (!disposable && swept.files == 0) return std::nullopt;
  return Cleared{.payloads = swept.files, .freed_bytes = swept.bytes};
}

Result<std::optional<Cleared>> clear_in(const fs::path& folder) {
  const auto before = database_bytes(folder);
  auto cache = open_in(folder);
  if (!cache && !cache.error().disposable) return std::unexpected(cache.error().error);
  Result<std::optional<Cleared>> cleared;
  if (cache && *cache) {
    auto emptied = clear_opened(**cache, folder);
    if (emptied) cleared = *emptied;
    if (!emptied && emptied.error().kind == Fault::Kind::busy) return cannot_use(emptied.error());
    if (!emptied) {
      cache->reset();
      cleared = clear_unopened(folder, true);
    }
  } else {
    cleared = clear_unopened(folder, !cache);
  }
  const auto after = database_bytes(folder);
  if (cleared && *cleared && before > after) (*cleared)->freed_bytes += before - after;
  return cleared;
}

}  // namespace

Result<std::optional<Statistics>> statistics(const fs::path& directory) {
  return look_after<Statistics>(directory, statistics_in);
}

Result<std::optional<Verification>> verify(const fs::path& directory) {
  return look_after<Verification>(directory, verify_in);
}

Result<std::optional<Pruned>> prune(const fs::path& directory, std::uint64_t max_bytes) {
  return look_after<Pruned>(directory, [&](const fs::path& folder) { return prune_in(folder, max_bytes); });
}

Result<std::optional<Cleared>> clear(const fs::path& directory) {
  return look_after<Cleared>(directory, clear_in);
}

}  // namespace frugal::cache
