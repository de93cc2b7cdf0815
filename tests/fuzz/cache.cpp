#include "fuzz/cache.hpp"

#include <chrono>
#include <stdexcept>
#include <vector>

#include "cache/care.hpp"
#include "cache/directory.hpp"
#include "cache/schema.hpp"
#include "cache/sqlite.hpp"
#include "cache/store.hpp"
#include "fuzz/picture.hpp"

namespace fs = std::filesystem;

namespace frugal::fuzz {

namespace {

constexpr std::chrono::milliseconds kPatience(100);

template <class T>
void check(const cache::sqlite::Checked<T>& done) {
  if (!done) throw std::runtime_error(done.error().message);
}

}  // namespace

cache::Secret fixed_secret() {
  cache::Secret secret{};
  for (std::size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<std::uint8_t>(i * 151 + 7);
  return secret;
}

cache::Hash numbered_key(unsigned number) {
  cache::Hash key{};
  key[0] = static_cast<std::uint8_t>(number);
  return key;
}

fs::path database_in(const fs::path& directory) {
  return directory / "v1" / cache::kDatabaseName;
}

void make_cache(const fs::path& directory) {
  value_or_throw(cache::prepare_directory(directory));
  const auto database = cache::sqlite::Database::open(database_in(directory), kPatience,
                                                      cache::sqlite::Database::IfMissing::make);
  check(database);
  check(cache::make_shrinkable(*database));
  check(cache::make_tables(*database, fixed_secret()));
}

Outcome use_cache(const fs::path& directory) {
  Outcome outcome;
  if (const auto store = cache::Store::open({.directory = directory, .patience = kPatience})) {
    std::vector<cache::Hash> keys;
    for (unsigned i = 0; i < kAskedFor; ++i) keys.push_back(numbered_key(i));
    for (const auto& entry : (*store)->find_all(keys)) {
      if (!entry) continue;
      (void)(*store)->is_output(entry->output);
      const auto payload = (*store)->payload(entry->output);
      if (payload) {
        insist(cache::content_of(*payload, (*store)->secret()) == entry->output, "a payload is what it was");
      }
    }
    for (unsigned i = 0; i < kAskedFor; ++i) {
      const cache::FileIdentity file{1, 64 + i, 1000 + i, 5, 6};
      (void)(*store)->known(file);
      (void)(*store)->was_known(file);
      if (i % 4 == 0) (*store)->remember(file, {.content = {}, .kind = 3}, 1'000'000'000'000);
    }
    const Bytes fresh(300, 1);
    cache::Entry entry;
    entry.output = cache::content_of(fresh, (*store)->secret());
    (*store)->put(numbered_key(2), entry, fresh);
    (*store)->count({1, 2, 3, 4});
    (*store)->flush();
    if (!(*store)->warning().empty()) outcome = ErrorKind::damaged;
  } else {
    outcome = store.error().kind;
  }
  (void)cache::statistics(directory);
  (void)cache::verify(directory);
  (void)cache::prune(directory, 20'000);
  (void)cache::clear(directory);
  return outcome;
}

}  // namespace frugal::fuzz
