// A file that appears whole or not at all.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "util/bytes.hpp"
#include "util/fd.hpp"
#include "util/result.hpp"

namespace frugal {

/// Written without a name (O_TMPFILE) where the file system can, so that not even SIGKILL leaves a trace;
/// else under a temporary name in the target's directory. Nothing is visible at `target` before `commit`.
class AtomicFile {
 public:
  /// Makes the target's directory where missing. Errors: io.
  static Result<AtomicFile> create(std::filesystem::path target);

  AtomicFile(AtomicFile&&) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();  ///< removes what was not committed

  int fd() const { return fd_.get(); }

  /// To an empty file. `same`: an open file with these very bytes, whose blocks are shared where the file
  /// system can do that (a reflink); -1: none. Errors: io.
  Result<void> write(ByteView bytes, int same = -1);

  /// The file appears at the target, which must not exist. Errors: io (also when it exists by now).
  Result<void> commit_new();

  /// The file takes the place of whatever is at the target, its data on the disk before its name is: at no
  /// moment is there neither the old nor the new content. Errors: io.
  Result<void> commit_replacing();

 private:
  AtomicFile(std::filesystem::path target, Fd fd, std::filesystem::path temporary);

  Result<void> link_to(const std::filesystem::path& name);

  std::filesystem::path target_;
  std::filesystem::path temporary_;  ///< empty while the file has no name
  Fd fd_;
};

/// Removes the temporary file of a process that was killed; one that is still being written (its writer holds
/// a lock on it) stays.
void remove_if_abandoned(const std::filesystem::path& temporary);

/// True for names that AtomicFile gives to its temporary files: never an input, and free to be removed.
bool is_temporary_name(std::string_view file_name);

}  // namespace frugal
