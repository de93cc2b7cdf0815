#include "batch/isolate/protocol.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace frugal::batch {

namespace {

constexpr std::size_t kMostText = 8U << 10;  // bytes of a message that is passed on

void put(WireWriter& out, const Grant& grant) {
  out.put(grant.threads).put(grant.memory).put(grant.sparing);
}

Grant grant_in(WireReader& in) {
  Grant grant;
  grant.threads = std::max(in.take<int>(), 1);
  grant.memory = in.take<std::uint64_t>();
  grant.sparing = in.take<bool>();
  return grant;
}

/// Null where there is no such format.
const codec::Codec* codec_in(WireReader& in) {
  const auto format = in.take<codec::Format>();
  const auto all = codec::all();
  const auto found = std::ranges::find(all, format, &codec::Codec::format);
  return in.good() && found != all.end() ? &*found : nullptr;
}

void put(WireWriter& out, const Settings& settings) {
  out.put(settings.quality).put(settings.region_floor).put(settings.max_bytes);
  out.put(settings.encoder_quality).put(settings.lossless).put(settings.lossy_png);
  out.put(settings.effort)
      .put(settings.room)
      .put(settings.metadata)
      .put(settings.recode)
      .put(settings.source_goes);
}

Settings settings_in(WireReader& in) {
  Settings settings;
  settings.quality = in.optional<double>();
  settings.region_floor = in.optional<double>();
  settings.max_bytes = in.optional<std::uint64_t>();
  settings.encoder_quality = in.optional<double>();
  settings.lossless = in.take<bool>();
  settings.lossy_png = in.take<bool>();
  settings.effort = in.take<int>();
  settings.room = in.take<codec::Room>();
  settings.metadata = in.take<MetadataPolicy>();
  settings.recode = in.take<bool>();
  settings.source_goes = in.take<bool>();
  return settings;
}

enum class Call : std::uint8_t { open = 1, decode, encode, close };

void put(WireWriter& out, const OpenRequest& request) {
  out.put(Call::open).put(request.source->format).put(request.limits.max_pixels);
}

void put(WireWriter& out, const DecodeRequest& request) {
  out.put(Call::decode).put(request.policy);
  put(out, request.grant);
}

void put(WireWriter& out, const EncodeRequest& request) {
  out.put(Call::encode).put(static_cast<std::uint8_t>(request.targets.size()));
  for (const auto* target : request.targets) out.put(target->format);
  put(out, request.settings);
  out.put(request.useless_from);
  put(out, request.grant);
}

void put(WireWriter& out, const CloseRequest& /*request*/) {
  out.put(Call::close);
}

std::optional<OpenRequest> open_in(WireReader& in) {
  OpenRequest request;
  request.source = codec_in(in);
  request.limits.max_pixels = in.take<std::uint64_t>();
  return request.source ? std::optional(request) : std::nullopt;
}

std::optional<DecodeRequest> decode_in(WireReader& in) {
  DecodeRequest request;
  request.policy = in.take<MetadataPolicy>();
  request.grant = grant_in(in);
  return request;
}

std::optional<EncodeRequest> encode_in(WireReader& in) {
  EncodeRequest request;
  for (auto count = in.take<std::uint8_t>(); count > 0; --count) {
    request.targets.push_back(codec_in(in));
    if (!request.targets.back()) return std::nullopt;
  }
  request.settings = settings_in(in);
  request.useless_from = in.optional<std::uint64_t>();
  request.grant = grant_in(in);
  return request;
}

template <class T>
std::optional<Request> whole(std::optional<T> request, const WireReader& in) {
  return request && in.ok() ? std::optional<Request>(std::move(*request)) : std::nullopt;
}

// ---- replies ----

void put(WireWriter& out, const Size& size) {
  out.put(size.width).put(size.height);
}

Size size_in(WireReader& in) {
  Size size;
  size.width = in.take<std::uint32_t>();
  size.height = in.take<std::uint32_t>();
  return size;
}

void put(WireWriter& out, const codec::Header& header) {
  put(out, header.size);
  out.put(header.orientation).put(header.channels).put(header.depth).put(header.working_bytes);
}

bool take(WireReader& in, codec::Header& header) {
  header.size = size_in(in);
  header.orientation = in.take<Orientation>();
  header.channels = in.take<int>();
  header.depth = in.take<int>();
  header.working_bytes = in.take<std::uint64_t>();
  const auto turn = std::to_underlying(header.orientation);
  return turn >= 1 && turn <= 8 && header.channels >= 1 && header.channels <= 4 && header.depth >= 8 &&
         header.depth <= 16 && header.working_bytes < std::uint64_t{1} << 48;
}

bool take(WireReader& in, Size& size) {
  size = size_in(in);
  return true;
}

void put(WireWriter& out, const Figures& figures) {
  put(out, figures.size);
  out.put(figures.encoder_quality).put(figures.score).put(figures.encodes);
  const auto worst = figures.worst_region.value_or(WorstRegion{});
  out.put(figures.worst_region.has_value()).put(worst.score);
  out.put(worst.x).put(worst.y).put(worst.w).put(worst.h);
}

bool take(WireReader& in, Figures& figures) {
  figures.size = size_in(in);
  figures.encoder_quality = in.optional<double>();
  figures.score = in.optional<double>();
  figures.encodes = in.take<int>();
  const bool has_worst = in.take<bool>();
  WorstRegion worst;
  worst.score = in.take<double>();
  for (auto* number : {&worst.x, &worst.y, &worst.w, &worst.h}) *number = in.take<std::uint32_t>();
  if (has_worst) figures.worst_region = worst;
  return figures.encodes >= 0 && std::isfinite(figures.encoder_quality.value_or(0)) &&
         std::isfinite(figures.score.value_or(0)) && std::isfinite(worst.score);
}

void put(WireWriter& out, const Made& made) {
  out.put(made.codec->format);
  put(out, made.figures);
  out.put(std::string_view(made.why).substr(0, kMostText));
}

/// One line, whatever it was.
std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  return text;
}

