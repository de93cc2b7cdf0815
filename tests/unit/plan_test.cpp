#include "batch/plan.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "batch/naming.hpp"

using namespace frugal;
using namespace frugal::batch;
using codec::Format;

namespace {

/// A source as scan would give it for `relative` in the directory argument "in".
Source found(const std::string& relative, Format format = Format::png) {
  Source source;
  source.path = "in/" + relative;
  source.base = "in";
  source.relative = relative;
  source.mirror = relative;
  source.codec = &codec::of(format);
  source.identity = "/nowhere/in/" + relative;
  return source;
}

Result<Size> no_size(const Source&) {
  return fail(ErrorKind::io, "nobody should have asked");
}

/// `found` lies about its absolute path so that plans do not depend on where the tests run; the paths of
/// outputs that stand on inputs have to lie in the same way.
Options mirrored() {
  Options options;
  options.paths = {"in"};
  options.output = "out";
  return options;
}

Options beside(Format format) {
  Options options;
  options.paths = {"in"};
  options.formats = {format};
  return options;
}

/// As `found`, with the true absolute path: outputs beside it can be recognised as inputs.
Source true_source(const std::string& relative, Format format) {
  auto source = found(relative, format);
  source.identity = std::filesystem::absolute(source.path).lexically_normal().string();
  return source;
}

std::string only_path(const Result<std::vector<Unit>>& plan) {
  REQUIRE(plan);
  REQUIRE(plan->size() == 1);
  REQUIRE(plan->front().targets.size() == 1);
  return plan->front().targets[0].path;
}

std::string message(const Result<std::vector<Unit>>& plan) {
  REQUIRE_FALSE(plan.has_value());
  CHECK(plan.error().kind == ErrorKind::usage);
  return plan.error().message;
}

}  // namespace

TEST_CASE("a mirrored output keeps the directories below the argument and takes the format's extension") {
  auto options = mirrored();
  options.formats = {Format::webp};
  CHECK(only_path(plan({found("a/b/c.tar.png")}, options, no_size)) == "out/a/b/c.tar.webp");
}

TEST_CASE("a kept format keeps the file's name to the letter, whatever its content is called") {
  CHECK(only_path(plan({found("odd.JPG", Format::png)}, mirrored(), no_size)) == "out/odd.JPG");
  CHECK(only_path(plan({found("scan.TIFF", Format::tiff)}, mirrored(), no_size)) == "out/scan.TIFF");
}

TEST_CASE("where the format stays, so does a spelling of the extension that belongs to it") {
  auto options = mirrored();
  options.formats = {Format::jpeg};
  options.suffix = ".min";
  CHECK(only_path(plan({found("a.JPEG", Format::jpeg)}, options, no_size)) == "out/a.min.JPEG");
  CHECK(only_path(plan({found("a.png", Format::png)}, options, no_size)) == "out/a.min.jpg");
}

TEST_CASE("a list of formats gives one output each, in its order") {
  auto options = mirrored();
  options.formats = {Format::avif, std::nullopt, Format::webp};
  const auto units = plan({found("a.png")}, options, no_size);
  REQUIRE(units);
  std::vector<std::string> paths;
  for (const auto& target : units->front().targets) paths.push_back(target.path);
  CHECK(paths == std::vector<std::string>{"out/a.avif", "out/a.png", "out/a.webp"});
  CHECK_FALSE(units->front().targets[0].format_stays);
  CHECK(units->front().targets[1].format_stays);
}

TEST_CASE("two inputs for one output are refused, naming both inputs and the output") {
  auto options = mirrored();
  options.formats = {Format::webp};
  const auto text = message(plan({found("a.jpg", Format::jpeg), found("a.png")}, options, no_size));
  CHECK(text.find("'in/a.jpg'") != std::string::npos);
  CHECK(text.find("'in/a.png'") != std::string::npos);
  CHECK(text.find("'out/a.webp'") != std::string::npos);
}

