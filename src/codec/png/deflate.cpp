#include "codec/png/deflate.hpp"

#include <libdeflate.h>

#include <new>

namespace frugal::codec::png {

void Deflater::Free::operator()(libdeflate_compressor* compressor) const {
  libdeflate_free_compressor(compressor);
}

Deflater::Deflater(int level) : compressor_(libdeflate_alloc_compressor(level)) {
  if (!compressor_) throw std::bad_alloc();
}

std::size_t Deflater::size_of(ByteView bytes) {
  const auto bound = libdeflate_zlib_compress_bound(compressor_.get(), bytes.size());
  if (bound > room_) {
    scratch_ = allocate<std::uint8_t>(bound);
    room_ = scratch_ ? bound : 0;
    if (!scratch_) throw std::bad_alloc();
  }
  return libdeflate_zlib_compress(compressor_.get(), bytes.data(), bytes.size(), scratch_.get(), room_);
}

Bytes Deflater::operator()(ByteView bytes) {
  const auto size = size_of(bytes);
  return {scratch_.get(), scratch_.get() + size};
}

}  // namespace frugal::codec::png
