#include "cache/store.hpp"
#include "fuzz/cache.hpp"
#include "fuzz/folder.hpp"
#include "fuzz/picture.hpp"
#include "fuzz/table.hpp"

namespace frugal::fuzz {

namespace {

Outcome run(ByteView input) {
  const Folder folder;
  std::filesystem::create_directory(folder.path() / "v1");
  write_file(database_in(folder.path()), input);
  return use_cache(folder.path());
}

/// A cache that holds `count` results, with what belongs to them.
Bytes filled(unsigned count) {
  const Folder folder;
  make_cache(folder.path());
  {
    const auto store = value_or_throw(cache::Store::open({.directory = folder.path()}));
    for (unsigned i = 0; i < count; ++i) {
      const Bytes output(i % 5 == 4 ? 20'000 + i : 100 + i * 150, static_cast<std::uint8_t>(i));
      cache::Entry entry;
      entry.verdict = static_cast<cache::Verdict>(i % 3 + 1);
      entry.output = cache::content_of(output, store->secret());
      entry.reason = i % 3 == 0 ? "" : "because";
      entry.width = 640;
      entry.height = 480;
      if (i % 2 == 0) entry.score = 80.5;
      if (i % 4 == 0) entry.worst_region = cache::Region{75, 64, 64, 128, 128};
      store->put(numbered_key(i), entry, i % 3 == 0 ? ByteView(output) : ByteView());
      store->remember({1, 64 + i, output.size(), 5, 6}, {entry.output, 3}, 1'000'000'000'000);
    }
    store->count({1, 2, 3, 4});
  }
  return contents_of(database_in(folder.path()));
}

std::vector<Bytes> seeds() {
  return {filled(0), filled(3), filled(kAskedFor), filled(60)};
}

}  // namespace

const Harness kDatabase{"database", run, seeds};

}  // namespace frugal::fuzz
