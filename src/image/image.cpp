#include "image/image.hpp"

#include <cstring>
#include <limits>

namespace frugal {

Result<Image> Image::make(Size size, int channels, int depth) {
  if (size.width == 0 || size.height == 0 || channels < 1 || channels > 4 || depth < 8 || depth > 16) {
    return fail(ErrorKind::internal, "an image of an impossible shape was asked for");
  }
  Image image;
  image.size_ = size;
  image.channels_ = channels;
  image.depth_ = depth;
  if (size.height > std::numeric_limits<std::ptrdiff_t>::max() / image.row_bytes()) {
    return fail(ErrorKind::limit, "the image is too large for this machine's memory");
  }
  image.data_ = allocate<std::uint8_t>(image.byte_size());
  if (!image.data_) return fail(ErrorKind::limit, "not enough memory for the image");
  return image;
}

Result<Image> Image::clone() const {
  auto copy = make(size_, channels_, depth_);
  if (copy) std::memcpy(copy->data_.get(), data_.get(), byte_size());
  return copy;
}

}  // namespace frugal
