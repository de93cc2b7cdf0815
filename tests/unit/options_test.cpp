#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/check.hpp"
#include "cli/command_table.hpp"
#include "cli/formats.hpp"
#include "cli/help.hpp"
#include "cli/nearest.hpp"
#include "cli/option_table.hpp"
#include "cli/parse.hpp"
#include "cli/presets.hpp"
#include "cli/values.hpp"
#include "cli/version.hpp"

using namespace frugal;
using batch::Options;
using codec::Format;

namespace {

using Words = std::vector<const char*>;
using Variables = std::map<std::string, std::string>;

Result<cli::Parsed> parse(const Words& words, const Variables& variables = {}) {
  return cli::parse(words, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

/// The options of the main job that a command line makes.
Options options_of(const cli::Parsed& parsed) {
  REQUIRE(std::holds_alternative<cli::Request>(parsed));
  REQUIRE(std::holds_alternative<Options>(std::get<cli::Request>(parsed)));
  return std::get<Options>(std::get<cli::Request>(parsed));
}

/// What a correct command line with `compare` as its first word makes.
batch::CompareOptions compare_options(Words words, const Variables& variables = {}) {
  words.insert(words.begin(), "compare");
  auto parsed = parse(words, variables);
  REQUIRE_MESSAGE(parsed.has_value(), parsed.error().message);
  REQUIRE(std::holds_alternative<cli::Request>(*parsed));
  return std::get<batch::CompareOptions>(std::get<cli::Request>(*parsed));
}

/// The main job and the commands that have a name.
std::vector<cli::Command> all_commands() {
  std::vector<cli::Command> all{cli::main_job()};
  all.insert(all.end(), cli::commands().begin(), cli::commands().end());
  return all;
}

/// The options that a correct command line makes. "-o out" and a path are added, so that it is complete.
Options read(Words words, const Variables& variables = {}) {
  words.insert(words.end(), {"--output=out", "in"});
  auto parsed = parse(words, variables);
  REQUIRE_MESSAGE(parsed.has_value(), parsed.error().message);
  return options_of(*parsed);
}

/// What is said about a wrong command line.
std::string complaint(const Words& words, const Variables& variables = {}) {
  const auto parsed = parse(words, variables);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().kind == ErrorKind::usage);
  CHECK(parsed.error().message.find('\n') == std::string::npos);
  return parsed.error().message;
}

std::string complaint_about(std::initializer_list<const char*> words) {
  Words all(words);
  all.insert(all.end(), {"--output=out", "in"});
  return complaint(all);
}

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("no two options of a command share a long or a short name") {
  for (const auto& command : all_commands()) {
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const auto& option : command.options()) {
      CHECK_MESSAGE(names.insert(option.name).second, option.name);
      if (option.letter != 0) CHECK_MESSAGE(letters.insert(option.letter).second, option.letter);
    }
    CHECK_FALSE(names.empty());
  }
}

TEST_CASE("options of several commands that share a name share their environment variable's meaning") {
  for (const auto& command : cli::commands()) {
    for (const auto& option : command.options()) {
      const auto* other = cli::find_option(cli::main_job(), option.name);
      if (!other || option.local) continue;
      CAPTURE(option.name);
      CHECK(option.letter == other->letter);
      CHECK(option.value == other->value);
      CHECK(option.default_text == other->default_text);
    }
  }
}

TEST_CASE("the tables stand in the order of their groups") {
  for (const auto& command : all_commands()) {
    CHECK(std::ranges::is_sorted(command.options(), {}, &cli::Option::group));
  }
}

TEST_CASE("every command is documented in the same manner") {
  std::set<std::string_view> names;
  for (const auto& command : all_commands()) {
    CAPTURE(command.name);
    CHECK(names.insert(command.name).second);
    CHECK_FALSE(command.operands.empty());
    REQUIRE_FALSE(command.help.empty());
    CHECK(is_lower(command.help.front()));
    CHECK(command.help.back() != '.');
    CHECK_FALSE(command.examples.empty());
    CHECK_FALSE(command.description.empty());
    for (const auto paragraph : command.description) CHECK(paragraph.ends_with('.'));
    CHECK(cli::find_option(command, "help") != nullptr);
  }
}

TEST_CASE("every option is documented in the same manner") {
  for (const auto& command : all_commands()) {
    for (const auto& option : command.options()) {
      CAPTURE(option.name);
      REQUIRE_FALSE(option.help.empty());
      CHECK(is_lower(option.help.front()));
      CHECK(option.help.back() != '.');
      REQUIRE_FALSE(option.long_help.empty());
      CHECK_FALSE(is_lower(option.long_help.front()));
      CHECK(option.long_help.back() == '.');
      for (const char c : option.name) CHECK((is_lower(c) || c == '-'));
    }
  }
}

TEST_CASE("choices are well formed and only where they are offered") {
  for (const auto& command : all_commands()) {
    for (const auto& option : command.options()) {
      CAPTURE(option.name);
      CHECK((option.kind == cli::ValueKind::choices) == (option.choices != nullptr));
      CHECK_FALSE((option.flag() && option.choices));
      std::set<std::string_view> seen;
      for (const auto choice : cli::choices_of(option)) {
        CHECK(seen.insert(choice).second);
        CHECK_FALSE(choice.empty());
        for (const char c : choice) CHECK((std::isalnum(static_cast<unsigned char>(c)) || c == '-'));
      }
      if (option.choices) CHECK(seen.size() >= 2);
    }
  }
}

TEST_CASE("every choice is accepted, and an unknown one is refused with a hint") {
  for (const auto& command : all_commands()) {
    for (const auto& option : command.options()) {
      if (!option.choices || !option.apply) continue;
      CAPTURE(option.name);
      auto request = command.request();
      for (const auto choice : cli::choices_of(option)) CHECK(option.apply(request, choice));
      const std::string mistyped = std::string(cli::choices_of(option).back()) + "x";
      const auto applied = option.apply(request, mistyped);
      REQUIRE_FALSE(applied.has_value());
      CHECK(holds(applied.error().message, "'" + mistyped + "'"));
      CHECK(holds(applied.error().message, cli::choices_of(option).front()));
    }
  }
}

TEST_CASE("every option but those that only print does something, to its own command's options") {
  const std::set<std::string_view> printing{"help", "version", "generate"};
  for (const auto& command : all_commands()) {
    auto request = command.request();
    for (const auto& option : command.options()) {
      CAPTURE(option.name);
      CHECK((option.apply == nullptr) == printing.contains(option.name));
      if (option.apply) CHECK_NOTHROW(static_cast<void>(option.apply(request, "1")));
    }
  }
}

TEST_CASE("the options that an option excludes exist") {
  for (const auto& command : all_commands()) {
    for (const auto& option : command.options()) {
      auto rest = option.excludes;
      while (!rest.empty()) {
        const auto name = rest.substr(0, rest.find(' '));
        CHECK_MESSAGE(cli::find_option(command, name) != nullptr, name);
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
      }
    }
  }
}

TEST_CASE("the defaults that help tells are the defaults") {
  const Options untouched;
  auto request = cli::main_job().request();
  for (const auto* name : {"overwrite", "format", "effort", "metadata", "max-pixels", "cache-max", "color"}) {
    const auto* option = cli::find_option(cli::main_job(), name);
    REQUIRE(option->apply(request, option->default_text));
  }
  const auto& applied = std::get<Options>(request);
  CHECK(applied.overwrite == untouched.overwrite);
  CHECK(applied.formats == untouched.formats);
  CHECK(applied.effort == untouched.effort);
  CHECK(applied.metadata == untouched.metadata);
  CHECK(applied.max_pixels == untouched.max_pixels);
  CHECK(applied.cache_max == untouched.cache_max);
  CHECK(applied.color == untouched.color);
  CHECK_FALSE(untouched.quality.has_value());
  CHECK(cli::find_option(cli::main_job(), "quality")->default_text ==
        std::to_string(static_cast<int>(batch::kDefaultQuality)));

  const batch::CompareOptions defaults;
  const auto compared = compare_options(
      {"--metric", cli::find_option(*cli::find_command("compare"), "metric")->default_text.data(),
       "--max-pixels=100M", "a", "b"});
  CHECK(compared.metrics == defaults.metrics);
  CHECK(compared.max_pixels == defaults.max_pixels);
}

TEST_CASE("the help of --quality names every preset with its score") {
  const auto text = cli::find_option(cli::main_job(), "quality")->long_help;
  for (const auto& [name, score] : cli::kPresets) {
    const std::string is = std::string(name) + " is " + std::to_string(static_cast<int>(score));
    CHECK_MESSAGE(holds(text, is), is);
  }
}

TEST_CASE("format choices are keep, auto and the formats that can be written") {
  const auto choices = cli::format_choices();
  REQUIRE(choices.size() > 2);
  CHECK(choices[0] == "keep");
  CHECK(choices[1] == "auto");
  std::size_t written = 0;
  for (const auto& codec : codec::all()) written += codec.encode ? 1 : 0;
  CHECK(choices.size() == written + 2);
}

TEST_CASE("help keeps within its columns and shows every option once") {
  for (const auto& command : all_commands()) {
    const std::string text = cli::short_help(command);
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      CHECK_MESSAGE(end - at <= cli::kHelpColumns, text.substr(at, end - at));
      at = end + 1;
    }
    for (const auto& option : command.options()) {
      CHECK(holds(text, "  " + cli::synopsis(option)) != option.hidden);
      CHECK(holds(cli::long_help(command), "  " + cli::synopsis(option) + "\n") != option.hidden);
    }
    CHECK(holds(text, "usage: " + cli::usage(command) + "\n"));
  }
}

