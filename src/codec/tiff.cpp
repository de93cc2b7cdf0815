// TIFF through libtiff: read only.
#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "codec/table.hpp"
#include "codec/tiff/directories.hpp"
#include "image/orient.hpp"

namespace frugal::codec {

namespace {

constexpr std::array<std::string_view, 2> kExtensions{"tiff", "tif"};

/// What libtiff's callbacks see: the file in memory, where it is read, and the first error.
struct Source {
  ByteView file;
  std::uint64_t at = 0;
  std::string error;
};

Source& source_of(thandle_t handle) {
  return *static_cast<Source*>(handle);
}

tmsize_t on_read(thandle_t handle, void* data, tmsize_t size) {
  auto& source = source_of(handle);
  if (source.at >= source.file.size() || size <= 0) return 0;
  const auto count =
      std::min<std::uint64_t>(static_cast<std::uint64_t>(size), source.file.size() - source.at);
  std::memcpy(data, source.file.data() + source.at, count);
  source.at += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t on_write(thandle_t /*handle*/, void* /*data*/, tmsize_t /*size*/) {
  return 0;
}

toff_t on_seek(thandle_t handle, toff_t offset, int whence) {
  auto& source = source_of(handle);
  const std::uint64_t base = whence == SEEK_CUR ? source.at : whence == SEEK_END ? source.file.size() : 0;
  source.at = base + offset;
  return source.at;
}

int on_close(thandle_t /*handle*/) {
  return 0;
}

toff_t on_size(thandle_t handle) {
  return source_of(handle).file.size();
}

struct Close {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, Close>;

/// The libtiff before 4.5 has only global handlers; Debian 12 has 4.5, whose handlers belong to one file.
int on_error(TIFF* /*tiff*/, void* user, const char* /*module*/, const char* format, va_list arguments) {
  auto& source = *static_cast<Source*>(user);
  if (!source.error.empty()) return 1;
  std::array<char, 200> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  source.error = text.data();
  return 1;
}

int on_warning(TIFF* /*tiff*/, void* /*user*/, const char* /*module*/, const char* /*format*/,
               va_list /*arguments*/) {
  return 1;
}

struct FreeOptions {
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

constexpr tmsize_t kMaxAllocation = tmsize_t{1} << 30;  ///< of one block inside libtiff, in bytes

Tiff open(Source& source) {
  const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
  if (!options) return nullptr;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxAllocation);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, &source);
  return Tiff(TIFFClientOpenExt("", "rm", &source, on_read, on_write, on_seek, on_close, on_size, nullptr,
                                nullptr, options.get()));
}

Error damaged(const Source& source) {
  return {ErrorKind::damaged,
          "damaged TIFF: " + (source.error.empty() ? "its directory cannot be read" : source.error)};
}

/// The fields of the first directory that decide how it is read.
struct Layout {
  std::uint32_t width = 0, height = 0;
  std::uint16_t bits = 1, samples = 1, photometric = 0, planar = PLANARCONFIG_CONTIG,
                format = SAMPLEFORMAT_UINT;
  std::uint16_t orientation = ORIENTATION_TOPLEFT, compression = COMPRESSION_NONE;
  std::uint16_t extra_count = 0;
  std::uint16_t extra_type = EXTRASAMPLE_UNSPECIFIED;
};

Layout layout_of(TIFF* tiff) {
  Layout layout;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout.width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &layout.height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &layout.bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &layout.samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &layout.planar);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &layout.format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &layout.orientation);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &layout.compression);
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &layout.photometric))
    layout.photometric = PHOTOMETRIC_MINISBLACK;
  std::uint16_t* types = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &layout.extra_count, &types) && layout.extra_count > 0) {
    layout.extra_type = types[0];
  }
  return layout;
}

bool gray(const Layout& layout) {
  return layout.photometric == PHOTOMETRIC_MINISBLACK || layout.photometric == PHOTOMETRIC_MINISWHITE;
}

/// libtiff turns JPEG's YCbCr into RGB itself when asked to.
bool jpeg_ycbcr(const Layout& layout) {
  return layout.photometric == PHOTOMETRIC_YCBCR && layout.compression == COMPRESSION_JPEG;
}

