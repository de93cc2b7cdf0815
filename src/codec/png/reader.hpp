// Owners of libpng's objects, and reading through them.
#pragma once

#include <png.h>

#include <csetjmp>
#include <cstdint>

#include "codec/codec.hpp"
#include "image/rows.hpp"
#include "util/bytes.hpp"

namespace frugal::codec::png {

/// libpng reports errors by calling a function that must not return. No C++ object with a destructor may live
/// between `setjmp` on this fence and the library.
struct Fence {
  std::jmp_buf point;
  char message[160];
};

/// For libpng: says so in the fence, and jumps.
[[noreturn]] void on_error(png_structp png, png_const_charp message);
void on_warning(png_structp png, png_const_charp message);

/// A reader over a file in memory.
struct Reader {
  Fence fence{};
  ByteView rest;
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::uint32_t most_in_a_chunk;  ///< of metadata, in bytes; png::read_chunks has refused what holds more

  Reader(ByteView file, const Limits& limits)
      : rest(file),
        most_in_a_chunk(
            static_cast<std::uint32_t>(std::min<std::uint64_t>(most(kMostMetadata, limits), 0x7fffffff))) {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &fence, on_error, on_warning);
    if (png) info = png_create_info_struct(png);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }

  Error error() const { return {ErrorKind::damaged, std::string("damaged PNG: ") + fence.message}; }
};

/// Reads up to the first IDAT chunk; false: `fence` says why.
bool open(Reader& reader);

/// For what was checked already.
void trust_checksums(Reader& reader);

/// The shape of the picture once palettes, transparent colours and small depths are expanded.
Header header_of(const Reader& reader);

/// Reads all rows, which have `row_bytes` each, and what follows; false: `fence` says why.
bool read_rows(Reader& reader, png_bytepp rows, std::size_t row_bytes);

/// The rows of a file that is not interlaced, inflated when they are asked for.
class RowByRow final : public RowReader {
 public:
  /// Takes a reader whose header was read.
  explicit RowByRow(std::unique_ptr<Reader> reader)
      : reader_(std::move(reader)), header_(header_of(*reader_)) {}

  Size size() const override { return header_.size; }
  int channels() const override { return header_.channels; }
  int depth() const override { return header_.depth; }
  Result<void> read(Image& image, std::uint32_t first, std::uint32_t count) override;

 private:
  bool read_on(Image& image, std::uint32_t first, std::uint32_t count);

  std::unique_ptr<Reader> reader_;
  Header header_;
  std::uint32_t next_ = 0;
};

}  // namespace frugal::codec::png
