#include "codec/png/squeeze.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "codec/png/deflate.hpp"
#include "codec/png/filters.hpp"
#include "codec/png/zopfli.hpp"
#include "util/parallel.hpp"

namespace frugal::codec::png {

namespace {

/// How hard an effort tries.
struct Plan {
  std::size_t strategies;  ///< of kOrder; 0: the usual one of the layout, without a first round
  int quick_level;         ///< of libdeflate, to tell the tries apart; 0: not at all
  std::size_t again;       ///< the best of them, about so many bytes together, are deflated again,
  int level;               ///< by libdeflate at that level,
  std::size_t finals;      ///< and so many of those once more, by zopfli
  std::size_t flat;        ///< where libdeflate leaves at most a so-manieth of the rows:
  std::size_t stream;      ///< and so many bytes, for what zopfli gains in a second falls with them;
  std::size_t work;        ///< at most so many bytes times iterations,
  std::size_t iterations;  ///< and so many of these
};
constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
constexpr std::array<Plan, 9> kPlans{{{0, 0, 0, 1, 0, 0, 0, 0, 0},
                                      {0, 0, 0, 6, 0, 0, 0, 0, 0},
                                      {3, 2, 0, 9, 0, 0, 0, 0, 0},
                                      {6, 4, 1'000'000, 11, 0, 0, 0, 0, 0},
                                      {10, 9, 10'000'000, 12, 1, 14, kAny, 4'000'000, 1},
                                      {10, 9, 12'000'000, 12, 1, 14, kAny, 6'000'000, 3},
                                      {10, 9, 16'000'000, 12, 1, 0, kAny, 16'000'000, 10},
                                      {10, 9, 32'000'000, 12, 2, 0, kAny, 32'000'000, 15},
                                      {10, 9, 100'000'000, 12, 3, 0, kAny, 64'000'000, 30}}};

/// Zopfli makes less of flat pictures than libdeflate 1.14 (Debian 12) does, whose level 12 stops short on
/// them: three percent, of others next to nothing. But an iteration takes a second or two for a megabyte:
/// larger pictures would keep a run waiting for minutes, at whatever effort.
constexpr std::size_t kMostForZopfli = 16'000'000;

/// From this effort on it is let loose on filtered rows too: where these are nearly alike it takes ten times
/// as long, and it seldom makes less of them.
constexpr int kFilteredForZopfli = 7;

/// Of libdeflate's levels the last that is not near-optimal. In version 1.14 those above it make less of some
/// flat pictures.
constexpr int kGreedy = 9;

/// Tries that go on at the same time, and the bytes of their rows together (or one try alone): what a
/// picture's memory is reckoned by.
constexpr int kMostAtOnce = 4;
constexpr std::size_t kMostRows = 192'000'000;

/// A try that the quick round finds larger than the best by more than this has no hope.
constexpr double kHope = 1.02;

/// But an unfiltered one has: its rows repeat over longer stretches, of which the last round makes more.
constexpr double kHopeUnfiltered = 1.06;

/// The strategies, those first that are the best most often.
constexpr std::array<Strategy, kStrategies> kOrder{
    Strategy::none, Strategy::min_sum, Strategy::bigrams, Strategy::entropy, Strategy::pair_entropy,
    Strategy::sub,  Strategy::up,      Strategy::paeth,   Strategy::average, Strategy::trial};

struct Try {
  std::size_t layout = 0;
  Strategy strategy = Strategy::none;
  std::size_t size = 0;  ///< with the chunks that the layout asks for
};

/// The smallest result so far; of equals the one whose try came first. Threads may offer at once.
class Best {
 public:
  void offer(std::size_t rank, const Try& made, Bytes stream) {
    const std::scoped_lock lock(mutex_);
    if (std::pair(made.size, rank) >= std::pair(size_, rank_)) return;
    size_ = made.size;
    rank_ = rank;
    squeezed_ = {made.layout, std::move(stream)};
  }
  Squeezed take() { return std::move(squeezed_); }

 private:
  std::mutex mutex_;
  std::size_t size_ = std::numeric_limits<std::size_t>::max();
  std::size_t rank_ = 0;
  Squeezed squeezed_;
};

Strategy usual_strategy(const Layout& layout) {
  const bool flat = layout.type == ColorType::palette || layout.bits < 8;
  return flat ? Strategy::none : Strategy::min_sum;
}

std::vector<Try> tries_of(std::span<const Layout> layouts, const Plan& plan) {
  std::vector<Try> tries;
  for (std::size_t i = 0; i < layouts.size(); ++i) {
    if (plan.strategies == 0) tries.push_back({i, usual_strategy(layouts[i]), 0});
    for (std::size_t s = 0; s < plan.strategies; ++s) tries.push_back({i, kOrder[s], 0});
  }
  return tries;
}

/// One picture's search: rounds of fewer and fewer tries, each deflated harder.
class Search {
 public:
  Search(std::span<const Layout> layouts, int effort, int threads)
      : layouts_(layouts),
        plan_(kPlans[static_cast<std::size_t>(effort - 1)]),
        filtered_for_zopfli_(effort >= kFilteredForZopfli),
        threads_(threads),
        tries_(tries_of(layouts, plan_)) {}

