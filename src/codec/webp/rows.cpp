#include "codec/webp/rows.hpp"

#include <webp/decode.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace frugal::codec::webp {

namespace {

constexpr std::uint32_t kBands = 8;
constexpr std::uint32_t kLeastRows = 256;

/// At a band's edge chroma is not mixed with the row beyond: this many rows around it are decoded, too. Even,
/// as libwebp wants to crop.
constexpr std::uint32_t kAround = 2;

class Rows final : public RowReader {
 public:
  Rows(ByteView file, Size size, Image band) : file_(file), size_(size), band_(std::move(band)) {}

  static std::uint32_t rows_in_band(Size size) {
    const std::uint32_t rows = std::max(size.height / kBands, kLeastRows);
    return std::min(rows + rows % 2, size.height);
  }

  Size size() const override { return size_; }
  int channels() const override { return 3; }
  int depth() const override { return 8; }

  Result<void> read(Image& image, std::uint32_t first, std::uint32_t count) override {
    for (const std::uint32_t end = first + count; first < end;) {
      if (next_ == band_end_) {
        if (!decode_band()) return fail(ErrorKind::damaged, "damaged WebP: its picture cannot be decoded");
      }
      const std::uint32_t rows = std::min(end - first, band_end_ - next_);
      std::memcpy(image.row(first), band_.row(next_ - band_top_), rows * image.row_bytes());
      first += rows;
      next_ += rows;
    }
    return {};
  }

 private:
  bool decode_band() {
    band_top_ = next_ - std::min(next_, kAround);
    band_end_ = std::min(next_ + rows_in_band(size_), size_.height);
    const std::uint32_t bottom = std::min(band_end_ + kAround, size_.height);
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return false;
    config.options.use_cropping = 1;
    config.options.crop_top = static_cast<int>(band_top_);
    config.options.crop_width = static_cast<int>(size_.width);
    config.options.crop_height = static_cast<int>(bottom - band_top_);
    config.output.colorspace = MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = band_.row(0);
    config.output.u.RGBA.stride = static_cast<int>(band_.row_bytes());
    config.output.u.RGBA.size = band_.byte_size();
    return WebPDecode(file_.data(), file_.size(), &config) == VP8_STATUS_OK;
  }

  ByteView file_;
  Size size_;
  Image band_;
  std::uint32_t band_top_ = 0;  ///< the picture's row that the band's first is
  std::uint32_t band_end_ = 0;  ///< behind the last row that it is to give
  std::uint32_t next_ = 0;
};

}  // namespace

Result<std::unique_ptr<RowReader>> rows_of(ByteView file, Size size) {
  auto band = Image::make({size.width, Rows::rows_in_band(size) + 2 * kAround}, 3, 8);
  if (!band) return std::unexpected(band.error());
  return std::make_unique<Rows>(file, size, std::move(*band));
}

}  // namespace frugal::codec::webp