TEST_CASE("help of the main job lists the commands, and says how files of their names are reached") {
  for (const auto& command : cli::commands()) {
    const std::string entry = "  " + std::string(command.name) + " " + std::string(command.operands);
    for (const auto& text : {cli::short_help(cli::main_job()), cli::long_help(cli::main_job())}) {
      CHECK(holds(text, entry));
      CHECK(holds(text, command.help));
    }
  }
  const auto text = cli::long_help(cli::main_job());
  CHECK(holds(text, "frugal ./compare"));
  CHECK(holds(text, "frugal -- compare"));
}

TEST_CASE("a command is told by the first word alone") {
  const auto options = compare_options({"a", "b"});
  CHECK(options.reference == "a");
  CHECK(options.distorted == "b");
  for (const auto& words : {Words{"-oout", "compare", "b"}, Words{"--output=out", "--", "compare", "b"}}) {
    const auto parsed = parse(words);
    REQUIRE(parsed);
    CHECK(options_of(*parsed).paths == std::vector<std::string>{"compare", "b"});
  }
  for (const auto& words : {Words{"./compare", "-oout"}, Words{"--", "compare"}, Words{"Compare", "-oout"}}) {
    const auto parsed = parse(words, {{"FRUGAL_OUTPUT", "out"}});
    REQUIRE(parsed);
    CHECK(options_of(*parsed).paths.size() == 1);
  }
}

