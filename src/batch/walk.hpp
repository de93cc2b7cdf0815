// All files below a directory, found by several threads.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/store.hpp"
#include "util/result.hpp"

namespace frugal::batch {

/// A file, or a directory that cannot be read.
struct WalkedFile {
  std::string relative;          ///< to the root
  cache::FileIdentity identity;  ///< of what the name leads to
  std::optional<Error> error;    ///< why the directory cannot be read
};

struct WalkRules {
  std::uint32_t max_depth = 0xffffffff;                        ///< 1: only what is in the root itself
  bool follow = false;                                         ///< symbolic links, never out of the tree
  std::function<bool(std::string_view relative)> is_excluded;  ///< files and directories; any thread
  std::function<bool(std::string_view relative)> is_wanted;    ///< files; any thread
  std::function<void(const std::string& path)> leftover;       ///< called for our temporary files; any thread
  std::set<std::pair<std::uint64_t, std::uint64_t>>
      not_entered;  ///< directories below the root: (device, inode)
};

/// By name in byte order, directory by directory, each where its name stands. No directory is entered twice.
std::vector<WalkedFile> walk(const std::string& root, const WalkRules& rules, int threads);

}  // namespace frugal::batch
