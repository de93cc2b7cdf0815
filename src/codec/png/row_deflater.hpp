// Filtering and deflating a picture's rows a few at a time, where there is no memory for all.
#pragma once

#include <zlib.h>

#include "codec/png/filters.hpp"
#include "util/bytes.hpp"

namespace frugal::codec::png {

/// By zlib: libdeflate wants everything at once.
class RowDeflater {
 public:
  /// Borrows the rows. Filters them in the way that makes least of some of them. `effort`: 1 to 9. Throws
  /// std::bad_alloc.
  RowDeflater(const Rows& rows, int effort);
  RowDeflater(const RowDeflater&) = delete;
  RowDeflater& operator=(const RowDeflater&) = delete;
  ~RowDeflater();

  /// The next piece of the zlib stream (RFC 1950), until it is asked for again; empty behind the end.
  /// Throws std::bad_alloc.
  ByteView next();

 private:
  void feed();

  Rows rows_;
  Strategy strategy_;
  z_stream stream_{};
  std::size_t next_row_ = 0;
  bool ended_ = false;
  Bytes filtered_;
  Bytes piece_;
};

}  // namespace frugal::codec::png
