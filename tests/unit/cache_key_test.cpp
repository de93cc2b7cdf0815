// What decides an output's bytes is in its key, and nothing else is: over the whole table of options.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "batch/plan.hpp"
#include "batch/recall.hpp"
#include "batch/terms.hpp"
#include "cli/option_table.hpp"
#include "cli/parse.hpp"

using namespace frugal;

namespace {

using Words = std::vector<const char*>;

enum class Effect : std::uint8_t {
  decides,  ///< on the bytes: every value has a key of its own
  none,     ///< on where, when and how it is told: the key stays
};

struct Sample {
  Effect effect;
  std::vector<Words> uses;  ///< command lines, each with another value than the default
};

/// An entry for every option of the main job. Whoever adds one says here whether it can change bytes.
const std::map<std::string_view, Sample> kSamples{
    {"files-from", {Effect::none, {{"--files-from", "list"}}}},
    {"null", {Effect::none, {{"--files-from", "list", "--null"}}}},
    {"include", {Effect::none, {{"--include", "*.png"}}}},
    {"exclude", {Effect::none, {{"--exclude", "*.jpg"}}}},
    {"max-depth", {Effect::none, {{"--max-depth", "3"}}}},
    {"follow", {Effect::none, {{"--follow"}}}},
    {"output", {Effect::none, {{"-o", "elsewhere"}}}},
    {"in-place", {Effect::none, {{"--in-place"}}}},  // with the same format; see below for another
    {"template", {Effect::none, {{"--template", "{stem}-x.{ext}"}}}},
    {"suffix", {Effect::none, {{"--suffix", ".min"}}}},
    {"overwrite", {Effect::none, {{"--overwrite", "always"}, {"--overwrite", "never"}}}},
    {"format",
     {Effect::decides, {{"-f", "jpeg"}, {"-f", "webp"}, {"-f", "avif"}, {"-f", "heic"}, {"-f", "auto"}}}},
    {"effort", {Effect::decides, {{"-e", "1"}, {"-e", "4"}, {"-e", "6"}, {"-e", "9"}}}},
    {"lossless", {Effect::decides, {{"--lossless"}}}},
    {"lossy-png", {Effect::decides, {{"--lossy-png"}}}},
    {"encoder-quality",
     {Effect::decides,
      {{"--encoder-quality", "0"}, {"--encoder-quality", "50"}, {"--encoder-quality", "50.5"}}}},
    {"quality",
     {Effect::decides, {{"-q", "0"}, {"-q", "79.99999"}, {"-q", "80.00001"}, {"-q", "90"}, {"-q", "100"}}}},
    {"region-floor",
     {Effect::decides, {{"--region-floor", "74.99999"}, {"--region-floor", "0"}, {"--region-floor", "78"}}}},
    {"max-size", {Effect::decides, {{"--max-size", "900"}, {"--max-size", "901"}, {"--max-size", "60%"}}}},
    // Shared out, it becomes a quality for each picture, which is in the key.
    {"total-size", {Effect::none, {{"--total-size", "5M"}}}},
    {"min-savings",
     {Effect::decides, {{"--min-savings", "5%"}, {"--min-savings", "1"}, {"--min-savings", "2"}}}},
    {"metadata", {Effect::decides, {{"--metadata", "all"}, {"--metadata", "none"}}}},
    {"dry-run", {Effect::none, {{"-n"}}}},
    {"jobs", {Effect::none, {{"-j", "1"}, {"-j", "7"}}}},
    {"memory-limit", {Effect::none, {{"--memory-limit", "1G"}}}},
    {"max-pixels", {Effect::none, {{"--max-pixels", "1M"}}}},  // refuses or not; asked again at each hit
    {"timeout", {Effect::none, {{"--timeout", "100"}}}},
    {"preserve", {Effect::none, {{"--preserve"}}}},
    {"sandbox", {Effect::none, {{"--sandbox", "off"}}}},
    {"fail-fast", {Effect::none, {{"--fail-fast"}}}},
    {"cache-dir", {Effect::none, {{"--cache-dir", "there"}}}},
    {"cache-max", {Effect::none, {{"--cache-max", "1G"}}}},
    {"no-cache", {Effect::none, {{"--no-cache"}}}},
    {"force", {Effect::none, {{"--force"}}}},
    {"debug-key", {Effect::none, {{"--debug-key"}}}},
    {"verbose", {Effect::none, {{"-v"}}}},
    {"quiet", {Effect::none, {{"--quiet"}}}},
    {"jsonl", {Effect::none, {{"--jsonl", "log"}}}},
    {"no-progress", {Effect::none, {{"--no-progress"}}}},
    {"color", {Effect::none, {{"--color", "never"}}}},
    {"help", {Effect::none, {}}},  // these run nothing
    {"version", {Effect::none, {}}},
    {"generate", {Effect::none, {}}},
};

const cache::Content kContent{{1, 2, 3}, 1000};
const cache::Secret kSecret{};

batch::Options options_of(Words words) {
  if (std::ranges::find(words, std::string_view("--in-place")) == words.end())
    words.insert(words.begin(), {"-o", "out"});
  words.push_back("in");
  auto parsed = cli::parse(words, [](const std::string&) { return std::optional<std::string>(); });
  REQUIRE(parsed);
  REQUIRE(std::holds_alternative<cli::Request>(*parsed));
  return std::get<batch::Options>(std::get<cli::Request>(*parsed));
}

/// Whether this build has what --lossy-png takes.
bool can_lose_colours() {
  return codec::lossy_coder_of(codec::of(codec::Format::png)) != nullptr;
}

/// The key of what these options make of one PNG.
std::string key_of(const Words& words, const cache::Content& content = kContent,
                   const std::string& environment = "libfoo 1.2 abc") {
  const auto options = options_of(words);
  batch::Source source;
  source.path = "in/a.png";
  source.base = "in";
  source.relative = source.mirror = "a.png";
  source.identity = "/nowhere/in/a.png";
  source.codec = &codec::of(codec::Format::png);
  const auto no_size = [](const batch::Source&) -> Result<Size> { return fail(ErrorKind::io, "not asked"); };
  const auto units = batch::plan({source}, options, no_size);
  REQUIRE(units);
  const auto& target = units->at(0).targets.at(0);
  return batch::key_of(content, *source.codec, batch::tag_of(target),
                       batch::settings_of(options, target, content.size),
                       batch::useless_from(options, target, content.size, *source.codec), environment)
      .text();
}

}  // namespace

