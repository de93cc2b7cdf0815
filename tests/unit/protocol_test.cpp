#include "batch/isolate/protocol.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>

namespace frugal::batch {
namespace {

Reply<Made> some_reply() {
  Made made;
  made.codec = &codec::of(codec::Format::webp);
  made.why = "it is so";
  made.figures.size = {640, 480};
  made.figures.score = 80.5;
  made.figures.worst_region = WorstRegion{75.25, 64, 128, 128, 136};
  made.figures.encodes = 3;
  Reply<Made> reply{std::move(made), {}};
  reply.cost.ms.encode = 12.5;
  reply.cost.peak_memory = 1 << 20;
  return reply;
}

TEST_CASE("requests are understood on the other side") {
  const auto open = request_in(written(OpenRequest{&codec::of(codec::Format::avif), {.max_pixels = 12345}}));
  REQUIRE(open.has_value());
  REQUIRE(std::holds_alternative<OpenRequest>(*open));
  CHECK(std::get<OpenRequest>(*open).source == &codec::of(codec::Format::avif));
  CHECK(std::get<OpenRequest>(*open).limits.max_pixels == 12345);

  EncodeRequest asked;
  asked.targets = {&codec::of(codec::Format::jpeg), &codec::of(codec::Format::png)};
  asked.settings.quality = std::nullopt;
  asked.settings.region_floor = 71.5;
  asked.settings.max_bytes = 5000;
  asked.settings.lossy_png = true;
  asked.settings.effort = 7;
  asked.settings.metadata = MetadataPolicy::none;
  asked.settings.source_goes = true;
  asked.useless_from = 777;
  asked.grant = {3, 1 << 30, true};
  const auto encode = request_in(written(asked));
  REQUIRE(encode.has_value());
  REQUIRE(std::holds_alternative<EncodeRequest>(*encode));
  const auto& heard = std::get<EncodeRequest>(*encode);
  CHECK(heard.targets == asked.targets);
  CHECK(heard.settings.quality == std::nullopt);
  CHECK(heard.settings.region_floor == 71.5);
  CHECK(heard.settings.max_bytes == 5000);
  CHECK(heard.settings.encoder_quality == std::nullopt);
  CHECK(heard.settings.lossy_png);
  CHECK_FALSE(heard.settings.lossless);
  CHECK(heard.settings.effort == 7);
  CHECK(heard.settings.metadata == MetadataPolicy::none);
  CHECK_FALSE(heard.settings.recode);
  CHECK(heard.settings.source_goes);
  CHECK(heard.useless_from == 777);
  CHECK(heard.grant.threads == 3);
  CHECK(heard.grant.memory == 1 << 30);
  CHECK(heard.grant.sparing);

  const auto decode = request_in(written(DecodeRequest{MetadataPolicy::all, {2, 99, false}}));
  REQUIRE(decode.has_value());
  CHECK(std::get<DecodeRequest>(*decode).policy == MetadataPolicy::all);
}

TEST_CASE("replies are understood, results and errors") {
  const auto reply = reply_in<Made>(written(some_reply()));
  REQUIRE(reply.has_value());
  REQUIRE(reply->result.has_value());
  CHECK(reply->result->codec == &codec::of(codec::Format::webp));
  CHECK(reply->result->why == "it is so");
  CHECK(reply->result->figures.score == 80.5);
  CHECK(reply->result->figures.worst_region->h == 136);
  CHECK(reply->result->figures.encodes == 3);
  CHECK(reply->cost.ms.encode == 12.5);
  CHECK(reply->cost.peak_memory == 1 << 20);

  const Reply<Size> failed{fail(ErrorKind::damaged, "it ends\ntoo early"), {}};
  const auto heard = reply_in<Size>(written(failed));
  REQUIRE(heard.has_value());
  REQUIRE_FALSE(heard->result.has_value());
  CHECK(heard->result.error().kind == ErrorKind::damaged);
  CHECK(heard->result.error().message == "it ends too early");  // one line, whoever says it
}

TEST_CASE("a header or a figure that cannot be is no reply") {
  codec::Header header{.size = {3, 4}, .orientation = Orientation::turned_90, .channels = 3, .depth = 8};
  CHECK(reply_in<codec::Header>(written(Reply<codec::Header>{header, {}})).has_value());
  header.channels = 5;
  CHECK_FALSE(reply_in<codec::Header>(written(Reply<codec::Header>{header, {}})));
  header.channels = 4;
  header.orientation = static_cast<Orientation>(9);
  CHECK_FALSE(reply_in<codec::Header>(written(Reply<codec::Header>{header, {}})));
  auto reply = some_reply();
  reply.result->figures.score = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(reply_in<Made>(written(reply)));
  reply = some_reply();
  reply.cost.ms.total = -1;
  CHECK_FALSE(reply_in<Made>(written(reply)));
}

TEST_CASE("whatever else arrives is no message, and does no harm") {
  const Bytes whole = written(some_reply());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(reply_in<Made>(ByteView(whole).first(size)));
  }
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes = i % 2 == 0 ? whole : Bytes(random() % 200);
    for (int n = 0; n < 4 && !bytes.empty(); ++n)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    (void)reply_in<Made>(bytes);
    (void)reply_in<codec::Header>(bytes);
    (void)request_in(bytes);
  }
  CHECK_FALSE(request_in(Bytes{0}));
  CHECK_FALSE(request_in({}));
}

}  // namespace
}  // namespace frugal::batch
