#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>

#include "cli/parse.hpp"
#include "cli/run.hpp"

namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

int print(const std::string& text) {
  if (std::cout << text << std::flush) return 0;
  std::cerr << "frugal: standard output cannot be written\n";
  return kFailed;
}

int frugal_main(std::span<const char* const> arguments) {
  const auto parsed = frugal::cli::parse(arguments, environment);
  if (!parsed) {
    std::cerr << "frugal: " << parsed.error().message << "\n";
    return kUsage;
  }
  if (const auto* text = std::get_if<std::string>(&*parsed)) return print(*text);
  return frugal::cli::run(std::get<frugal::batch::Options>(*parsed));
}

/// A file opened while 0, 1 or 2 is closed would get that number, and messages would be written into it.
void fill_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY) < 0)
      std::abort();
  }
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_descriptors();
  try {
    const std::span<const char* const> all(argv, static_cast<std::size_t>(argc));
    return frugal_main(all.subspan(all.empty() ? 0 : 1));
  } catch (const std::exception& error) {
    std::cerr << "frugal: " << error.what() << "\n";
    return kFailed;
  }
}
