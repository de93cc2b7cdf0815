#include "batch/isolate/protocol.hpp"

#include <algorithm>

#include "fuzz/picture.hpp"
#include "fuzz/table.hpp"
#include "util/channel.hpp"

namespace frugal::fuzz {

namespace {

using namespace batch;

template <class T>
bool is_reply(ByteView input) {
  const auto reply = reply_in<T>(input);
  if (!reply) return false;
  insist(reply_in<T>(written(*reply)).has_value(), "what was understood can be said again");
  return true;
}

Outcome run(ByteView input) {
  const auto ends = value_or_throw(Channel::pair());
  if (!ends.first.send(input)) return ErrorKind::io;
  const auto message = ends.second.receive();
  if (!message) return ErrorKind::limit;
  insist(std::ranges::equal(message->bytes, input), "a message arrives whole");
  const auto request = request_in(message->bytes);
  if (request) insist(request_in(written(*request)).has_value(), "what was understood can be said again");
  const bool header = is_reply<codec::Header>(message->bytes);
  const bool size = is_reply<Size>(message->bytes);
  const bool made = is_reply<Made>(message->bytes);
  return request || header || size || made ? Outcome() : ErrorKind::damaged;
}

std::vector<Bytes> seeds() {
  EncodeRequest encode;
  encode.targets = {&codec::of(codec::Format::jpeg), &codec::of(codec::Format::png)};
  encode.settings.region_floor = 70;
  encode.useless_from = 777;
  Made made;
  made.codec = &codec::of(codec::Format::webp);
  made.why = "it is so";
  made.figures.size = {640, 480};
  made.figures.score = 80.5;
  made.figures.worst_region = WorstRegion{75.25, 64, 128, 128, 136};
  return {written(OpenRequest{&codec::of(codec::Format::avif), {.max_pixels = 12345}}),
          written(DecodeRequest{MetadataPolicy::all, {2, 99}}),
          written(encode),
          written(Reply<codec::Header>{codec::Header{.size = {3, 4}}, {}}),
          written(Reply<Size>{Size{5, 6}, {}}),
          written(Reply<Size>{fail(ErrorKind::damaged, "it ends too early"), {}}),
          written(Reply<Made>{std::move(made), {}})};
}

}  // namespace

const Harness kProtocol{"protocol", run, seeds};

}  // namespace frugal::fuzz
