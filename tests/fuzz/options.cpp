// Values from the command line and the environment, a line each; a configuration file, which there is none of
// yet, belongs here too.

#include <algorithm>
#include <map>
#include <string>

#include "cli/command_table.hpp"
#include "cli/option_table.hpp"
#include "cli/parse.hpp"
#include "fuzz/harness.hpp"
#include "fuzz/table.hpp"
#include "util/text.hpp"

namespace frugal::fuzz {

namespace {

constexpr std::string_view kVariable = "FRUGAL_";

Outcome run(ByteView input) {
  std::vector<std::string> words;
  std::map<std::string, std::string> variables;
  for (auto rest = as_chars(input); !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto equals = line.find('=');
    if (line.starts_with(kVariable) && equals != std::string_view::npos) {
      variables.emplace(line.substr(0, equals), line.substr(equals + 1));
    } else {
      words.emplace_back(line.substr(0, line.find('\0')));
    }
  }
  std::vector<const char*> arguments;
  for (const auto& word : words) {
    arguments.push_back(word.c_str());
    insist(printable(word).find('\n') == std::string::npos, "a name in a message is on one line");
    (void)json_string(word);
  }
  const auto parsed = cli::parse(arguments, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
  if (parsed) return std::nullopt;
  insist(parsed.error().kind == ErrorKind::usage && !parsed.error().message.empty(),
         "an error of usage says what");
  return ErrorKind::usage;
}

Bytes bytes_of(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> lines{
      bytes_of("picture.png"),
      bytes_of("-o\nout\n--quality=82.5\n--region-floor\n70\n--max-size\n60%\n-f\njpeg,webp\ntree"),
      bytes_of("FRUGAL_QUALITY=high\nFRUGAL_MAX_PIXELS=200M\n--memory-limit\n1.5GiB\n--timeout\n2.5\na\nb"),
      bytes_of(
          "--include\n*.jp*g\n--exclude\na/**/b\n--template\n{dir}/{stem}.{ext}\n--widths\n320,640\ntree"),
      bytes_of("compare\n--metric\nssimulacra2,psnr\na.png\nb.png"),
      bytes_of("cache\nprune"),
  };
  for (const auto& option : cli::options()) {
    std::string line = "--" + std::string(option.name);
    if (!option.flag()) {
      const auto choices = cli::choices_of(option);
      line += '=';
      line += choices.empty() ? (option.default_text.empty() ? "1" : option.default_text) : choices.front();
    }
    lines.push_back(bytes_of(line + "\nname"));
  }
  return lines;
}

}  // namespace

const Harness kOptions{"options", run, seeds};

}  // namespace frugal::fuzz
