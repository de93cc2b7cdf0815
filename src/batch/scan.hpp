// From the paths a user names to the files to look at, in input order.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "batch/options.hpp"
#include "cache/store.hpp"
#include "codec/codec.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::batch {

/// One input file.
struct Source {
  std::string path;                         ///< to open and to report it by; "-" is standard input
  std::string base;                         ///< the directory that its tree hangs from
  std::string relative;                     ///< its path below `base`
  std::string mirror;                       ///< its path below an output directory (see interface: mirroring)
  std::string identity;                     ///< Places::of(path): equal for equal files of this run
  std::optional<cache::FileIdentity> file;  ///< what the file system knew it by; none for standard input
  bool may_be_link = true;                  ///< `path` itself may be a symbolic link
  const codec::Codec* codec = nullptr;      ///< by content; null where `error` is set
  std::optional<Error> error;               ///< why it is no input after all
  std::shared_ptr<const Bytes> content;     ///< of standard input, which can be read only once
};

/// Walks `options.paths` and `options.files_from`. Files found in directories count by content; what is no
/// image is passed over there unless its name says it is one, but told about where it was named itself.
/// Symbolic links inside trees are followed only when asked and never out of the tree. The output directory
/// and the cache are not inputs. A file whose kind `store` (may be null) remembers is not opened. Errors:
/// usage or io, for a list of names that cannot be read.
Result<std::vector<Source>> scan(const Options& options, const std::string& cache_directory,
                                 cache::Store* store, int threads);

}  // namespace frugal::batch