TEST_CASE("the options of compare are read") {
  using batch::Metric;
  const auto options = compare_options({"a", "--json", "--map=m.PNG", "-j", "2", "--max-pixels", "5M",
                                        "--metric", "psnr,ssimulacra2", "--", "-b"});
  CHECK(options.reference == "a");
  CHECK(options.distorted == "-b");
  CHECK(options.json);
  CHECK(options.map == "m.PNG");
  CHECK(options.jobs == 2);
  CHECK(options.max_pixels == 5'000'000);
  CHECK(options.metrics == std::vector{Metric::psnr, Metric::ssimulacra2});
  CHECK(compare_options({"-", "b", "--metric=ms-ssim"}).metrics == std::vector{Metric::ms_ssim});
  CHECK(compare_options({"a", "-"}).distorted == "-");
}

TEST_CASE(
    "the environment sets defaults of compare's options, and those of the main job do not matter there") {
  const auto options = compare_options({"a", "b"}, {{"FRUGAL_JOBS", "3"},
                                                    {"FRUGAL_MAX_PIXELS", "7M"},
                                                    {"FRUGAL_METRIC", "psnr"},
                                                    {"FRUGAL_QUALITY", "nonsense"}});
  CHECK(options.jobs == 3);
  CHECK(options.max_pixels == 7'000'000);
  CHECK(options.metrics == std::vector{batch::Metric::psnr});
}

TEST_CASE("a wrong call of compare is told in its own terms") {
  CHECK(complaint({"compare", "a"}) ==
        "compare takes two pictures, not 1; usage: frugal compare [OPTIONS] REF DIST (frugal compare -h "
        "lists the "
        "options)");
  CHECK(complaint({"compare", "a", "b", "c"}).starts_with("compare takes two pictures, not 3; "));
  CHECK(complaint({"compare", "a", ""}) == "a picture's name is empty");
  CHECK(complaint({"compare", "-", "-"}) == "only one of the two pictures can be - (standard input)");
  CHECK(complaint({"compare", "--jsn", "a", "b"}) == "unknown option --jsn; did you mean --json?");
  CHECK(complaint({"compare", "--quality=80", "a", "b"}) ==
        "unknown option --quality; frugal compare -h lists the options");
  CHECK(complaint({"compare", "a", "b", "--map"}) == "--map needs a value: FILE.png");
  CHECK(complaint({"compare", "--map=m.jpg", "a", "b"}) == "--map: 'm.jpg' does not end in .png");
  CHECK(complaint({"compare", "--map=png", "a", "b"}) == "--map: 'png' does not end in .png");
  CHECK(complaint({"compare", "--metric=psnr", "--map=m.png", "a", "b"}) ==
        "--map draws the scores of ssimulacra2, which --metric leaves out");
  CHECK(
      complaint({"compare", "--metric=", "a", "b"}).starts_with("--metric: '' is not one of ssimulacra2, "));
  CHECK(complaint({"compare", "--metric=psnr,psnr", "a", "b"}) == "--metric: 'psnr,psnr' names psnr twice");
  CHECK(complaint({"compare", "--metric=ssim", "a", "b"}).starts_with("--metric: 'ssim' is not one of "));
}