bool alpha(const Layout& layout) {
  return layout.extra_count > 0 && layout.extra_type != EXTRASAMPLE_UNSPECIFIED;
}

/// What no Image can hold is left alone: the reason, or nothing.
std::optional<std::string> obstacle(const Layout& layout) {
  if (layout.photometric == PHOTOMETRIC_SEPARATED)
    return "CMYK colour; only grey and RGB pictures are converted";
  if (layout.photometric == PHOTOMETRIC_CIELAB || layout.photometric == PHOTOMETRIC_ICCLAB ||
      layout.photometric == PHOTOMETRIC_ITULAB) {
    return "L*a*b* colour; only grey and RGB pictures are converted";
  }
  const bool known = gray(layout) || layout.photometric == PHOTOMETRIC_RGB ||
                     layout.photometric == PHOTOMETRIC_PALETTE || jpeg_ycbcr(layout);
  if (!known) return "a TIFF colour space that is not read (" + std::to_string(layout.photometric) + ")";
  if (layout.format != SAMPLEFORMAT_UINT && layout.format != SAMPLEFORMAT_VOID)
    return "samples that are not integers";
  if (layout.bits != 1 && layout.bits != 2 && layout.bits != 4 && layout.bits != 8 && layout.bits != 16) {
    return std::to_string(layout.bits) + " bits a sample";
  }
  if (layout.photometric == PHOTOMETRIC_PALETTE && layout.bits > 8)
    return "a palette of more than 256 colours";
  const int color = layout.photometric == PHOTOMETRIC_RGB || jpeg_ycbcr(layout) ? 3 : 1;
  if (layout.samples != color + layout.extra_count || layout.extra_count > 1) return "additional channels";
  if (layout.extra_count == 1 && !alpha(layout)) return "an additional channel that is not said to be alpha";
  return std::nullopt;
}

int channels_of(const Layout& layout) {
  return (gray(layout) ? 1 : 3) + (alpha(layout) ? 1 : 0);
}

int depth_of(const Layout& layout) {
  return layout.bits == 16 ? 16 : 8;
}

Header header_of(const Layout& layout) {
  return {{layout.width, layout.height},
          orientation_from_exif(layout.orientation),
          std::clamp(channels_of(layout), 1, 4),
          depth_of(layout)};
}

/// True when the current directory is a smaller version of another picture, or its mask.
bool subordinate(TIFF* tiff) {
  std::uint32_t kind = 0;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SUBFILETYPE, &kind);
  return kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK);
}

/// Pages that are pictures of their own.
int pages_of(TIFF* tiff) {
  int pages = 0;
  int directories = 0;
  do {
    if (!subordinate(tiff)) ++pages;
  } while (++directories < tiff::kMostDirectories && TIFFReadDirectory(tiff));
  TIFFSetDirectory(tiff, 0);
  return pages;
}

/// The palette's colour maps, 16 bits a value.
struct Palette {
  const std::uint16_t* red = nullptr;
  const std::uint16_t* green = nullptr;
  const std::uint16_t* blue = nullptr;
};

/// Some writers fill the colour map with 8-bit values: if nothing exceeds 255, they mean that.
bool narrow(const Palette& palette, std::size_t size) {
  const auto small = [size](const std::uint16_t* map) {
    return std::all_of(map, map + size, [](std::uint16_t v) { return v < 256; });
  };
  return small(palette.red) && small(palette.green) && small(palette.blue);
}

/// Sample `index` of a row of packed samples of 1 to 16 bits (16-bit words are native after libtiff).
std::uint32_t sample_at(const std::uint8_t* row, std::size_t index, int bits) {
  if (bits == 16) {
    std::uint16_t word = 0;
    std::memcpy(&word, row + index * 2, 2);
    return word;
  }
  if (bits == 8) return row[index];
  const std::size_t bit = index * static_cast<std::size_t>(bits);
  return static_cast<std::uint32_t>(row[bit / 8] >> (8 - static_cast<std::size_t>(bits) - bit % 8)) &
         ((1U << bits) - 1);
}

