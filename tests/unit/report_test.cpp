#include <doctest/doctest.h>

#include "cli/json_lines.hpp"
#include "cli/messages.hpp"
#include "cli/progress.hpp"

using namespace frugal;
using namespace frugal::batch;

namespace {

Outcome converted() {
  Outcome outcome;
  outcome.input = "a \"b\".png";
  outcome.output = "out/a.webp";
  outcome.format = "webp";
  outcome.status = Status::converted;
  outcome.cache = CacheUse::miss;
  outcome.input_bytes = 1'200'000;
  outcome.output_bytes = 345'000;
  outcome.figures.size = {640, 480};
  outcome.figures.encoder_quality = 82.5;
  outcome.figures.encodes = 1;
  outcome.ms.total = 12.3456;
  return outcome;
}

}  // namespace

TEST_CASE("a row has the interface's keys in the interface's order") {
  CHECK(
      cli::json_row(converted()) ==
      R"({"v":1,"input":"a \"b\".png","output":"out/a.webp","format":"webp","status":"converted","reason":null,)"
      R"("cache":"miss","input_bytes":1200000,"output_bytes":345000,"width":640,"height":480,)"
      R"("encoder_quality":82.5,"score":null,"worst_region":null,"encodes":1,)"
      R"("ms":{"read":0.000,"decode":0.000,"analyse":0.000,"encode":0.000,"score":0.000,"write":0.000,)"
      R"("total":12.346}})");
}

TEST_CASE("what is not known is null") {
  Outcome outcome;
  outcome.input = "gone.png";
  outcome.reason = "no such file or directory";
  const auto row = cli::json_row(outcome);
  CHECK(
      row.find(
          R"("output":null,"format":null,"status":"failed","reason":"no such file or directory","cache":"off")") !=
      std::string::npos);
  CHECK(row.find(R"("output_bytes":null,"width":null,"height":null,"encoder_quality":null)") !=
        std::string::npos);
}

TEST_CASE("scores and the worst region are told with all their digits") {
  auto outcome = converted();
  outcome.figures.score = 80.123456789;
  outcome.figures.worst_region = WorstRegion{75.5, 64, 128, 128, 128};
  const auto row = cli::json_row(outcome);
  CHECK(row.find(R"("score":80.123456789,"worst_region":{"score":75.5,"x":64,"y":128,"w":128,"h":128})") !=
        std::string::npos);
}

TEST_CASE("a summary adds up the rows that have an output") {
  Summary summary;
  auto larger = converted();
  larger.output_bytes = 2'000'000;
  auto failed = converted();
  failed.status = Status::failed;
  failed.output_bytes.reset();
  for (const auto& outcome : {converted(), larger, failed}) summary.add(outcome);
  CHECK(summary.converted == 2);
  CHECK(summary.failed == 1);
  CHECK(summary.larger == 1);
  CHECK(summary.input_bytes == 2'400'000);
  CHECK(summary.output_bytes == 2'345'000);
  const auto line = cli::json_summary(summary);
  CHECK(line.starts_with(R"({"v":1,"summary":{"converted":2,"reused":0,"skipped":0,"failed":1,"larger":1,)"));
  CHECK(line.find(R"("mean_score":null,"worst_score":null)") != std::string::npos);
}

TEST_CASE("the mean and the worst score are over the rows that have one") {
  Summary summary;
  for (const double score : {80.0, 90.0}) {
    auto outcome = converted();
    outcome.figures.score = score;
    summary.add(outcome);
  }
  summary.add(converted());
  CHECK(cli::json_summary(summary).find(R"("mean_score":85,"worst_score":80)") != std::string::npos);
}

TEST_CASE("a message says what became of a file, its sizes and its reason, on one line") {
  CHECK(cli::row_message(converted(), false) ==
        "converted a \"b\".png -> out/a.webp: 1.20 MB to 345 kB (71 % saved), quality 82.5, 12 ms");
  Outcome skipped;
  skipped.input = "x\ny.gif";
  skipped.status = Status::skipped;
  skipped.reason = "GIF is not read";
  CHECK(cli::row_message(skipped, false) == "skipped x\\ny.gif: GIF is not read");
}

TEST_CASE("where there is a score it is told, in place of the encoder's own number") {
  auto outcome = converted();
  outcome.figures.score = 80.44;
  CHECK(cli::row_message(outcome, false) ==
        "converted a \"b\".png -> out/a.webp: 1.20 MB to 345 kB (71 % saved), score 80.4, 12 ms");
  Summary summary;
  summary.add(outcome);
  CHECK(cli::summary_message(summary, false) ==
        "1 converted: 1.20 MB to 345 kB, 71 % saved, score 80.4, in 0.00 s");
  outcome.figures.score = 90;
  summary.add(outcome);
  CHECK(cli::summary_message(summary, false).find(", score 85.2 on average, 80.4 at worst, in") !=
        std::string::npos);
}

TEST_CASE("colour is added only when asked for") {
  CHECK(cli::row_message(converted(), false).find('\033') == std::string::npos);
  CHECK(cli::row_message(converted(), true).find("\033[32mconverted\033[0m") != std::string::npos);
}

TEST_CASE("savings are told in words that cannot be misread") {
  CHECK(cli::saving(1000, 290) == "71 % saved");
  CHECK(cli::saving(1000, 1030) == "3.0 % more");
  CHECK(cli::saving(1000, 1000) == "same size");
  CHECK(cli::saving(0, 10) == "same size");
  CHECK(cli::saving(100000, 100) == "99.9 % saved");
}

TEST_CASE("the summary leaves out what did not happen") {
  Summary summary;
  summary.add(converted());
  summary.seconds = 1.5;
  CHECK(cli::summary_message(summary, false) == "1 converted: 1.20 MB to 345 kB, 71 % saved, in 1.50 s");
  CHECK(cli::summary_message(summary, true).starts_with("dry run, nothing written: 1 converted"));
}

TEST_CASE("the progress line fits every terminal") {
  Summary summary;
  summary.add(converted());
  for (std::size_t columns = 0; columns < 200; ++columns) {
    CAPTURE(columns);
    CHECK(cli::progress_line(summary, 45, 88, 20, columns).size() <= (columns > 0 ? columns - 1 : 0));
  }
  CHECK(cli::progress_line(summary, 44, 88, 20, 120) ==
        "[====================>                   ] 44/88  1.20 MB to 345 kB, 71 % saved  0:20 left");
}
