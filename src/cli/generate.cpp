#include "cli/generate.hpp"

#include "cli/command_table.hpp"
#include "cli/values.hpp"

namespace frugal::cli {

Result<std::string> generate(std::string_view what) {
  const auto index = parse_choice(what, choices_of(*find_option(main_job(), "generate")));
  if (!index) return fail(ErrorKind::usage, "--generate: " + index.error().message);
  if (what == "man") return generate_man();
  if (what == "bash") return generate_bash();
  return what == "zsh" ? generate_zsh() : generate_fish();
}

}  // namespace frugal::cli
