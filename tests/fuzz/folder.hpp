// Files of the harnesses' own.
#pragma once

#include <filesystem>

#include "util/bytes.hpp"

namespace frugal::fuzz {

/// A new folder below that for temporary files, removed with all that is in it.
class Folder {
 public:
  Folder();  ///< throws std::runtime_error where none can be made
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A file's bytes; empty where it cannot be read.
Bytes contents_of(const std::filesystem::path& path);

/// Throws std::runtime_error where it cannot be written.
void write_file(const std::filesystem::path& path, ByteView bytes);

}  // namespace frugal::fuzz
