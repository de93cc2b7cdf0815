#include "image/rows.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace frugal {

Result<void> ImageRows::read(Image& image, std::uint32_t first, std::uint32_t count) {
  std::memcpy(image.row(first), image_.row(next_), count * image_.row_bytes());
  next_ += count;
  return {};
}

Result<RowWindow> RowWindow::over(RowReader& reader, std::uint32_t most) {
  const Size size{reader.size().width, std::min(most, reader.size().height)};
  auto rows = Image::make(size, reader.channels(), reader.depth());
  if (!rows) return std::unexpected(rows.error());
  return RowWindow(reader, std::move(*rows));
}

Result<void> RowWindow::move(std::uint32_t first, std::uint32_t end) {
  std::memmove(rows_.row(0), rows_.row(first - first_), (end_ - first) * rows_.row_bytes());
  first_ = first;
  const auto known = end_ - first;
  const auto count = end - end_;
  end_ = end;
  return count > 0 ? reader_->read(rows_, known, count) : Result<void>();
}

}  // namespace frugal