  Squeezed run() {
    if (plan_.quick_level > 0) {
      for_each_try(
          [&](std::size_t i, ByteView rows) { resize(i, Deflater(plan_.quick_level).size_of(rows)); });
      rank();
      keep_bytes(plan_.again);
    }
    for_each_try([&](std::size_t i, ByteView rows) {
      const auto quick = tries_[i].size;
      offer(i, Deflater(plan_.level)(rows));
      const bool may_win = plan_.quick_level < kGreedy || quick < tries_[i].size;
      if (plan_.level > kGreedy && may_win) offer(i, Deflater(kGreedy)(rows));
    });
    std::ranges::stable_sort(tries_, {}, &Try::size);
    tries_.resize(std::min(tries_.size(), plan_.finals));
    for_each_try([&](std::size_t i, ByteView rows) {
      const int iterations = iterations_for(rows.size(), tries_[i].size);
      const bool slow = tries_[i].strategy != Strategy::none && !filtered_for_zopfli_;
      if (iterations == 0 || slow) return;
      if (auto stream = zopfli_zlib(rows, iterations); !stream.empty()) offer(i, std::move(stream));
    });
    return best_.take();
  }

 private:
  /// Calls `body(i, rows)` for each try with its filtered rows, on several threads.
  template <class Body>
  void for_each_try(const Body& body) {
    parallel_for(tries_.size(), at_once(), [&](std::size_t i) {
      body(i, filtered(layouts_[tries_[i].layout].rows(), tries_[i].strategy));
    });
  }

  /// How many tries, so that their rows and streams stay small beside the picture itself.
  int at_once() const {
    std::size_t largest = 1;
    for (const auto& layout : layouts_) largest = std::max(largest, layout.bytes().size());
    return std::clamp(static_cast<int>(kMostRows / largest), 1, std::min(threads_, kMostAtOnce));
  }

  void resize(std::size_t i, std::size_t stream_bytes) {
    tries_[i].size = stream_bytes + layouts_[tries_[i].layout].side_bytes();
  }

  void offer(std::size_t i, Bytes stream) {
    resize(i, stream.size());
    best_.offer(i, tries_[i], std::move(stream));
  }

  /// The first of the tries, as many as have at most so many bytes together, but at least the very first; two
  /// where there is a budget at all, for the quick round is often wrong about unfiltered rows.
  void keep_bytes(std::size_t most) {
    std::size_t sum = 0;
    const auto beyond = std::ranges::find_if(tries_, [&](const Try& t) {
      sum += layouts_[t.layout].bytes().size();
      return sum > most;
    });
    const auto least = std::min<std::ptrdiff_t>(most > 0 ? 2 : 1, std::ssize(tries_));
    tries_.erase(std::max(beyond, tries_.begin() + least), tries_.end());
  }

  /// By size, without what has no hope and what is as large as another: most often the same bytes. The best
  /// unfiltered one comes second at the latest.
  void rank() {
    std::ranges::stable_sort(tries_, {}, &Try::size);
    const auto best = static_cast<double>(tries_.front().size);
    std::erase_if(tries_, [&](const Try& t) {
      return static_cast<double>(t.size) > best * (t.strategy == Strategy::none ? kHopeUnfiltered : kHope);
    });
    std::set<std::pair<std::size_t, std::size_t>> seen;
    std::erase_if(tries_, [&](const Try& t) { return !seen.emplace(t.layout, t.size).second; });
    const auto unfiltered = std::ranges::find(tries_, Strategy::none, &Try::strategy);
    if (unfiltered != tries_.end() && unfiltered > tries_.begin() + 1)
      std::rotate(tries_.begin() + 1, unfiltered, unfiltered + 1);
  }

  int iterations_for(std::size_t bytes, std::size_t deflated) const {
    if (bytes == 0 || bytes > kMostForZopfli || bytes < plan_.flat * deflated || deflated > plan_.stream) {
      return 0;
    }
    return static_cast<int>(std::min(plan_.work / bytes, plan_.iterations));
  }

  std::span<const Layout> layouts_;
  const Plan& plan_;
  bool filtered_for_zopfli_;
  int threads_;
  std::vector<Try> tries_;
  Best best_;
};

}  // namespace

Squeezed squeezed(std::span<const Layout> layouts, int effort, int threads) {
  return Search(layouts, std::clamp(effort, 1, 9), threads).run();
}

}  // namespace frugal::codec::png