TEST_CASE("the actions and options of cache are read") {
  using batch::CacheAction;
  const auto cache_options = [](Words words, const Variables& variables = {}) {
    words.insert(words.begin(), "cache");
    const auto parsed = parse(words, variables);
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().message);
    return std::get<batch::CacheOptions>(std::get<cli::Request>(*parsed));
  };
  CHECK(cache_options({"stats"}).action == CacheAction::stats);
  CHECK(cache_options({"verify"}).action == CacheAction::verify);
  CHECK(cache_options({"prune"}).action == CacheAction::prune);
  CHECK(cache_options({"clear"}).action == CacheAction::clear);
  const auto options = cache_options({"--json", "--cache-max", "500M", "stats", "--cache-dir=c"});
  CHECK(options.json);
  CHECK(options.cache_max == 500ULL << 20);
  CHECK(options.cache_dir == "c");
  const auto set = cache_options({"clear"}, {{"FRUGAL_CACHE_DIR", "d"},
                                             {"FRUGAL_CACHE_MAX", "1k"},
                                             {"FRUGAL_JSON", "1"},
                                             {"FRUGAL_NO_CACHE", "1"}});
  CHECK(set.cache_dir == "d");
  CHECK(set.cache_max == 1024);
  CHECK_FALSE(set.json);
  CHECK(cache_options({"stats"}).cache_max == Options{}.cache_max);
}

TEST_CASE("a wrong call of cache names its actions") {
  for (const auto& words : {Words{"cache"}, Words{"cache", "stats", "verify"}}) {
    CHECK(
        complaint(words) ==
        "cache takes one of stats, verify, prune, clear; usage: frugal cache [OPTIONS] ACTION (frugal cache "
        "-h lists the options)");
  }
  CHECK(complaint({"cache", "claer"}) ==
        "cache: 'claer' is not one of stats, verify, prune, clear; did you mean clear?");
  CHECK(complaint({"cache", "prune", "--json"}) == "--json is for stats and verify");
}

TEST_CASE("input options are read") {
  const auto options = read({"--files-from", "list", "-0", "--include", "*.png", "--include=*.jpg",
                             "--exclude", "[a]", "--max-depth=2", "--follow"});
  CHECK(options.files_from == "list");
  CHECK(options.null_separated);
  CHECK(options.include == std::vector<std::string>{"*.png", "*.jpg"});
  CHECK(options.exclude == std::vector<std::string>{"[a]"});
  CHECK(options.max_depth == 2);
  CHECK(options.follow);
  CHECK(options.paths == std::vector<std::string>{"in"});
  CHECK(complaint_about({"--max-depth", "0"}) ==
        "--max-depth: '0' is not a whole number from 1 to 4294967295");
  CHECK(complaint_about({"--include="}) == "--include: the value is empty");
}

TEST_CASE("output options are read") {
  const auto options = read({"--template", "{dir}/x-{stem}", "--suffix", ".min", "--overwrite", "never"});
  CHECK(options.output == "out");
  CHECK(options.name_template == "{dir}/x-{stem}");
  CHECK(options.suffix == ".min");
  CHECK(options.overwrite == batch::Overwrite::never);
  CHECK(read({"--overwrite=changed"}).overwrite == batch::Overwrite::changed);
  CHECK(read({"--overwrite=always"}).overwrite == batch::Overwrite::always);
  CHECK(read({"--suffix", "-small"}).suffix == "-small");
  CHECK(complaint_about({"--suffix=a/b"}) == "--suffix: 'a/b' holds a slash; --output names the directory");
  CHECK(complaint_about({"--overwrite", "chnaged"}) ==
        "--overwrite: 'chnaged' is not one of never, changed, always; did you mean changed?");

  const auto in_place = parse({"--in-place", "in"});
  REQUIRE(in_place);
  CHECK(options_of(*in_place).in_place);
}

