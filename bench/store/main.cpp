// What the cache's store takes for a row, in time and in bytes, while the rows become more. See
// bench/README.md.
//
//   store [ROWS...]
//
// Prints a table in Markdown, which bench/store/chart.py draws.
#include <stdlib.h>  // mkdtemp is POSIX, not in <cstdlib>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "cache/store.hpp"

namespace {

namespace fs = std::filesystem;
using namespace frugal;

constexpr std::uint64_t kMostLookups = 100'000;  // in one repetition
constexpr std::uint64_t kRepeats = 5;
constexpr std::size_t kAtOnce = 512;  // as the batch asks

[[noreturn]] void die(const std::string& message) {
  std::fprintf(stderr, "store: %s\n", message.c_str());
  std::exit(1);
}

/// A directory for the time of a measurement.
class Directory {
 public:
  Directory() {
    std::error_code error;
    std::string name = fs::temp_directory_path(error) / "frugal-bench-XXXXXX";
    if (error || ::mkdtemp(name.data()) == nullptr) die("no directory can be made for it");
    path_ = name;
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  std::unique_ptr<cache::Store> open() const {
    auto store = cache::Store::open({.directory = path_});
    if (!store) die(store.error().message);
    return std::move(*store);
  }

  double bytes() const { return static_cast<double>(fs::file_size(path_ / "v1" / "frugal.sqlite3")); }

 private:
  fs::path path_;
};

/// Spreads numbers over all values (SplitMix64; Steele, Lea and Flood 2014).
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

cache::Hash hash_of(std::uint64_t number) {
  const std::uint64_t halves[] = {mixed(number), mixed(~number)};
  cache::Hash hash;
  static_assert(sizeof halves == sizeof hash);
  std::memcpy(hash.data(), halves, sizeof halves);
  return hash;
}

constexpr std::uint64_t kNoRow = std::uint64_t{1} << 40;  // numbers from here on are nobody's
constexpr std::uint64_t kOutput = std::uint64_t{1} << 41;

/// By turns what is remembered of a source, and of the output made from it.
cache::Entry entry_of(std::uint64_t number) {
  cache::Entry entry;
  entry.output = {hash_of(kOutput + number / 2), 20'000};
  entry.width = 640;
  entry.height = 480;
  entry.encoder_quality = 80;
  entry.score = 80.1;
  entry.worst_region = cache::Region{75.2, 128, 64, 128, 128};
  entry.format = "webp";
  if (number % 2 == 1) {
    entry.verdict = cache::Verdict::kept;
    entry.reason = "already an output of frugal";
  }
  return entry;
}

/// How a tree's files lie: the distance of their inodes.
struct Tree {
  std::string name;
  std::uint64_t distance = 1;
};

const Tree kDense{"files"};
const Tree kSparse{"files far apart", 1000};  // a block of memos, and so a row, for each

cache::FileIdentity file_of(std::uint64_t number, const Tree& tree) {
  return {.device = 1,
          .inode = 1000 + number * tree.distance,
          .size = 100'000 + number % 1000,
          .mtime_ns = 1,
          .ctime_ns = 1};
}

/// Of `work()` for one of `count` things, in seconds of processor time: what else the machine does is left
/// out.
double timed(std::uint64_t count, const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / static_cast<double>(count);
}

/// How many lookups a second `lookup(store, number)` makes, with numbers below `rows` that follow each other,
/// on a store that has nothing of what is asked in memory: the median of some repetitions.
template <class Lookup>
double a_second(const Directory& directory, std::uint64_t rows, const Lookup& lookup) {
  const auto count = std::min(rows, kMostLookups);
  std::vector<double> all;
  for (std::uint64_t i = 0; i < kRepeats; ++i) {
    const auto store = directory.open();
    const auto first = (rows - count) / kRepeats * i;
    all.push_back(1 / timed(count, [&] {
                    for (std::uint64_t number = first; number < first + count; ++number)
                      lookup(*store, number);
                  }));
    if (!store->warning().empty()) die(store->warning());
  }
  std::ranges::nth_element(all, all.begin() + kRepeats / 2);
  return all[kRepeats / 2];
}

void expect(bool found) {
  if (!found) die("a row is not there, or one is that should not be");
}

struct Figure {
  std::string name;
  std::vector<double> values;  // by the number of rows
};

using Say = std::function<void(const std::string& name, double value)>;

void measure_results(std::uint64_t rows, const Say& say) {
  const Directory directory;
  const double each = timed(rows, [&] {
    const auto store = directory.open();
    for (std::uint64_t i = 0; i < rows; ++i) store->put(hash_of(i), entry_of(i), {});
  });
  say("results written, a second", 1 / each);
  say("results found one by one, a second",
      a_second(directory, rows,
               [](cache::Store& store, std::uint64_t i) { expect(store.find(hash_of(i)).has_value()); }));
  std::vector<cache::Hash> keys;
  say("results found 512 at a time, a second",
      a_second(directory, rows, [&](cache::Store& store, std::uint64_t i) {
        keys.push_back(hash_of(i));
        if (keys.size() < kAtOnce) return;
        for (const auto& entry : store.find_all(keys)) expect(entry.has_value());
        keys.clear();
      }));
  say("results not found, a second", a_second(directory, rows, [](cache::Store& store, std::uint64_t i) {
        expect(!store.find(hash_of(kNoRow + i)));
      }));
  say("bytes for results, each", directory.bytes() / static_cast<double>(rows));
}

void measure_files(std::uint64_t rows, const Tree& tree, const Say& say) {
  const Directory directory;
  const double each = timed(rows, [&] {
    const auto store = directory.open();
    for (std::uint64_t i = 0; i < rows; ++i) {
      const auto file = file_of(i, tree);
      store->remember(file, {cache::Content{hash_of(i), file.size}, 1}, 1'000'000'000);
    }
  });
  say(tree.name + " remembered, a second", 1 / each);
  say(tree.name + " known again, a second",
      a_second(directory, rows, [&](cache::Store& store, std::uint64_t i) {
        expect(store.known(file_of(i, tree)).has_value());
      }));
  say("bytes for " + tree.name + ", each", directory.bytes() / static_cast<double>(rows));
}

/// Three digits, as 12,300.
std::string rounded(double value) {
  double step = 1;
  while (value / step >= 1000) step *= 10;
  auto text =
      std::to_string(static_cast<std::uint64_t>(value / step + 0.5) * static_cast<std::uint64_t>(step));
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

void print(const std::vector<std::uint64_t>& sizes, const std::vector<Figure>& figures) {
  std::printf("| rows |");
  for (const auto rows : sizes) std::printf(" %s |", rounded(static_cast<double>(rows)).c_str());
  std::printf("\n|---|");
  for (std::size_t i = 0; i < sizes.size(); ++i) std::printf("---:|");
  std::puts("");
  for (const auto& figure : figures) {
    std::printf("| %s |", figure.name.c_str());
    for (const double value : figure.values) std::printf(" %s |", rounded(value).c_str());
    std::puts("");
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::uint64_t> sizes;
  for (int i = 1; i < argc; ++i) {
    sizes.push_back(std::strtoull(argv[i], nullptr, 10));
    if (sizes.back() == 0) {
      std::fputs("usage: store [ROWS...]\n", stderr);
      return 2;
    }
  }
  if (sizes.empty()) sizes = {10'000, 100'000, 1'000'000};
  std::vector<Figure> figures;
  const auto say = [&](const std::string& name, double value) {
    auto figure = std::ranges::find(figures, name, &Figure::name);
    if (figure == figures.end()) figure = figures.insert(figures.end(), {name, {}});
    figure->values.push_back(value);
  };
  for (const auto rows : sizes) {
    std::fprintf(stderr, "%s rows\n", std::to_string(rows).c_str());
    measure_results(rows, say);
    measure_files(rows, kDense, say);
    measure_files(rows, kSparse, say);
  }
  print(sizes, figures);
}
