#include "cli/console.hpp"

#include <cstdio>

namespace frugal::cli {

void say(const std::string& line) {
  std::fprintf(stderr, "%s\n", line.c_str());
}

bool print(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) say("frugal: standard output cannot be written");
  return written;
}

}  // namespace frugal::cli
