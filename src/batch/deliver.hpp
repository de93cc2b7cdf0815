// Bringing a result to its place without harming what is there.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "batch/options.hpp"
#include "batch/plan.hpp"
#include "cache/store.hpp"
#include "util/bytes.hpp"
#include "util/folder.hpp"
#include "util/result.hpp"

namespace frugal::batch {

/// The directories that are written below, held open from the first use on (the first of them, where there
/// are many): nothing is written out of them, whatever becomes of the names in them meanwhile. What killed
/// runs left in their folders goes when something is written there.
class Roots {
 public:
  /// The folder of the file at `path`, which is below `root` by its name. `make`: made where missing. From
  /// any thread. Errors: missing, io.
  Result<Folder> folder_of(const std::string& root, const std::string& path, bool make);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Folder>> roots_;
  std::set<std::string> tidy_;  ///< folders in which nothing is left behind
};

/// Why the source must not be replaced in place (a link that others see it by), or nothing. A name for it is
/// replaced, and what other names show would stay as it was.
std::optional<std::string> in_place_obstacle(const std::string& path);

/// True when the file at `path` holds exactly `bytes`.
bool same_content(const std::string& path, ByteView bytes);

/// Why what stands at the target's path must stay there under `policy`, or nothing. `store` may be null.
std::optional<std::string> overwrite_obstacle(const Source& source, const Target& target, Overwrite policy,
                                              cache::Store* store);

/// Writes `bytes` (`same`: see AtomicFile::write) to the target: atomically, and over something only if
/// `may_replace` (it was there when overwrite_obstacle was asked; what appeared since is an io error, unless
/// it holds these bytes and the source is not to be removed). Where the source is replaced or removed, it
/// must still be the file it was (`as_read`), and its mode, owner and extended attributes pass on; with
/// Target::takes_times always, and its times. Gives what the file system
/// knows the new file by; nothing for standard output and for a file that was there already. Errors: io.
Result<std::optional<cache::FileIdentity>> deliver(Roots& roots, const Source& source, const Target& target,
                                                   const cache::FileIdentity& as_read, ByteView bytes,
                                                   bool may_replace, int same = -1);

/// Removes a source whose output stands at the target, after that is on the disk, if it still is the file it
/// was. Errors: io.
Result<void> remove_source(Roots& roots, const Source& source, const Target& target,
                           const cache::FileIdentity& as_read);

}  // namespace frugal::batch
