#include "batch/place.hpp"

#include <system_error>

namespace frugal::batch {

namespace fs = std::filesystem;

std::string Places::of(std::string_view path) {
  const auto slash = path.rfind('/');
  const std::string directory(slash == std::string_view::npos ? "." : path.substr(0, slash + 1));
  auto [known, fresh] = directories_.try_emplace(directory);
  if (fresh) known->second = (fs::path(end_of(directory)) / "").string();
  return known->second + std::string(path.substr(slash == std::string_view::npos ? 0 : slash + 1));
}

std::string Places::end_of(const fs::path& path) {
  std::error_code error;
  auto end = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) end = fs::absolute(path, error).lexically_normal();
  return (end.has_filename() ? end : end.parent_path()).string();
}

}  // namespace frugal::batch
