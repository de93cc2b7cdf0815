#include "cli/compare_report.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "cli/numbers.hpp"

using namespace frugal;
using batch::Metric;

namespace {

batch::Comparison comparison() {
  batch::Comparison result;
  result.size = {192, 100};
  result.scores = {{Metric::ssimulacra2, 81.45361}, {Metric::psnr, 38.2}};
  result.similarity = {81.45361, {{90, {0, 0, 128, 100}}, {74.10205, {64, 0, 128, 100}}}};
  result.decode_seconds = 0.1;
  result.score_seconds = 0.3004;
  return result;
}

batch::CompareOptions options() {
  batch::CompareOptions result;
  result.reference = "a \"b\".png";
  result.distorted = "\xff.jpg";
  return result;
}

}  // namespace

TEST_CASE("text has a line a figure, its name first and without spaces") {
  CHECK(cli::compare_text(comparison()) ==
        "score         81.4536\n"
        "worst-region  74.1021  128x100+64+0\n"
        "psnr          38.2000 dB\n"
        "seconds       0.400  (decode 0.100, score 0.300)\n");
}

TEST_CASE("metrics are told in the order in which they were asked for, and only those") {
  auto result = comparison();
  result.scores = {{Metric::ms_ssim, 0.99}, {Metric::psnr, std::numeric_limits<double>::infinity()}};
  result.similarity.reset();
  CHECK(cli::compare_text(result).starts_with("ms-ssim       0.9900\npsnr          inf dB\nseconds "));
  const auto line = cli::compare_json(options(), result);
  CHECK(line.find(R"("height":100,"ms_ssim":0.9900,"psnr":null,"seconds")") != std::string::npos);
}

TEST_CASE(
    "JSON has the interface's keys in the interface's order, and names that turn back into their bytes") {
  CHECK(cli::compare_json(options(), comparison()) ==
        R"({"v":1,"reference":"a \"b\".png","distorted":"\udcff.jpg","width":192,"height":100,)"
        R"("score":81.4536,"psnr":38.2000,)"
        R"("worst_region":{"score":74.1021,"x":64,"y":0,"w":128,"h":100},)"
        R"("regions":[{"score":90.0000,"x":0,"y":0,"w":128,"h":100},)"
        R"({"score":74.1021,"x":64,"y":0,"w":128,"h":100}],)"
        R"("seconds":{"decode":0.100,"score":0.300,"total":0.400}})");
}

TEST_CASE("numbers are never minus zero") {
  CHECK(cli::fixed(-0.00004, 4) == "0.0000");
  CHECK(cli::fixed(-0.0, 0) == "0");
  CHECK(cli::fixed(-0.00006, 4) == "-0.0001");
  CHECK(cli::fixed(-12.5, 1) == "-12.5");
  CHECK(cli::fixed(-10, 0) == "-10");
  CHECK(cli::fixed(1e300, 4).size() == 306);
}
