// A JPEG's rows, decoded when they are asked for.
#pragma once

#include <memory>

#include "codec/codec.hpp"
#include "codec/jpeg/handles.hpp"
#include "image/rows.hpp"

namespace frugal::codec::jpeg {

/// Opens `file` and checks what its header says. Errors: as Codec::read_header.
Result<Header> open_checked(Decompressor& jpeg, ByteView file);

/// Of a grey or RGB picture.
class Rows final : public RowReader {
 public:
  /// Borrows `file`. Errors: as Codec::decode, as far as the header tells. Throws std::bad_alloc.
  static Result<std::unique_ptr<Rows>> open(ByteView file, const Limits& limits);

  Size size() const override { return header_.size; }
  int channels() const override { return header_.channels; }
  int depth() const override { return header_.depth; }
  Result<void> read(Image& image, std::uint32_t first, std::uint32_t count) override;

  const Decompressor& decompressor() const { return jpeg_; }

  /// To be asked for before the last row is read. Throws std::bad_alloc.
  Metadata metadata();

 private:
  explicit Rows(const Limits& limits) : jpeg_(limits) {}
  bool read_on(Image& image, std::uint32_t first, std::uint32_t count);

  Decompressor jpeg_;
  Header header_;
  bool started_ = false;
};

}  // namespace frugal::codec::jpeg