/// A writer of decoded rows into the image, plane by plane or interleaved.
class RowSink {
 public:
  RowSink(const Layout& layout, const Palette& palette, Image& image)
      : layout_(layout), palette_(palette), image_(image), max_((1U << layout.bits) - 1) {
    if (layout.photometric == PHOTOMETRIC_PALETTE) shift_ = narrow(palette, max_ + std::size_t{1}) ? 0 : 8;
  }

  /// Puts `count` packed pixels of a row at (x, y); `plane` is the sample's number where planes are separate.
  void put(const std::uint8_t* row, std::uint32_t x, std::uint32_t y, std::uint32_t count, int plane,
           int stride) {
    if (same_layout(stride)) {
      const std::size_t bytes = image_.row_bytes() / image_.width();
      std::memcpy(image_.row(y) + x * bytes, row, count * bytes);
      return;
    }
    with_samples(image_, [&](auto zero) {
      using Sample = decltype(zero);
      const auto channels = static_cast<std::size_t>(image_.channels());
      auto* to = image_.samples<Sample>(y).data() + x * channels;
      for (std::uint32_t i = 0; i < count; ++i, to += channels) {
        for (int s = 0; s < stride; ++s) {
          const auto at = std::size_t{i} * static_cast<std::size_t>(stride) + static_cast<std::size_t>(s);
          store(to, plane + s, sample_at(row, at, layout_.bits));
        }
      }
    });
  }

 private:
  /// True where the file's samples lie as the image's do.
  bool same_layout(int stride) const {
    return layout_.bits >= 8 && stride == image_.channels() && layout_.photometric != PHOTOMETRIC_PALETTE &&
           layout_.photometric != PHOTOMETRIC_MINISWHITE;
  }

  template <class Sample>
  void store(Sample* pixel, int channel, std::uint32_t value) const {
    if (layout_.photometric == PHOTOMETRIC_PALETTE && channel == 0) {
      pixel[0] = static_cast<Sample>(palette_.red[value] >> shift_);
      pixel[1] = static_cast<Sample>(palette_.green[value] >> shift_);
      pixel[2] = static_cast<Sample>(palette_.blue[value] >> shift_);
      return;
    }
    if (layout_.photometric == PHOTOMETRIC_PALETTE) channel += 2;
    if (layout_.photometric == PHOTOMETRIC_MINISWHITE && channel == 0) value = max_ - value;
    pixel[channel] = static_cast<Sample>(layout_.bits < 8 ? value * (255 / max_) : value);
  }

  const Layout& layout_;
  Palette palette_;
  Image& image_;
  std::uint32_t max_;
  int shift_ = 8;
};

bool read_tiles(TIFF* tiff, const Layout& layout, RowSink& sink, int plane, int stride) {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  if (!TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &width) || !TIFFGetField(tiff, TIFFTAG_TILELENGTH, &height))
    return false;
  const auto size = TIFFTileSize(tiff);
  const auto pitch = TIFFTileRowSize(tiff);
  if (size <= 0 || size > kMaxAllocation || pitch <= 0 || width == 0 || height == 0) return false;
  std::vector<std::uint8_t> tile(static_cast<std::size_t>(size));
  for (std::uint32_t y = 0; y < layout.height; y += height) {
    for (std::uint32_t x = 0; x < layout.width; x += width) {
      if (TIFFReadTile(tiff, tile.data(), x, y, 0, static_cast<std::uint16_t>(plane)) != size) return false;
      const auto rows = std::min(height, layout.height - y);
      for (std::uint32_t row = 0; row < rows; ++row) {
        sink.put(tile.data() + static_cast<std::size_t>(pitch) * row, x, y + row,
                 std::min(width, layout.width - x), plane, stride);
      }
    }
  }
  return true;
}

