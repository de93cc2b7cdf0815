// The directory that a cache lives in.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "util/fd.hpp"
#include "util/result.hpp"

namespace frugal::cache {

/// Makes `directory` and, in it, the folder of this version's layout, both mode 0700, where missing, and
/// checks that the folder is the user's own and can be written. Gives the folder's absolute path. Errors: io;
/// the message does not name the directory.
Result<std::filesystem::path> prepare_directory(const std::filesystem::path& directory);

/// The same where it is there already; empty where it is not.
Result<std::optional<std::filesystem::path>> find_directory(const std::filesystem::path& directory);

/// Takes a lock that ends with the process at the latest, for one process at a time; empty where another has
/// it for all of `patience`. `path` is a file made for nothing else.
Fd lock_within(const std::filesystem::path& path, std::chrono::milliseconds patience);

}  // namespace frugal::cache