TEST_CASE("formats are a list without repetition") {
  using Formats = std::vector<std::optional<Format>>;
  CHECK(read({}).formats == Formats{std::nullopt});
  CHECK(read({"-f", "webp"}).formats == Formats{Format::webp});
  CHECK(read({"--format=avif,keep,jpeg"}).formats == Formats{Format::avif, std::nullopt, Format::jpeg});
  CHECK(read({"-fpng"}).formats == Formats{Format::png});
  CHECK(complaint_about({"-f", "webp,png,webp"}) == "--format: 'webp,png,webp' names webp twice");
  CHECK(complaint_about({"-f", "jpg"}).ends_with("; did you mean jpeg?"));
  CHECK(complaint_about({"-f", "png,"}).starts_with("--format: '' is not one of keep, "));
  CHECK(complaint_about({"-f", "tiff"}).starts_with("--format: 'tiff' is not one of keep, "));
}

TEST_CASE("auto stands alone, and is taken back by a format after it") {
  using Formats = std::vector<std::optional<Format>>;
  CHECK(read({"-f", "auto"}).auto_format);
  CHECK(read({"-f", "auto"}).formats == Formats{std::nullopt});
  CHECK_FALSE(read({"-f", "auto", "-f", "webp"}).auto_format);
  for (const auto* list : {"auto,webp", "webp,auto", "auto,auto"}) {
    CHECK(complaint_about({"-f", list}) ==
          "--format: auto stands alone: it chooses among all formats itself");
  }
  CHECK(parse({"-f", "auto", "x"}).has_value());
  CHECK(parse({"-f", "auto", "--in-place", "x"}).has_value());
  CHECK(complaint_about({"-f", "auto", "--encoder-quality", "50"}).starts_with("--encoder-quality means "));
}

TEST_CASE("sizes are bytes or a share of the source") {
  using batch::Amount;
  CHECK(read({"--max-size", "200k"}).max_size == Amount{.bytes = 200 << 10});
  CHECK(read({"--max-size", "60%"}).max_size == Amount{.percent = 60});
  CHECK(read({"--min-savings", "2.5%"}).min_savings == Amount{.percent = 2.5});
  CHECK(read({"--min-savings=0%"}).min_savings == Amount{});
  CHECK(read({"--total-size", "50M"}).total_size == 50ULL << 20);
  CHECK(Amount{.percent = 60}.of(1001) == 600);
  CHECK(Amount{.bytes = 7}.of(1001) == 7);
  for (const auto* wrong : {"101%", "-1%", "%", "5 %", "abc", "0"}) {
    CHECK(complaint_about({"--min-savings", wrong}) ==
          "--min-savings: '" + std::string(wrong) +
              "' is neither a size (200k, 1.5M) nor a share of the source from 0% to 100%");
  }
  CHECK(complaint_about({"--max-size", "0%"}) == "--max-size: '0%' leaves no byte");
  CHECK(complaint_about({"--total-size", "50%"}).starts_with("--total-size: '50%' is not a size"));
}

TEST_CASE("a region's floor is a score, no higher than the quality") {
  CHECK(read({"--region-floor", "70.5"}).region_floor == 70.5);
  CHECK(read({"--region-floor", "80"}).region_floor == 80.0);
  CHECK(complaint_about({"--region-floor", "81"}) == "--region-floor 81 is above the quality, 80");
  CHECK(complaint_about({"--region-floor", "70", "-q60"}) == "--region-floor 70 is above the quality, 60");
  CHECK(read({"--region-floor", "90", "--max-size=1k"}).region_floor == 90.0);
}

TEST_CASE("what leaves no quality to choose rules out what chooses one") {
  CHECK(read({"--lossless"}).lossless);
  CHECK(complaint_about({"--lossless", "-q80"}) == "--lossless cannot be used together with --quality");
  for (const auto* other : {"--region-floor=50", "--max-size=1k", "--total-size=1k"}) {
    CHECK(complaint_about({"--lossless", other}).starts_with("--lossless cannot be used together with "));
    CHECK(complaint_about({"--encoder-quality=50", other}).find("cannot be used together") !=
          std::string::npos);
  }
  CHECK(read({"--lossless", "--min-savings=1k"}).min_savings);
}

TEST_CASE("quality is a score or a preset") {
  CHECK(read({"-q", "72.5"}).quality == 72.5);
  CHECK(read({"--quality=100"}).quality == 100);
  CHECK(read({"-q0"}).quality == 0);
  for (const auto& [name, score] : cli::kPresets) {
    CHECK(read({"-q", std::string(name).c_str()}).quality == score);
  }
  const std::string why = " is not a number from 0 to 100, nor one of low, medium, high, visually-lossless";
  for (const std::string wrong : {"101", "-1", "80%", "nan", "inf", "1e1", "0x10", " 80", "best"}) {
    CHECK(complaint_about({"-q", wrong.c_str()}) == "--quality: '" + wrong + "'" + why);
  }
}