bool read_lines(TIFF* tiff, const Layout& layout, RowSink& sink, int plane, int stride) {
  const auto size = TIFFScanlineSize(tiff);
  const auto needed = (std::uint64_t{layout.width} * static_cast<unsigned>(stride) * layout.bits + 7) / 8;
  if (size <= 0 || static_cast<std::uint64_t>(size) < needed) return false;
  std::vector<std::uint8_t> line(static_cast<std::size_t>(size));
  for (std::uint32_t y = 0; y < layout.height; ++y) {
    if (TIFFReadScanline(tiff, line.data(), y, static_cast<std::uint16_t>(plane)) != 1) return false;
    sink.put(line.data(), 0, y, layout.width, plane, stride);
  }
  return true;
}

bool read_pixels(TIFF* tiff, const Layout& layout, RowSink& sink) {
  const bool separate = layout.planar == PLANARCONFIG_SEPARATE && layout.samples > 1;
  const int planes = separate ? layout.samples : 1;
  for (int plane = 0; plane < planes; ++plane) {
    const int stride = separate ? 1 : layout.samples;
    const bool read = TIFFIsTiled(tiff) ? read_tiles(tiff, layout, sink, plane, stride)
                                        : read_lines(tiff, layout, sink, plane, stride);
    if (!read) return false;
  }
  return true;
}

/// TIFF's "associated" alpha has multiplied the colours: divides them again, rounding.
void unassociate(Image& image) {
  const auto max = image.max_value();
  with_samples(image, [&](auto zero) {
    using Sample = decltype(zero);
    const auto channels = static_cast<std::size_t>(image.channels());
    for (std::uint32_t y = 0; y < image.height(); ++y) {
      const auto row = image.samples<Sample>(y);
      for (std::size_t i = 0; i < row.size(); i += channels) {
        const std::uint32_t a = row[i + channels - 1];
        for (std::size_t c = 0; c + 1 < channels; ++c) {
          row[i + c] = static_cast<Sample>(unpremultiply(row[i + c], a, max));
        }
      }
    }
  });
}

Bytes blob(TIFF* tiff, std::uint32_t tag) {
  std::uint32_t size = 0;
  const std::uint8_t* data = nullptr;
  if (!TIFFGetField(tiff, tag, &size, &data) || !data) return {};
  return {data, data + size};
}

std::optional<Density> density_of(TIFF* tiff) {
  float x = 0;
  float y = 0;
  std::uint16_t unit = RESUNIT_INCH;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
  const double per_metre = unit == RESUNIT_INCH ? 1 / 0.0254 : unit == RESUNIT_CENTIMETER ? 100 : 0;
  if (!TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &x) || !TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &y))
    return std::nullopt;
  if (per_metre == 0 || !(x > 0) || !(y > 0) || x > 1e6F || y > 1e6F) return std::nullopt;
  return Density{static_cast<double>(x) * per_metre, static_cast<double>(y) * per_metre};
}

bool sniff(ByteView head) {
  const auto text = as_chars(head);
  using namespace std::string_view_literals;
  if (text.substr(std::min<std::size_t>(8, text.size())).starts_with("CR\x02"sv))
    return false;  // Canon's raw
  return text.starts_with("II*\0"sv) || text.starts_with("MM\0*"sv) || text.starts_with("II+\0"sv) ||
         text.starts_with("MM\0+"sv);
}

/// A tile is decoded in one piece, whatever part of it is in the picture. Maps come in tiles of up to
/// 2048x2048.
Result<void> check_tiles(TIFF* tiff, Size picture) {
  constexpr std::uint32_t kUsualSide = 2048;
  constexpr std::uint64_t kMostBeside = 4;  // so many times the picture, or one such tile, may be decoded
  Size tile;
  if (!TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &tile.width) ||
      !TIFFGetField(tiff, TIFFTAG_TILELENGTH, &tile.height)) {
    return {};
  }
  const auto covered = [](std::uint64_t side, std::uint64_t step) {
    return (side + step - 1) / std::max<std::uint64_t>(step, 1) * step;
  };
  const auto decoded = static_cast<double>(covered(picture.width, tile.width)) *
                       static_cast<double>(covered(picture.height, tile.height));
  const auto wanted =
      std::max(static_cast<double>(picture.width) * picture.height, double{kUsualSide} * kUsualSide);
  const bool usual = std::max(tile.width, tile.height) <= kUsualSide;
  if (usual && decoded <= kMostBeside * wanted) return {};
  auto fits = check_coded(tile, picture, false);
  if (!fits) fits.error().message.insert(0, "damaged TIFF: ");
  return fits;
}

