// What a file is, told by its first bytes, and as a number that the cache can keep.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "codec/codec.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::batch {

struct Kind {
  const codec::Codec* codec = nullptr;  ///< null: no image that frugal reads
  std::string_view unread;              ///< an image format that it knows of but does not read
  bool apple_double = false;            ///< what macOS leaves beside a file on foreign file systems
};

/// Of a file that starts with `head` (at least codec::kSniffBytes where it has so many).
Kind kind_of(ByteView head);

/// Never 0, and another one in each version of frugal that tells files otherwise.
std::uint16_t number_of(const Kind& kind);

/// The kind of this number; empty where it is not one of this version's.
std::optional<Kind> kind_numbered(std::uint16_t number);

/// The codec that reads it. Errors: not_image, or unsupported where the format is known but not read.
Result<const codec::Codec*> codec_of(const Kind& kind);

}  // namespace frugal::batch