bool take(WireReader& in, Made& made) {
  made.codec = codec_in(in);
  const bool sound = take(in, made.figures);
  made.why = one_line(in.text());
  return made.codec && sound;
}

/// All of a Timings' figures.
constexpr auto kTimings = {&Timings::read,  &Timings::decode, &Timings::analyse, &Timings::encode,
                           &Timings::score, &Timings::write,  &Timings::total};

template <class T>
Bytes reply_bytes(const Reply<T>& reply) {
  WireWriter out;
  for (const auto figure : kTimings) out.put(reply.cost.ms.*figure);
  out.put(reply.cost.peak_memory).put(reply.cost.file_size).put(reply.result.has_value());
  if (reply.result) {
    put(out, *reply.result);
  } else {
    out.put(reply.result.error().kind)
        .put(std::string_view(reply.result.error().message).substr(0, kMostText));
  }
  return Bytes(out.bytes().begin(), out.bytes().end());
}

}  // namespace

Bytes written(const Request& request) {
  WireWriter out;
  std::visit([&](const auto& call) { put(out, call); }, request);
  return Bytes(out.bytes().begin(), out.bytes().end());
}

std::optional<Request> request_in(ByteView bytes) {
  WireReader in(bytes);
  switch (in.take<Call>()) {
    case Call::open: {
      const auto request = open_in(in);
      return whole(request, in);
    }
    case Call::decode: {
      const auto request = decode_in(in);
      return whole(request, in);
    }
    case Call::encode: {
      auto request = encode_in(in);
      return whole(std::move(request), in);
    }
    case Call::close:
      return whole(std::optional(CloseRequest{}), in);
  }
  return std::nullopt;
}

Bytes written(const Reply<codec::Header>& reply) {
  return reply_bytes(reply);
}

Bytes written(const Reply<Size>& reply) {
  return reply_bytes(reply);
}

Bytes written(const Reply<Made>& reply) {
  return reply_bytes(reply);
}

template <class T>
std::optional<Reply<T>> reply_in(ByteView bytes) {
  WireReader in(bytes);
  Reply<T> reply{T{}, {}};
  for (const auto figure : kTimings) {
    reply.cost.ms.*figure = in.take<double>();
    if (!(reply.cost.ms.*figure >= 0 && std::isfinite(reply.cost.ms.*figure))) return std::nullopt;
  }
  reply.cost.peak_memory = in.take<std::uint64_t>();
  reply.cost.file_size = in.take<std::uint64_t>();
  if (in.take<bool>()) {
    if (!take(in, *reply.result)) return std::nullopt;
  } else {
    const auto kind = std::min(in.take<ErrorKind>(), ErrorKind::internal);
    reply.result = fail(kind, one_line(in.text()));
  }
  return in.ok() ? std::optional(std::move(reply)) : std::nullopt;
}

template std::optional<Reply<codec::Header>> reply_in(ByteView bytes);
template std::optional<Reply<Size>> reply_in(ByteView bytes);
template std::optional<Reply<Made>> reply_in(ByteView bytes);

}  // namespace frugal::batch