TEST_CASE("effort, encoder quality and metadata are read") {
  CHECK(read({"-e", "9"}).effort == 9);
  CHECK(read({"-f", "webp", "--encoder-quality", "0"}).encoder_quality == 0.0);
  CHECK(read({"--metadata", "safe"}).metadata == batch::MetadataPolicy::safe);
  CHECK(read({"--metadata", "all"}).metadata == batch::MetadataPolicy::all);
  CHECK(read({"--metadata", "none"}).metadata == batch::MetadataPolicy::none);
  CHECK(complaint_about({"-e", "0"}) == "--effort: '0' is not a whole number from 1 to 9");
  CHECK(complaint_about({"-e", "5.5"}) == "--effort: '5.5' is not a whole number from 1 to 9");
  CHECK(complaint_about({"--encoder-quality", "101"}) == "--encoder-quality: no format takes more than 100");
}

TEST_CASE("run options are read") {
  const auto options = read({"-n", "-j", "3", "--memory-limit=2G", "--max-pixels", "1.5k", "--fail-fast",
                             "--cache-dir", "cache", "--cache-max=2G", "--no-cache", "--force"});
  CHECK(options.dry_run);
  CHECK(options.jobs == 3);
  CHECK(options.memory_limit == 2ULL << 30);
  CHECK(options.max_pixels == 1500);
  CHECK(options.fail_fast);
  CHECK(options.cache_dir == "cache");
  CHECK(options.cache_max == 2ULL << 30);
  CHECK_FALSE(options.use_cache);
  CHECK(options.force);
  CHECK(complaint_about({"-j0"}) == "--jobs: '0' is not a whole number from 1 to 1024");
  CHECK(complaint_about({"--max-pixels", "12x"}) ==
        "--max-pixels: '12x' is not a number of pixels; write 100M or 100000000");
  CHECK(complaint_about({"--memory-limit", "much"}) ==
        "--memory-limit: 'much' is not a size; write 2G, 512M or a number of bytes");
}

