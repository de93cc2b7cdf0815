#include "cli/json.hpp"

namespace frugal::cli {

JsonObject& JsonObject::add(std::string_view key, std::string_view value) {
  if (!members_.empty()) members_ += ',';
  members_ += '"';
  members_ += key;
  members_ += "\":";
  members_ += value;
  return *this;
}

std::string json_region(std::string_view score, std::uint32_t x, std::uint32_t y, std::uint32_t width,
                        std::uint32_t height) {
  return JsonObject()
      .add("score", score)
      .add("x", std::to_string(x))
      .add("y", std::to_string(y))
      .add("w", std::to_string(width))
      .add("h", std::to_string(height))
      .text();
}

}  // namespace frugal::cli