TEST_CASE("every option is known to decide an output's bytes, or not to") {
  for (const auto& option : cli::options()) {
    CAPTURE(option.name);
    CHECK_MESSAGE(kSamples.contains(option.name), "say in kSamples whether it can change an output's bytes");
  }
}

TEST_CASE(
    "every value of an option that decides bytes has a key of its own, and the other options have none") {
  const auto usual = key_of({});
  for (const auto& option : cli::options()) {
    CAPTURE(option.name);
    if (option.name == "lossy-png" && !can_lose_colours()) continue;
    const auto& sample = kSamples.at(option.name);
    std::set<std::string> keys{usual};
    for (const auto& words : sample.uses) {
      const auto key = key_of(words);
      CAPTURE(key);
      if (sample.effect == Effect::none) CHECK(key == usual);
      if (sample.effect == Effect::decides) CHECK(keys.insert(key).second);
    }
  }
}

TEST_CASE("a default that is spelled out has the key of the default") {
  const auto usual = key_of({});
  const std::vector<Words> spelled{
      {"-q", "80"},           {"-q", "high"},           {"-q", "80.0"}, {"-e", "5"},
      {"--metadata", "safe"}, {"--region-floor", "75"}, {"-f", "keep"}, {"--overwrite", "changed"}};
  for (const auto& words : spelled) {
    CAPTURE(words[1]);
    CHECK(key_of(words) == usual);
  }
}

TEST_CASE("what a format cannot do does not count") {
  if (can_lose_colours()) CHECK(key_of({"--lossy-png", "-f", "webp"}) == key_of({"-f", "webp"}));
}

TEST_CASE("where the original goes, that counts") {
  CHECK(key_of({"--in-place", "-f", "webp"}) != key_of({"-f", "webp"}));
}

TEST_CASE("a bit more or less in the source or in a library's version is another key") {
  const auto usual = key_of({});
  for (std::size_t bit = 0; bit < 128; ++bit) {
    auto content = kContent;
    content.hash[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    CHECK(key_of({}, content) != usual);
  }
  CHECK(key_of({"--lossless"}, {kContent.hash, 1001}) != key_of({"--lossless"}));
  const std::string environment = "libfoo 1.2 abc";
  for (std::size_t bit = 0; bit < 8 * environment.size(); ++bit) {
    auto other = environment;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ 1 << bit % 8);
    CHECK(key_of({}, kContent, other) != usual);
  }
}
