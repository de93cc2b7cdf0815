// Where bytes stood before: the copies that deflate may take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/png/optimal/symbols.hpp"
#include "util/bytes.hpp"

namespace frugal::codec::png {

/// Goes through bytes once, from the first to the last.
class MatchFinder {
 public:
  /// `depth`: at most so many earlier places are compared for each byte. Throws std::bad_alloc.
  MatchFinder(ByteView bytes, int depth);

  /// Appends the copies that may stand at the next byte: of growing length, each from the nearest place that
  /// has that much. True where there is just one, of the greatest length, in the midst of a long stretch of
  /// its kind: nothing shorter is worth a look. Throws std::bad_alloc.
  bool next(std::vector<Step>& found);

 private:
  struct Stretch {  ///< of bytes that all repeat what stands `distance` before
    std::size_t distance = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  void search(std::size_t longest, std::vector<Step>& found);
  void follow(std::size_t distance);

  ByteView bytes_;
  int depth_;
  std::size_t at_ = 0;
  Stretch stretch_;
  std::vector<std::int32_t> heads_;  ///< the last place with the same hash of three bytes, the root of a tree
  std::vector<std::int32_t> nodes_;  ///< two a place: what is less and what is greater, both older
};

}  // namespace frugal::codec::png
