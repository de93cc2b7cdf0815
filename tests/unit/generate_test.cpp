#include "cli/generate.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_table.hpp"
#include "cli/formats.hpp"
#include "cli/option_table.hpp"
#include "cli/values.hpp"

using namespace frugal;

namespace {

const std::string kSource = FRUGAL_SOURCE_DIR;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Closer {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

struct Ran {
  std::string output;  ///< standard output and standard error
  int status = 0;
};

/// Runs a shell command.
Ran run(const std::string& command) {
  std::unique_ptr<std::FILE, Closer> pipe(popen(("{ " + command + "\n} 2>&1").c_str(), "r"));
  REQUIRE(pipe);
  Ran ran;
  char buffer[4096];
  while (const auto count = std::fread(buffer, 1, sizeof buffer, pipe.get()))
    ran.output.append(buffer, count);
  ran.status = pclose(pipe.release());
  return ran;
}

/// False, with a message, where the machine has no such program.
bool has(const std::string& program) {
  if (run("command -v " + program).status == 0) return true;
  MESSAGE("skipped: this machine has no " << program);
  return false;
}

void check_committed(const std::string& path, const std::string& what) {
  const auto generated = cli::generate(what);
  REQUIRE(generated);
  CHECK_MESSAGE(
      content(kSource + "/" + path) == *generated,
      path << " is not what the option table makes; run: build/frugal --generate " << what << " > " << path);
}

void check_clean(const std::string& program, const std::string& arguments) {
  if (!has(program)) return;
  const auto ran = run(program + " " + arguments);
  CHECK(ran.output == "");
  CHECK(ran.status == 0);
}

std::string committed(const std::string& path) {
  return "'" + kSource + "/" + path + "'";
}

/// bash gives the words through a process substitution, which goes by /dev/fd (a chroot without /proc has
/// none).
bool can_complete_in_bash() {
  if (!has("bash")) return false;
  if (run("test -e /dev/fd/0").status == 0) return true;
  MESSAGE("skipped: this machine has no /dev/fd");
  return false;
}

/// What bash offers for the last of `words`, one a line.
std::string bash_offers(const std::vector<std::string>& words) {
  std::string script = "source " + committed("completions/frugal.bash") + "\nCOMP_WORDS=(";
  for (const auto& word : words) script += "'" + word + "' ";
  script += ")\nCOMP_CWORD=" + std::to_string(words.size() - 1);
  script += "\n_frugal\n(( ${#COMPREPLY[@]} == 0 )) || printf '%s\\n' \"${COMPREPLY[@]}\"\n";
  return run("bash -s <<'SCRIPT'\n" + script + "SCRIPT").output;
}

std::string lines(std::span<const std::string_view> words) {
  return cli::join(words, "\n") + "\n";
}

}  // namespace

TEST_CASE("the committed manual page and completions are what the option table makes") {
  check_committed("man/frugal.1", "man");
  check_committed("completions/frugal.bash", "bash");
  check_committed("completions/_frugal", "zsh");
  check_committed("completions/frugal.fish", "fish");
}

TEST_CASE("the manual page shows every option") {
  const auto page = cli::generate_man();
  for (const auto& option : cli::options()) {
    std::string name = "\\fB\\-\\-";
    for (const char c : option.name) name += c == '-' ? std::string("\\-") : std::string(1, c);
    CHECK_MESSAGE((page.find(name + "\\fR") != std::string::npos) != option.hidden, option.name);
  }
  for (const auto* section : {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXIT STATUS",
                              "ENVIRONMENT", "FILES", "EXAMPLES"}) {
    CHECK_MESSAGE(page.find("\n.SH " + std::string(section) + "\n") != std::string::npos, section);
  }
}

TEST_CASE("the manual page has a part for every command, with its options") {
  const auto page = cli::generate_man();
  for (const auto& command : cli::commands()) {
    const auto start = page.find("\n.SS \\fB" + cli::invocation(command) + "\\fR [");
    REQUIRE(start != std::string::npos);
    const auto part = page.substr(start, page.find("\n.S", start + 1) - start);
    for (const auto& option : command.options()) {
      std::string name = "\\fB\\-\\-";
      for (const char c : option.name) name += c == '-' ? std::string("\\-") : std::string(1, c);
      CHECK_MESSAGE(part.find(name + "\\fR") != std::string::npos, option.name);
    }
  }
}

TEST_CASE("mandoc finds no fault with the manual page") {
  check_clean("mandoc", "-Tlint " + committed("man/frugal.1"));
}

TEST_CASE("the shells accept their completions") {
  check_clean("bash", "-n " + committed("completions/frugal.bash"));
  check_clean("zsh", "-n " + committed("completions/_frugal"));
  check_clean("fish", "--no-execute " + committed("completions/frugal.fish"));
}

TEST_CASE("bash completes options, formats and other choices") {
  if (!can_complete_in_bash()) return;
  CHECK(bash_offers({"frugal", "--over"}) == "--overwrite\n");
  CHECK(bash_offers({"frugal", "-f", ""}) == lines(cli::format_choices()));
  CHECK(bash_offers({"frugal", "-n", "--format", "we"}) == "webp\n");
  CHECK(bash_offers({"frugal", "-f", "jpeg,we"}) == "jpeg,webp\n");
  CHECK(bash_offers({"frugal", "--color", "=", "a"}) == "auto\nalways\n");
  CHECK(bash_offers({"frugal", "--color", "="}) == "auto\nalways\nnever\n");
  CHECK(bash_offers({"frugal", "-q", "vis"}) == "visually-lossless\n");
}

TEST_CASE("bash completes commands as the first word, and after them their own options") {
  if (!can_complete_in_bash()) return;
  CHECK(bash_offers({"frugal", "compar"}) == "compare\n");
  CHECK(bash_offers({"frugal", "-n", "compar"}) == "");
  CHECK(bash_offers({"frugal", "compare", "--m"}) == "--metric\n--map\n--max-pixels\n");
  CHECK(bash_offers({"frugal", "compare", "a", "--over"}) == "");
  CHECK(bash_offers({"frugal", "compare", "--metric", "psnr,ms"}) == "psnr,ms-ssim\n");
  CHECK(bash_offers({"frugal", "-n", "compare", "--over"}) == "--overwrite\n");
  CHECK(bash_offers({"frugal", "cache", ""}) == "stats\nverify\nprune\nclear\n");
  CHECK(bash_offers({"frugal", "cache", "--json", "ver"}) == "verify\n");
}

TEST_CASE("bash offers no option as a file name, after -- or when it is hidden") {
  if (!can_complete_in_bash()) return;
  CHECK(bash_offers({"frugal", "-o", "--over"}) == "");
  CHECK(bash_offers({"frugal", "--", "--over"}) == "");
  CHECK(bash_offers({"frugal", "--gen"}) == "");
}

TEST_CASE("fish completes options and lists of formats") {
  if (!has("fish")) return;
  const auto offers = [](const std::string& typed) {
    return run("fish --no-config -c 'source " + kSource + "/completions/frugal.fish; complete -C \"" + typed +
               "\"'")
        .output;
  };
  CHECK(offers("frugal --over").starts_with("--overwrite\t"));
  CHECK(offers("frugal -f jpeg,we").starts_with("jpeg,webp\t"));
  CHECK(offers("frugal comp").starts_with("compare\ttell how much "));
  CHECK(offers("frugal compare --me").starts_with("--metric\t"));
  CHECK(offers("frugal cache ver") == "verify\n");
  CHECK(offers("frugal compare --over") == "");
  CHECK(offers("frugal --metad").starts_with("--metadata\t"));
  CHECK(offers("frugal -n compare --over").starts_with("--overwrite\t"));
}
