// Folders held open, so that what is done in them is done there, whatever their names lead to by then.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "util/fd.hpp"
#include "util/result.hpp"

namespace frugal {

class Folder {
 public:
  /// The folder at `path`, wherever that leads ("" is the current one). `make`: it is made where missing,
  /// with those above it. Errors: missing, io.
  static Result<Folder> at(const std::filesystem::path& path, bool make);

  /// The folder at `path` below this one, which symbolic links may lead to as long as they do not lead out of
  /// this one. Errors: missing, io.
  Result<Folder> below(const std::filesystem::path& path, bool make) const;

  /// For calls that take a folder to begin from; it may be good for nothing else (open(2), O_PATH).
  int fd() const { return fd_.get(); }

  /// What stands under `name` in it, a symbolic link as such. Errors: missing, io.
  Result<struct stat> look_at(const std::string& name) const;

  /// Brings the names in it to the disk. Errors: io.
  Result<void> sync() const;

 private:
  explicit Folder(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

}  // namespace frugal