TEST_CASE("sizes count in powers of 1024, pixels in powers of 1000") {
  CHECK(cli::parse_size("1") == 1);
  CHECK(cli::parse_size("100000000000") == 100'000'000'000);
  for (const auto* kilo : {"1k", "1K", "1kB", "1KB", "1KiB", "1kib", "1024", "1024B"}) {
    CHECK_MESSAGE(cli::parse_size(kilo) == 1024, kilo);
  }
  CHECK(cli::parse_size("1.5M") == 3 << 19);
  CHECK(cli::parse_size("1T") == 1ULL << 40);
  for (const auto* wrong :
       {"", "0", "k", "1kk", "1 k", "-1", "1e3", "1i", "1iB", "1kBB", "99999999999T", "0.1"}) {
    CHECK_MESSAGE(!cli::parse_size(wrong), wrong);
  }
  CHECK(cli::parse_pixels("100M") == 100'000'000);
  CHECK(cli::parse_pixels("2g") == 2'000'000'000);
  for (const auto* wrong : {"0", "M", "1MB", "1MiB", "10x10"})
    CHECK_MESSAGE(!cli::parse_pixels(wrong), wrong);
}

TEST_CASE("report options are read") {
  const auto options = read({"-v", "--jsonl", "log", "--no-progress", "--color", "never"});
  CHECK(options.verbose);
  CHECK(options.jsonl == "log");
  CHECK_FALSE(options.progress);
  CHECK(options.color == Options::Color::never);
  CHECK(read({"--quiet"}).quiet);
  CHECK(read({"--color=always"}).color == Options::Color::always);
  CHECK(read({"--color=auto"}).color == Options::Color::automatic);
}

TEST_CASE("the last of several values wins, and a flag can be taken back") {
  CHECK(read({"-q50", "-q", "60"}).quality == 60);
  CHECK_FALSE(read({"--dry-run", "--dry-run=false"}).dry_run);
  CHECK(read({"--no-cache=no"}).use_cache);
  CHECK(complaint_about({"--dry-run=perhaps"}) ==
        "--dry-run: 'perhaps' is neither true (1, yes) nor false (0, no)");
}

TEST_CASE("paths are taken as they are") {
  const auto parsed = parse({"-o", "out", "a b", "[x,y]", "./-n", "--", "-q", "--", "--bogus"});
  REQUIRE(parsed);
  CHECK(options_of(*parsed).paths == std::vector<std::string>{"a b", "[x,y]", "./-n", "-q", "--", "--bogus"});
  CHECK(complaint({"-o", "out", ""}) == "a PATH is empty");
}

TEST_CASE("an unknown option is named, with the one that was probably meant") {
  CHECK(complaint({"--qualty", "80", "x"}) == "unknown option --qualty; did you mean --quality?");
  CHECK(complaint({"--dry", "x"}) == "unknown option --dry; did you mean --dry-run?");
  CHECK(complaint({"--ouptut=d", "x"}) == "unknown option --ouptut; did you mean --output?");
  CHECK(complaint({"--zebra", "x"}) == "unknown option --zebra; frugal -h lists the options");
  CHECK(complaint({"-nx", "x"}) == "unknown option -x; frugal -h lists the options");
  CHECK(complaint({"-5", "x"}) == "unknown option -5; frugal -h lists the options");
  CHECK(complaint({"--gen", "x"}) == "unknown option --gen; frugal -h lists the options");
}

TEST_CASE("options of the plan that are not there yet are unknown") {
  for (const auto* name : {"--crop", "--width", "--report", "--srgb"}) {
    CHECK(complaint({name, "x"}).starts_with("unknown option " + std::string(name)));
  }
}

TEST_CASE("an option without its value is named") {
  CHECK(complaint({"x", "--output"}) == "--output needs a value: DIR");
  CHECK(complaint({"x", "-no"}) == "--output needs a value: DIR");
  CHECK(complaint({"x", "-q"}) == "--quality needs a value: SCORE");
}

TEST_CASE("an empty value is a value") {
  CHECK(read({"--suffix="}).suffix.empty());
  CHECK(complaint({"--output=", "x"}) == "--output: the value is empty");
}

TEST_CASE("the environment sets defaults for every kind of option") {
  const auto options = read({}, {{"FRUGAL_QUALITY", "low"},
                                 {"FRUGAL_DRY_RUN", "yes"},
                                 {"FRUGAL_NO_CACHE", "1"},
                                 {"FRUGAL_FORCE", "0"},
                                 {"FRUGAL_MAX_PIXELS", "5M"},
                                 {"FRUGAL_EXCLUDE", "*.tmp"},
                                 {"FRUGAL_VERBOSE", "yes"},
                                 {"FRUGAL_JOBS", ""},
                                 {"FRUGAL_UNKNOWN", "x"}});
  CHECK(options.quality == 50);
  CHECK(options.dry_run);
  CHECK_FALSE(options.use_cache);
  CHECK_FALSE(options.force);
  CHECK(options.max_pixels == 5'000'000);
  CHECK(options.exclude == std::vector<std::string>{"*.tmp"});
  CHECK(options.verbose);
  CHECK(options.jobs == 0);
}

TEST_CASE("the command line wins over the environment") {
  CHECK(read({"-q", "90"}, {{"FRUGAL_QUALITY", "50"}}).quality == 90);
  CHECK(read({"-q", "90"}, {{"FRUGAL_QUALITY", "nonsense"}}).quality == 90);
  CHECK(read({"--exclude=a"}, {{"FRUGAL_EXCLUDE", "b"}}).exclude == std::vector<std::string>{"a"});
  CHECK_FALSE(read({"--dry-run=false"}, {{"FRUGAL_DRY_RUN", "1"}}).dry_run);
  CHECK(read({"-v"}, {{"FRUGAL_VERBOSE", "0"}}).verbose);
}

TEST_CASE("an option on the command line displaces variables of options that it excludes") {
  const auto options = read({}, {{"FRUGAL_IN_PLACE", "1"}});
  CHECK(options.output == "out");
  CHECK_FALSE(options.in_place);

  const auto switched_off = parse({"--in-place=false", "x"}, {{"FRUGAL_OUTPUT", "there"}});
  REQUIRE(switched_off);
  CHECK(options_of(*switched_off).output == "there");
}

TEST_CASE("a wrong variable is named") {
  CHECK(complaint({"x"}, {{"FRUGAL_EFFORT", "11"}}) ==
        "FRUGAL_EFFORT: '11' is not a whole number from 1 to 9");
  CHECK(complaint({"x"}, {{"FRUGAL_IN_PLACE", "1"}, {"FRUGAL_OUTPUT", "out"}}) ==
        "FRUGAL_OUTPUT cannot be used together with FRUGAL_IN_PLACE");
}

TEST_CASE("options that rule each other out are refused") {
  CHECK(complaint({"--in-place", "-o", "out", "x"}) == "--output cannot be used together with --in-place");
  CHECK(complaint({"--in-place", "--template=a", "x"}) ==
        "--in-place cannot be used together with --template");
  CHECK(complaint({"--in-place", "--suffix=a", "x"}) == "--in-place cannot be used together with --suffix");
  CHECK(complaint({"--in-place", "-f", "webp,avif", "x"}) == "--in-place takes one --format, not a list");
  CHECK(complaint_about({"-v", "--quiet"}) == "--verbose cannot be used together with --quiet");
  CHECK(complaint_about({"-q80", "--encoder-quality=80"}) ==
        "--encoder-quality cannot be used together with --quality");
  CHECK(complaint({"--jsonl", "-", "-o", "-", "x"}) ==
        "--jsonl - and -o - cannot both write to standard output");
}

TEST_CASE("something to read must be named") {
  CHECK(complaint({}) == "no PATH is given; usage: frugal [OPTIONS] PATH... (frugal -h lists the options)");
  CHECK(parse({"--files-from=list", "-o", "out"}).has_value());
  CHECK(complaint_about({"-0"}) == "--null says how names in --files-from end, which is not given");
}

TEST_CASE("standard input is the only input, and needs a place to write to") {
  CHECK(parse({"-", "-o", "-"}).has_value());
  CHECK(parse({"-", "-o", "x.png"}).has_value());
  const std::string mixed = "- (an image on standard input) cannot be mixed with other inputs";
  CHECK(complaint({"-", "x", "-o", "out"}) == mixed);
  CHECK(complaint({"-", "--files-from=list", "-o", "out"}) == mixed);
  CHECK(complaint({"-", "-f", "webp"}) ==
        "an image on standard input needs -o: a file name, or - for standard output");
  const std::string several = "-o - (standard output) takes one input and one format";
  CHECK(complaint({"-o", "-", "a", "b"}) == several);
  CHECK(complaint({"-o", "-", "-f", "webp,png", "-"}) == several);
}

TEST_CASE("keeping the format needs a place to write to") {
  const std::string nowhere = "nothing says where to write: -o DIR, --in-place or --suffix .min";
  CHECK(complaint({"x"}) == nowhere);
  CHECK(complaint({"-f", "webp,keep", "x"}) == nowhere);
  for (const auto* place : {"-oout", "--in-place", "--suffix=.min", "--template={stem}-s.{ext}"}) {
    CHECK_MESSAGE(parse({place, "x"}).has_value(), place);
  }
  CHECK(parse({"-f", "webp", "x"}).has_value());
}

TEST_CASE("the encoder's own quality must be one that each chosen encoder has") {
  Options options;
  options.paths = {"x"};
  options.formats = {Format::jpeg};
  const double min = codec::of(Format::jpeg).quality.min;
  const double max = codec::of(Format::jpeg).quality.max;
  for (const double inside : {min, max}) {
    options.encoder_quality = inside;
    CHECK(cli::check(options).has_value());
  }
  options.encoder_quality = max + 1;
  const auto checked = cli::check(options);
  REQUIRE_FALSE(checked.has_value());
  CHECK(checked.error().message.starts_with("--encoder-quality: JPEG takes "));
  options.formats = {Format::png};
  CHECK(cli::check(options).has_value());
}

TEST_CASE("help, version and generated files are texts, whatever else is given") {
  const auto text = [](const Words& words) {
    const auto parsed = parse(words);
    REQUIRE(parsed);
    REQUIRE(std::holds_alternative<std::string>(*parsed));
    return std::get<std::string>(*parsed);
  };
  const auto& main_job = cli::main_job();
  const auto& compare = *cli::find_command("compare");
  CHECK(text({"-h"}) == cli::short_help(main_job));
  CHECK(text({"--help"}) == cli::long_help(main_job));
  CHECK(text({"-nh", "--bogus"}) == cli::short_help(main_job));
  CHECK(text({"compare", "-h"}) == cli::short_help(compare));
  CHECK(text({"compare", "--help", "a"}) == cli::long_help(compare));
  CHECK(text({"-V"}) == cli::version_text());
  CHECK(text({"--version", "x"}) == cli::version_text());
  CHECK(text({"--generate", "man"}).starts_with(".\\\""));
  CHECK(complaint({"--generate", "csh"}).starts_with("--generate: 'csh' is not one of man, bash"));
}

TEST_CASE("the version names every format with its libraries") {
  const auto text = cli::version_text();
  CHECK(text.starts_with("frugal " + std::string(cli::version_number()) + "\n"));
  for (const auto& codec : codec::all()) CHECK(holds(text, codec.libraries()));
}

TEST_CASE("the nearest word is one that is near") {
  constexpr std::string_view words[] = {"quality", "quiet", "output", "null"};
  CHECK(cli::nearest("qualitty", words) == "quality");
  CHECK(cli::nearest("qiuet", words) == "quiet");
  CHECK(cli::nearest("out", words) == "output");
  CHECK(cli::nearest("qu", words).empty());
  CHECK(cli::nearest("n", words).empty());
  CHECK(cli::nearest("", words).empty());
  CHECK(cli::nearest("something", words).empty());
  CHECK(cli::nearest(std::string(100'000, 'q'), words).empty());
}
