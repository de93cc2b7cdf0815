#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "cli/console.hpp"
#include "cli/parse.hpp"
#include "cli/run.hpp"

namespace {

using namespace frugal;

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

int frugal_main(std::span<const char* const> arguments) {
  const auto parsed = cli::parse(arguments, environment);
  if (!parsed) {
    cli::say("frugal: " + parsed.error().message);
    return cli::kUsage;
  }
  if (const auto* text = std::get_if<std::string>(&*parsed)) return cli::print(*text) ? 0 : cli::kFailed;
  return std::visit([](const auto& options) { return cli::run(options); }, std::get<cli::Request>(*parsed));
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
    cli::say(std::string("frugal: ") + error.what());
    return cli::kFailed;
  }
}
