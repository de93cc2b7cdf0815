// Where a path really leads: equal for equal places, whatever links and dots are in the way.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

namespace frugal::batch {

class Places {
 public:
  /// The path with its directory's symbolic links resolved and its own name kept: two names of one file stay
  /// two.
  std::string of(std::string_view path);

  /// Where it ends after all links; nothing needs to exist.
  static std::string end_of(const std::filesystem::path& path);

 private:
  std::unordered_map<std::string, std::string> directories_;
};

}  // namespace frugal::batch
