// What this process and its workers say to each other. Every message is one request or one reply.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "batch/transcoder.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"
#include "util/wire.hpp"

namespace frugal::batch {

/// The calls of a Transcoder. The source's bytes go along as a file in memory.
struct OpenRequest {
  const codec::Codec* source = nullptr;
  codec::Limits limits;
};
struct DecodeRequest {
  MetadataPolicy policy = MetadataPolicy::safe;
  Grant grant;
};
struct EncodeRequest {
  std::vector<const codec::Codec*> targets;
  Settings settings;
  std::optional<std::uint64_t> useless_from;
  Grant grant;
};
/// The source is of no use any more. There is no reply.
struct CloseRequest {};
using Request = std::variant<OpenRequest, DecodeRequest, EncodeRequest, CloseRequest>;

Bytes written(const Request& request);

/// Nothing where the bytes are no request.
std::optional<Request> request_in(ByteView bytes);

/// What a call cost, whatever came of it.
struct Cost {
  Timings ms;                     ///< what the call added
  std::uint64_t peak_memory = 0;  ///< bytes, the most that the process ever held
  std::uint64_t file_size = 0;    ///< bytes of a Made, which come along as a file in memory; 0: none do
};

/// What comes back: T is codec::Header, Size or Made.
template <class T>
struct Reply {
  Result<T> result;
  Cost cost;
};

Bytes written(const Reply<codec::Header>& reply);
Bytes written(const Reply<Size>& reply);
Bytes written(const Reply<Made>& reply);

/// Nothing where the bytes are no such reply. They come from a process that a hostile file may have taken
/// over: what is given is of its type, but need not be true.
template <class T>
std::optional<Reply<T>> reply_in(ByteView bytes);

}  // namespace frugal::batch
