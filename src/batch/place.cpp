#include "batch/place.hpp"

#include <system_error>

namespace frugal::batch {

namespace fs = std::filesystem;

std::string Places::of(const fs::path& path) {
  const auto directory = path.has_parent_path() ? path.parent_path() : fs::path(".");
  auto [known, fresh] = directories_.try_emplace(directory.native());
  if (fresh) known->second = end_of(directory);
  return (known->second / path.filename()).string();
}

std::string Places::end_of(const fs::path& path) {
  std::error_code error;
  auto end = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) end = fs::absolute(path, error).lexically_normal();
  return (end.has_filename() ? end : end.parent_path()).string();
}

}  // namespace frugal::batch
