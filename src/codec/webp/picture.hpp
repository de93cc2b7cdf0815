// libwebp's picture and what it writes to.
#pragma once

#include <webp/encode.h>

#include <cstdint>
#include <vector>

#include "codec/webp/segments.hpp"
#include "util/bytes.hpp"

namespace frugal::codec::webp {

/// A picture being encoded and the memory it is written to.
struct Picture {
  WebPPicture picture{};
  WebPMemoryWriter writer{};

  Picture() { WebPMemoryWriterInit(&writer); }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;
  ~Picture() {
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&writer);
  }

  ByteView file() const { return {writer.mem, writer.size}; }
  LumaView luma() const {
    return {picture.y,
            static_cast<std::size_t>(picture.y_stride),
            {static_cast<std::uint32_t>(picture.width), static_cast<std::uint32_t>(picture.height)}};
  }
};

}  // namespace frugal::codec::webp
