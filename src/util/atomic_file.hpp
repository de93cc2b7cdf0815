// A file that appears whole or not at all.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "util/bytes.hpp"
#include "util/fd.hpp"
#include "util/folder.hpp"
#include "util/result.hpp"
#include "util/unfinished.hpp"

namespace frugal {

/// Written without a name (O_TMPFILE) where the file system can, so that not even SIGKILL leaves a trace;
/// else under a temporary name in the target's directory. Nothing is visible at the target before `commit`.
class AtomicFile {
 public:
  /// Makes the target's directory where missing. Errors: io.
  static Result<AtomicFile> create(const std::filesystem::path& target);

  /// The same, in a folder that is open already. `name`: without a directory.
  static Result<AtomicFile> create(Folder folder, std::string name);

  AtomicFile(AtomicFile&&) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();  ///< removes what was not committed

  int fd() const { return fd_.get(); }
  const Folder& folder() const { return folder_; }

  /// To an empty file. `same`: an open file with these very bytes, whose blocks are shared where the file
  /// system can do that (a reflink); -1: none. Errors: io.
  Result<void> write(ByteView bytes, int same = -1);

  /// The file appears at the target, which must not exist. Errors: io (also when it exists by now).
  Result<void> commit_new();

  /// The file takes the place of whatever is at the target, its data on the disk before its name is: at no
  /// moment is there neither the old nor the new content. Errors: io.
  Result<void> commit_replacing();

  /// The same where the target must be what somebody has seen: `is_expected` is asked of what came out in
  /// exchange (where the file system cannot exchange, of what is about to be replaced), and if it is not,
  /// that goes back to its place. Errors: io.
  Result<void> commit_exchanging(const std::function<bool(const struct stat&)>& is_expected);

 private:
  AtomicFile(Folder folder, std::string name, Fd fd, std::string temporary);

  Result<void> sync();
  Result<void> name_it();

  Folder folder_;
  std::string name_;
  std::string temporary_;  ///< empty while the file has no name
  Fd fd_;
  Unfinished unfinished_;  ///< while it has a temporary name and is not being committed
};

/// Removes `name` from `folder` if it is what `is_expected` takes it for, and leaves it there if it is not.
/// Errors: io.
Result<void> remove_expected(const Folder& folder, const std::string& name,
                             const std::function<bool(const struct stat&)>& is_expected);

/// Removes the temporary file of a process that was killed; one that is still being written (its writer holds
/// a lock on it) stays.
void remove_if_abandoned(const std::filesystem::path& temporary);

/// The same of all of them in a folder.
void remove_abandoned(const Folder& folder);

/// True for names that AtomicFile gives to its temporary files: never an input, and free to be removed.
bool is_temporary_name(std::string_view file_name);

}  // namespace frugal
