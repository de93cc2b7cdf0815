// JSON objects on one line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace frugal::cli {

inline constexpr const char* kJsonNull = "null";

/// One object; its keys stand in the order in which they are added.
class JsonObject {
 public:
  /// `value` is JSON already. The key needs no escapes.
  JsonObject& add(std::string_view key, std::string_view value);

  std::string text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

/// {"score":…,"x":…,"y":…,"w":…,"h":…}, in pixels. `score` is JSON already.
std::string json_region(std::string_view score, std::uint32_t x, std::uint32_t y, std::uint32_t width,
                        std::uint32_t height);

}  // namespace frugal::cli
