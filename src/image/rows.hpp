// Pictures that are read from the top down, a few rows at a time.
#pragma once

#include <cstdint>

#include "image/image.hpp"
#include "util/result.hpp"

namespace frugal {

/// Gives a picture's rows once, in order.
class RowReader {
 public:
  RowReader() = default;
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;
  virtual ~RowReader() = default;

  virtual Size size() const = 0;     ///< of the whole picture
  virtual int channels() const = 0;  ///< as Image::channels
  virtual int depth() const = 0;     ///< as Image::depth

  /// Writes the next `count` rows, of which so many are left, to the rows of `image` from `first` on; it has
  /// the picture's width, channels and depth. Errors: as Codec::decode.
  virtual Result<void> read(Image& image, std::uint32_t first, std::uint32_t count) = 0;
};

/// The rows of a picture in memory.
class ImageRows : public RowReader {
 public:
  /// Borrows `image`.
  explicit ImageRows(const Image& image) : image_(image) {}

  Size size() const override { return image_.size(); }
  int channels() const override { return image_.channels(); }
  int depth() const override { return image_.depth(); }
  Result<void> read(Image& image, std::uint32_t first, std::uint32_t count) override;

 private:
  const Image& image_;
  std::uint32_t next_ = 0;
};

/// Some neighbouring rows of a picture that is being read.
class RowWindow {
 public:
  /// Borrows `reader`. Holds at most `most` rows at once. Errors: limit (memory).
  static Result<RowWindow> over(RowReader& reader, std::uint32_t most);

  /// Moves on to rows [first, end), where neither is before where it was. Errors: those of RowReader::read.
  Result<void> move(std::uint32_t first, std::uint32_t end);

  /// The rows, from `first` on; those below `end` mean nothing.
  const Image& rows() const { return rows_; }
  std::uint32_t first() const { return first_; }

 private:
  RowWindow(RowReader& reader, Image rows) : reader_(&reader), rows_(std::move(rows)) {}

  RowReader* reader_;
  Image rows_;
  std::uint32_t first_ = 0;
  std::uint32_t end_ = 0;
};

}  // namespace frugal