Result<Header> read_header(ByteView file, const Limits& limits) try {
  if (auto modest = tiff::survey(file, limits); !modest) return std::unexpected(modest.error());
  Source source{file, 0, {}};
  const auto tiff = open(source);
  if (!tiff) return std::unexpected(damaged(source));
  const auto header = header_of(layout_of(tiff.get()));
  if (header.size.width == 0 || header.size.height == 0) return std::unexpected(damaged(source));
  if (auto fits = check_limits(header.size, limits); !fits) return std::unexpected(fits.error());
  if (auto fits = check_tiles(tiff.get(), header.size); !fits) return std::unexpected(fits.error());
  return header;
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

Result<Decoded> decode_first(TIFF* tiff, const Source& source, const Layout& layout) {
  Palette palette;
  if (layout.photometric == PHOTOMETRIC_PALETTE &&
      !TIFFGetField(tiff, TIFFTAG_COLORMAP, &palette.red, &palette.green, &palette.blue)) {
    return fail(ErrorKind::damaged, "damaged TIFF: a palette picture without its palette");
  }
  const auto header = header_of(layout);
  auto image = Image::make(header.size, header.channels, header.depth);
  if (!image) return std::unexpected(image.error());
  if (jpeg_ycbcr(layout)) TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  RowSink sink(layout, palette, *image);
  if (!read_pixels(tiff, layout, sink) || !source.error.empty()) return std::unexpected(damaged(source));
  if (layout.extra_type == EXTRASAMPLE_ASSOCALPHA && alpha(layout)) unassociate(*image);
  Metadata metadata;
  metadata.icc = blob(tiff, TIFFTAG_ICCPROFILE);
  metadata.xmp = blob(tiff, TIFFTAG_XMLPACKET);
  metadata.orientation = header.orientation;
  metadata.density = density_of(tiff);
  return Decoded{std::move(*image), std::move(metadata), {}};
}

Result<Decoded> decode(ByteView file, const Limits& limits, int /*threads*/) {
  if (auto header = read_header(file, limits); !header) return std::unexpected(header.error());
  Source source{file, 0, {}};
  const auto tiff = open(source);
  if (!tiff) return std::unexpected(damaged(source));
  // Most kinds of camera raw are TIFFs that begin with a preview.
  if (subordinate(tiff.get()))
    return fail(ErrorKind::left_alone, "its first picture is a smaller version of another, as in camera raw");
  if (const int pages = pages_of(tiff.get()); pages > 1) {
    return fail(ErrorKind::left_alone, std::to_string(pages) + " pages; only single pictures are converted");
  }
  source.error.clear();  // a fault in a further directory is none of the first picture
  const auto layout = layout_of(tiff.get());
  if (auto reason = obstacle(layout)) return fail(ErrorKind::left_alone, std::move(*reason));
  try {
    return decode_first(tiff.get(), source, layout);
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::limit, "not enough memory for the image");
  }
}

std::string libraries() {
  // "LIBTIFF, Version 4.5.0\nCopyright …"
  std::string_view text = TIFFGetVersion();
  text = text.substr(0, text.find('\n'));
  const auto space = text.rfind(' ');
  return "libtiff " + std::string(text.substr(space == text.npos ? 0 : space + 1));
}

}  // namespace

const Codec kTiff{.format = Format::tiff,
                  .name = "tiff",
                  .label = "TIFF",
                  .extensions = kExtensions,
                  .max_depth = 16,
                  .alpha = true,
                  .gray = true,
                  .cicp = false,
                  .max_side = 0x7fffffff,
                  .quality = {},
                  .samplings = {},
                  .has_lossless = true,
                  .recompresses = false,
                  .slow = false,
                  .sniff = sniff,
                  .read_header = read_header,
                  .decode = decode,
                  .encode = nullptr,
                  .libraries = libraries};

}  // namespace frugal::codec
