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
  scratch_.resize(libdeflate_zlib_compress_bound(compressor_.get(), bytes.size()));
  return libdeflate_zlib_compress(compressor_.get(), bytes.data(), bytes.size(), scratch_.data(),
                                  scratch_.size());
}

Bytes Deflater::operator()(ByteView bytes) {
  const auto size = static_cast<std::ptrdiff_t>(size_of(bytes));
  return {scratch_.begin(), scratch_.begin() + size};
}

}  // namespace frugal::codec::png
