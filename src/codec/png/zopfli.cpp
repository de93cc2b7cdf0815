#include "codec/png/zopfli.hpp"

#ifdef FRUGAL_ZOPFLI

#include <zopfli/zopfli.h>

#include <new>

#include "util/memory.hpp"

namespace frugal::codec::png {

namespace {

/// What zopfli works with at once: it goes through a million bytes at a time.
constexpr std::size_t kWorkingMemory = 64U << 20;

}  // namespace

Bytes zopfli_zlib(ByteView bytes, int iterations) {
  // Refused memory, zopfli ends the process. That so much can be had is looked at here, and can no more than
  // make it unlikely.
  if (!allocate<std::uint8_t>(kWorkingMemory + bytes.size())) throw std::bad_alloc();
  ZopfliOptions options;
  ZopfliInitOptions(&options);
  options.numiterations = iterations;
  unsigned char* stream = nullptr;
  std::size_t size = 0;
  ZopfliCompress(&options, ZOPFLI_FORMAT_ZLIB, bytes.data(), bytes.size(), &stream, &size);
  const Memory<unsigned char> owner(stream);
  return {stream, stream + size};
}

std::string zopfli_library() {
  return "zopfli";
}

}  // namespace frugal::codec::png

#else

namespace frugal::codec::png {

Bytes zopfli_zlib(ByteView /*bytes*/, int /*iterations*/) {
  return {};
}

std::string zopfli_library() {
  return {};
}

}  // namespace frugal::codec::png

#endif