TEST_CASE("a template tells two inputs of one stem apart") {
  auto options = mirrored();
  options.formats = {Format::webp};
  options.name_template = "{dir}/{name}.{ext}";
  const auto units = plan({found("x/a.jpg", Format::jpeg), found("x/a.png")}, options, no_size);
  REQUIRE(units);
  CHECK((*units)[0].targets[0].path == "out/x/a.jpg.webp");
  CHECK((*units)[1].targets[0].path == "out/x/a.png.webp");
}

TEST_CASE("a template with sizes asks for them, one without does not") {
  auto options = mirrored();
  options.formats = {Format::webp};
  options.name_template = "{stem}-{width}x{height}.{ext}";
  CHECK(only_path(plan({found("x/a.png")}, options, [](const Source&) -> Result<Size> {
          return Size{30, 20};
        })) == "out/a-30x20.webp");
}

TEST_CASE("templates that lead out of the output directory or to no file are refused") {
  auto options = mirrored();
  options.formats = {Format::webp};
  for (const auto* text :
       {"../{stem}.{ext}", "{dir}/../../{stem}", "/etc/{stem}", "{dir}/", "{stem}/..", "{what}", "{stem"}) {
    CAPTURE(text);
    options.name_template = text;
    CHECK_FALSE(plan({found("x/a.png")}, options, no_size).has_value());
  }
}

TEST_CASE("beside the source, a file that would be made into itself is left alone with a reason") {
  const auto units = plan({true_source("a.webp", Format::webp)}, beside(Format::webp), no_size);
  REQUIRE(units);
  const auto& target = units->front().targets[0];
  REQUIRE(target.refusal);
  CHECK(target.refusal->kind == ErrorKind::left_alone);
  CHECK(target.path.empty());
}

TEST_CASE("beside the source, what another input is made into is no input") {
  const auto units = plan({true_source("a.png", Format::png), true_source("a.webp", Format::webp)},
                          beside(Format::webp), no_size);
  REQUIRE(units);
  REQUIRE(units->size() == 1);
  CHECK(units->front().source.path == "in/a.png");
  CHECK(units->front().targets[0].is_input);
}

TEST_CASE("in place, the same format replaces the source and another one removes it") {
  Options options;
  options.paths = {"in"};
  options.in_place = true;
  auto units = plan({found("a.jpg", Format::jpeg)}, options, no_size);
  CHECK(only_path(units) == "in/a.jpg");
  CHECK(units->front().targets[0].replaces_source);
  options.formats = {Format::webp};
  units = plan({found("a.jpg", Format::jpeg)}, options, no_size);
  CHECK(only_path(units) == "in/a.webp");
  CHECK(units->front().targets[0].removes_source);
  CHECK_FALSE(units->front().targets[0].replaces_source);
}

TEST_CASE("an output directory that is the input's own is refused") {
  auto options = mirrored();
  options.output = "in";
  const auto text = message(plan({true_source("a.png", Format::png)}, options, no_size));
  CHECK(text.find("over itself") != std::string::npos);
  CHECK(text.find("--in-place") != std::string::npos);
}

TEST_CASE("a file name after -o is the output of a single file, and sets the format") {
  Options options;
  options.paths = {"in/a.png"};
  options.output = "small/b.webp";
  auto source = found("a.png");
  const auto units = plan({source}, options, no_size);
  CHECK(only_path(units) == "small/b.webp");
  CHECK(units->front().targets[0].codec->format == Format::webp);
  options.formats = {Format::avif};
  CHECK(message(plan({source}, options, no_size)).find("different formats") != std::string::npos);
  options.formats = {std::nullopt};
  options.output = "b.tiff";
  CHECK(message(plan({source}, options, no_size)).find("not written") != std::string::npos);
}

TEST_CASE("a mirror that keeps formats takes a copy of what is left alone, and only then") {
  auto gif = found("a.gif");
  gif.codec = nullptr;
  gif.error = Error{ErrorKind::left_alone, "GIF is not read"};
  auto units = plan({gif}, mirrored(), no_size);
  REQUIRE(units);
  CHECK(units->front().targets[0].copy_if_left_alone);
  CHECK(units->front().targets[0].path == "out/a.gif");
  auto options = mirrored();
  options.formats = {Format::webp};
  units = plan({gif}, options, no_size);
  REQUIRE(units);
  CHECK_FALSE(units->front().targets[0].copy_if_left_alone);
}

