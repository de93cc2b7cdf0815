#include "codec/png/reader.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace frugal::codec::png {

namespace {

/// Chunks that libpng passes over: texts, which it would inflate and keep however many there are, and others
/// of any length that nothing here asks for. The names end in NUL.
constexpr std::string_view kPassedOver("tEXt\0zTXt\0iTXt\0sPLT\0pCAL\0", 25);

void on_read(png_structp png, png_bytep data, std::size_t size) {
  auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
  if (size > reader->rest.size()) png_error(png, "the file ends too early");
  std::memcpy(data, reader->rest.data(), size);
  reader->rest = reader->rest.subspan(size);
}

/// Older versions of libpng forget a transparent colour that stands before a palette, but not that the chunk
/// was there.
bool has_transparency(const Reader& reader) {
  int count = 0;
  png_get_tRNS(reader.png, reader.info, nullptr, &count, nullptr);
  return count > 0;
}

/// Behind the fence: to the samples of an Image.
void expand(Reader& reader, std::size_t row_bytes) {
  png_set_expand(reader.png);
  if (std::endian::native == std::endian::little) png_set_swap(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  if (png_get_rowbytes(reader.png, reader.info) != row_bytes) png_error(reader.png, "its chunks disagree");
}

}  // namespace

void on_error(png_structp png, png_const_charp message) {
  auto* fence = static_cast<Fence*>(png_get_error_ptr(png));
  std::strncpy(fence->message, message, sizeof fence->message - 1);
  std::longjmp(fence->point, 1);
}

void on_warning(png_structp /*png*/, png_const_charp /*message*/) {}

bool open(Reader& reader) {
  if (!reader.info) return false;
  if (setjmp(reader.fence.point)) return false;
  png_set_read_fn(reader.png, &reader, on_read);
  png_set_user_limits(reader.png, 0x7fffffff, 0x7fffffff);  // check_limits decides, with a message of its own
  png_set_chunk_malloc_max(reader.png, reader.most_in_a_chunk);
  png_set_keep_unknown_chunks(reader.png, PNG_HANDLE_CHUNK_NEVER,
                              reinterpret_cast<png_const_bytep>(kPassedOver.data()),
                              static_cast<int>(kPassedOver.size() / 5));
  png_set_option(reader.png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
  png_set_crc_action(reader.png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_read_info(reader.png, reader.info);
  return true;
}

void trust_checksums(Reader& reader) {
  png_set_crc_action(reader.png, PNG_CRC_QUIET_USE, PNG_CRC_ERROR_QUIT);
#ifdef PNG_IGNORE_ADLER32
  png_set_option(reader.png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
#endif
}

Header header_of(const Reader& reader) {
  const auto type = png_get_color_type(reader.png, reader.info);
  const bool alpha = (type & PNG_COLOR_MASK_ALPHA) || has_transparency(reader);
  const int color = (type & PNG_COLOR_MASK_COLOR) ? 3 : 1;
  return {{png_get_image_width(reader.png, reader.info), png_get_image_height(reader.png, reader.info)},
          Orientation::upright,
          color + (alpha ? 1 : 0),
          png_get_bit_depth(reader.png, reader.info) == 16 ? 16 : 8};
}

bool read_rows(Reader& reader, png_bytepp rows, std::size_t row_bytes) {
  if (setjmp(reader.fence.point)) return false;
  expand(reader, row_bytes);
  png_read_image(reader.png, rows);
  png_read_end(reader.png, reader.info);
  return true;
}

/// False: `fence` says why.
bool RowByRow::read_on(Image& image, std::uint32_t first, std::uint32_t count) {
  if (setjmp(reader_->fence.point)) return false;
  if (next_ == 0) expand(*reader_, image.row_bytes());
  for (std::uint32_t i = 0; i < count; ++i) png_read_row(reader_->png, image.row(first + i), nullptr);
  next_ += count;
  if (next_ == header_.size.height) png_read_end(reader_->png, reader_->info);
  return true;
}

Result<void> RowByRow::read(Image& image, std::uint32_t first, std::uint32_t count) {
  return read_on(image, first, count) ? Result<void>() : std::unexpected(reader_->error());
}

}  // namespace frugal::codec::png