TEST_CASE("one input that cannot be read does not stop the plan of the others") {
  auto missing = found("gone.png");
  missing.codec = nullptr;
  missing.error = Error{ErrorKind::missing, "no such file or directory"};
  const auto units = plan({missing, found("a.png")}, mirrored(), no_size);
  REQUIRE(units);
  REQUIRE(units->size() == 2);
  CHECK((*units)[0].targets[0].refusal->kind == ErrorKind::missing);
  CHECK_FALSE((*units)[1].targets[0].refusal);
}

TEST_CASE("a chosen format has a place for every format that can be written") {
  auto options = mirrored();
  options.auto_format = true;
  const auto units = plan({found("a/b.JPG", Format::jpeg)}, options, no_size);
  REQUIRE(units);
  REQUIRE(units->front().targets.size() == 1);
  const auto& target = units->front().targets[0];
  CHECK(target.codec == nullptr);
  std::vector<std::string> paths;
  for (const auto& candidate : target.candidates) {
    paths.push_back(candidate.path);
    CHECK(candidate.format_stays == (candidate.codec->format == Format::jpeg));
    CHECK(candidate.copy_if_left_alone == candidate.format_stays);
  }
  CHECK(paths == std::vector<std::string>{"out/a/b.JPG", "out/a/b.png", "out/a/b.webp", "out/a/b.avif",
                                          "out/a/b.heic"});
}

TEST_CASE("two inputs that could meet in any chosen format are refused, and a template keeps them apart") {
  auto options = mirrored();
  options.auto_format = true;
  const auto text = message(plan({found("a.jpg", Format::jpeg), found("a.png")}, options, no_size));
  CHECK(text.find("'in/a.jpg'") != std::string::npos);
  CHECK(text.find("'in/a.png'") != std::string::npos);
  CHECK(text.find("could both be written to") != std::string::npos);
  CHECK(text.find("--template") != std::string::npos);
  options.name_template = "{dir}/{name}.{ext}";
  CHECK(plan({found("a.jpg", Format::jpeg), found("a.png")}, options, no_size).has_value());
  options.name_template = "{stem}";  // one place for all formats is none too many
  CHECK(plan({found("a.jpg", Format::jpeg)}, options, no_size).has_value());
}

TEST_CASE("in place, a chosen format must not land on another input") {
  Options options;
  options.paths = {"in"};
  options.in_place = true;
  options.auto_format = true;
  const auto units = plan({true_source("a.jpg", Format::jpeg)}, options, no_size);
  REQUIRE(units);
  const auto& target = units->front().targets[0];
  CHECK(target.removes_source);
  for (const auto& candidate : target.candidates) {
    CHECK(candidate.replaces_source == candidate.format_stays);
    CHECK(candidate.removes_source != candidate.format_stays);
  }
  const auto text = message(
      plan({true_source("a.jpg", Format::jpeg), true_source("a.webp", Format::webp)}, options, no_size));
  CHECK(text.find("over the input") != std::string::npos);
}

TEST_CASE(
    "beside the source, its own format is no choice, and a chosen output of an earlier run is no input") {
  auto options = beside(Format::webp);
  options.formats = {std::nullopt};
  options.auto_format = true;
  const auto units =
      plan({true_source("a.png", Format::png), true_source("a.webp", Format::webp)}, options, no_size);
  REQUIRE(units);
  REQUIRE(units->size() == 1);  // neither is there, so both have the size 0: the first one counts
  CHECK(units->front().source.path == "in/a.png");
  for (const auto& candidate : units->front().targets[0].candidates) {
    CHECK(candidate.path.empty() == (candidate.codec->format == Format::png));
    CHECK(candidate.is_input == (candidate.codec->format == Format::webp));
  }
}

TEST_CASE("a file name after -o and a format that is yet to be chosen contradict each other") {
  Options options;
  options.paths = {"in/a.png"};
  options.output = "b.webp";
  options.auto_format = true;
  CHECK(message(plan({found("a.png")}, options, no_size)).find("-f auto chooses one") != std::string::npos);
}
