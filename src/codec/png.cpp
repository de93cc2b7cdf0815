// PNG through libpng.
#include <png.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <csetjmp>
#include <cstring>
#include <new>
#include <optional>
#include <vector>

#include "codec/png/chunks.hpp"
#include "codec/png/few_colors.hpp"
#include "codec/png/inflate.hpp"
#include "codec/png/layout.hpp"
#include "codec/png/quantize.hpp"
#include "codec/png/reader.hpp"
#include "codec/png/row_deflater.hpp"
#include "codec/png/squeeze.hpp"
#include "codec/png/zopfli.hpp"
#include "codec/table.hpp"
#include "image/colour.hpp"
#include "image/exif.hpp"
#include "image/orient.hpp"

namespace frugal::codec {

namespace {

using png::Fence;
using png::Reader;

constexpr std::array<std::string_view, 1> kExtensions{"png"};
constexpr std::string_view kSignature{"\x89PNG\r\n\x1a\n", 8};

Bytes exif_of(const Reader& reader) {
  png_uint_32 size = 0;
  png_bytep data = nullptr;
  if (!png_get_eXIf_1(reader.png, reader.info, &size, &data)) return {};
  return {data, data + size};
}

bool nearly(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance;
}

bool nearly(const std::array<double, 2>& a, const std::array<double, 2>& b) {
  return nearly(a[0], b[0], 0.005) && nearly(a[1], b[1], 0.005);
}

bool nearly_srgb(const Chromaticities& c) {
  return nearly(c.white, kSrgbChromaticities.white) && nearly(c.red, kSrgbChromaticities.red) &&
         nearly(c.green, kSrgbChromaticities.green) && nearly(c.blue, kSrgbChromaticities.blue);
}

/// gAMA and cHRM say the colour where nothing better does (PNG 3rd edition, 4.3).
std::optional<PowerColour> power_of(const Reader& reader) {
  PowerColour power;
  if (!png_get_gAMA_fixed(reader.png, reader.info, &power.gamma) || power.gamma <= 0) return std::nullopt;
  std::array<png_fixed_point, 8> p{};
  if (png_get_cHRM_fixed(reader.png, reader.info, p.data(), &p[1], &p[2], &p[3], &p[4], &p[5], &p[6], &p[7]))
    power.primaries = p;
  return power;
}

/// By a profile other formats are told. Empty for sRGB.
Bytes profile_of(const PowerColour& power, bool gray) {
  constexpr double kUnit = PNG_FP_1;
  constexpr double kSrgbGamma = 0.45455;
  Chromaticities c = kSrgbChromaticities;
  if (power.primaries) {
    const auto at = [&](std::size_t i) {
      return std::array{(*power.primaries)[i] / kUnit, (*power.primaries)[i + 1] / kUnit};
    };
    c = {at(0), at(2), at(4), at(6)};
  }
  const double gamma = power.gamma / kUnit;
  if (nearly(gamma, kSrgbGamma, 0.01) && (gray || nearly_srgb(c))) return {};
  return gray ? gray_gamma_profile(1 / gamma) : gamma_profile(c, 1 / gamma);
}

bool says_more_than_power(const Reader& reader) {
  return png_get_valid(reader.png, reader.info, PNG_INFO_iCCP | PNG_INFO_sRGB) != 0;
}

Bytes icc_of(const Reader& reader) {
  png_charp name = nullptr;
  int compression = 0;
  png_bytep profile = nullptr;
  png_uint_32 size = 0;
  if (!png_get_iCCP(reader.png, reader.info, &name, &compression, &profile, &size)) return {};
  return {profile, profile + size};
}

std::optional<Density> density_of(const Reader& reader) {
  png_uint_32 x = 0;
  png_uint_32 y = 0;
  int unit = PNG_RESOLUTION_UNKNOWN;
  if (!png_get_pHYs(reader.png, reader.info, &x, &y, &unit) || unit != PNG_RESOLUTION_METER || x == 0 ||
      y == 0) {
    return std::nullopt;
  }
  return Density{static_cast<double>(x), static_cast<double>(y)};
}

Metadata metadata_of(const Reader& reader, const Header& header, const png::Chunks& chunks) {
  Metadata metadata;
  metadata.exif = exif_of(reader);
  metadata.orientation = exif_orientation(metadata.exif);
  metadata.xmp = chunks.xmp;
  metadata.density = density_of(reader);
  if (chunks.cicp) {
    if (!means_srgb(*chunks.cicp)) metadata.cicp = chunks.cicp;
  } else if (says_more_than_power(reader)) {
    metadata.icc = icc_of(reader);
  } else {
    metadata.power = power_of(reader);
    if (metadata.power) metadata.icc = profile_of(*metadata.power, header.channels <= 2);
  }
  return metadata;
}

bool sniff(ByteView head) {
  return as_chars(head).starts_with(kSignature);
}

/// Of a file whose chunks were read.
Result<Header> header_within(ByteView file, const Limits& limits) {
  Reader reader(file, limits);
  if (!png::open(reader)) return std::unexpected(reader.error());
  auto header = png::header_of(reader);
  header.orientation = exif_orientation(exif_of(reader));
  if (auto fits = check_limits(header.size, limits); !fits) return std::unexpected(fits.error());
  return header;
}

Result<Header> read_header(ByteView file, const Limits& limits) try {
  if (const auto chunks = png::read_chunks(file, limits); !chunks) return std::unexpected(chunks.error());
  return header_within(file, limits);
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

Result<Decoded> decode(ByteView file, const Limits& limits, int /*threads*/) try {
  const auto chunks = png::read_chunks(file, limits);
  if (!chunks) return std::unexpected(chunks.error());
  if (chunks->animated) return fail(ErrorKind::left_alone, "an animation; only still pictures are converted");
  const auto header = header_within(file, limits);
  if (!header) return std::unexpected(header.error());
  const auto stored = limits.room == Room::ample ? png::inflated(file) : std::nullopt;
  if (!stored && png::overflows(file)) {
    return fail(ErrorKind::damaged, "damaged PNG: its pixel data are far more than its size takes");
  }
  Reader reader(stored ? stored->view() : file, limits);
  if (!png::open(reader)) return std::unexpected(reader.error());
  if (stored) png::trust_checksums(reader);
  auto image = Image::make(header->size, header->channels, header->depth);
  if (!image) return std::unexpected(image.error());
  std::vector<png_bytep> rows(image->height());
  for (std::uint32_t y = 0; y < image->height(); ++y) rows[y] = image->row(y);
  if (!png::read_rows(reader, rows.data(), image->row_bytes())) return std::unexpected(reader.error());
  Decoded decoded{std::move(*image), metadata_of(reader, *header, *chunks), {}};
  if (chunks->trailing_data) decoded.extras.emplace_back("data after the end of the picture");
  return decoded;
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

Result<OpenedRows> open_rows(ByteView file, const Limits& limits) try {
  const auto chunks = png::read_chunks(file, limits);
  if (!chunks) return std::unexpected(chunks.error());
  auto reader = std::make_unique<Reader>(file, limits);
  if (!png::open(*reader)) return std::unexpected(reader->error());
  if (png_get_interlace_type(reader->png, reader->info) != PNG_INTERLACE_NONE)
    return fail(ErrorKind::unsupported, "an interlaced PNG is read whole");
  auto metadata = metadata_of(*reader, png::header_of(*reader), *chunks);
  return OpenedRows{std::make_unique<png::RowByRow>(std::move(reader)), std::move(metadata)};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

/// Samples of 9 to 15 bits are stored stretched to 16; sBIT keeps how many of them count.
Result<std::optional<Image>> stretched(const Image& image) {
  if (image.depth() <= 8 || image.depth() == 16) return std::nullopt;
  auto wide = Image::make(image.size(), image.channels(), 16);
  if (!wide) return std::unexpected(wide.error());
  const std::uint32_t max = image.max_value();
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    std::ranges::transform(
        image.samples<std::uint16_t>(y), wide->samples<std::uint16_t>(y).begin(),
        [max](std::uint32_t v) { return static_cast<std::uint16_t>(rescale(v, max, 65535)); });
  }
  return std::optional<Image>(std::move(*wide));
}

struct Writer {
  Fence fence{};
  Bytes output;
  png_structp png = nullptr;
  png_infop info = nullptr;

  Writer() {
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &fence, png::on_error, png::on_warning);
    if (png) info = png_create_info_struct(png);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { png_destroy_write_struct(&png, &info); }
};

void on_write(png_structp png, png_bytep data, std::size_t size) {
  auto* writer = static_cast<Writer*>(png_get_io_ptr(png));
  bool full = false;
  try {
    writer->output.insert(writer->output.end(), data, data + size);
  } catch (const std::bad_alloc&) {
    full = true;
  }
  if (full) png_error(png, "not enough memory");
}

void on_flush(png_structp /*png*/) {}

/// `power` where the profile is still the one that was made from it: shorter, and what viewers of the source
/// saw.
void set_colour(png_structp png, png_infop info, const Metadata& metadata, const PowerColour* power) {
  if (power) {
    png_set_gAMA_fixed(png, info, power->gamma);
    if (const auto& p = power->primaries)
      png_set_cHRM_fixed(png, info, (*p)[0], (*p)[1], (*p)[2], (*p)[3], (*p)[4], (*p)[5], (*p)[6], (*p)[7]);
  } else if (!metadata.icc.empty()) {
    png_set_iCCP(png, info, "icc", PNG_COMPRESSION_TYPE_BASE, metadata.icc.data(),
                 static_cast<png_uint_32>(metadata.icc.size()));
  }
}

void set_metadata(png_structp png, png_infop info, const Metadata& metadata) {
  if (!metadata.exif.empty()) {
    // The library copies the block; its type only does not say so.
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(metadata.exif.size()),
                   const_cast<png_bytep>(metadata.exif.data()));
  }
  if (metadata.density) {
    png_set_pHYs(png, info, static_cast<png_uint_32>(std::lround(metadata.density->x)),
                 static_cast<png_uint_32>(std::lround(metadata.density->y)), PNG_RESOLUTION_METER);
  }
}

void set_xmp(png_structp png, png_infop info, png_charp packet, std::size_t size) {
  char keyword[] = "XML:com.adobe.xmp";
  char none[] = "";
  png_text text{};
  text.compression = PNG_ITXT_COMPRESSION_NONE;
  text.key = keyword;
  text.text = packet;
  text.itxt_length = size;
  text.lang = none;
  text.lang_key = none;
  png_set_text(png, info, &text, 1);
}

void set_significant_bits(png_structp png, png_infop info, int depth) {
  const auto bits = static_cast<png_byte>(depth);
  const png_color_8 significant{bits, bits, bits, bits, bits};
  png_set_sBIT(png, info, &significant);
}

/// The chunks that the pixels cannot do without.
void set_pixels(png_structp png, png_infop info, const png::Layout& layout) {
  png_set_IHDR(png, info, layout.size.width, layout.size.height, layout.bits, static_cast<int>(layout.type),
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (!layout.palette.empty()) {
    std::array<png_color, PNG_MAX_PALETTE_LENGTH> colors{};
    std::array<png_byte, PNG_MAX_PALETTE_LENGTH> alpha{};
    for (std::size_t i = 0; i < layout.palette.size(); ++i) {
      const auto& color = layout.palette[i];
      colors[i] = {color[0], color[1], color[2]};
      alpha[i] = color[3];
    }
    png_set_PLTE(png, info, colors.data(), static_cast<int>(layout.palette.size()));
    if (const auto entries = static_cast<int>(layout.alpha_entries()); entries > 0)
      png_set_tRNS(png, info, alpha.data(), entries, nullptr);
  }
  if (layout.key) {
    const auto& key = *layout.key;
    const png_color_16 transparent{0, key[0], key[1], key[2], key[0]};
    png_set_tRNS(png, info, nullptr, 0, &transparent);
  }
}

/// A zlib stream that is there, piece by piece: a chunk holds less than 2 GiB.
class Pieces {
 public:
  explicit Pieces(ByteView stream) : rest_(stream) {}
  ByteView next() {
    constexpr std::size_t kMostInAChunk = 0x7fffffff;
    const auto piece = rest_.first(std::min(kMostInAChunk, rest_.size()));
    rest_ = rest_.subspan(piece.size());
    return piece;
  }

 private:
  ByteView rest_;
};

/// Writes the file into `writer.output`; false: `fence` says why. `stream.next()` gives the pieces of the
/// pixels' zlib stream. `significant` is the depth of the samples before stretching, `xmp` a packet ending in
/// NUL or empty. Throws what `stream` does.
template <class Stream>
bool write(Writer& writer, const png::Layout& layout, Stream& stream, const Metadata& metadata,
           const PowerColour* power, Bytes& xmp, int significant) {
  if (!writer.info) return false;
  if (setjmp(writer.fence.point)) return false;
  png_structp png = writer.png;
  png_infop info = writer.info;
  png_set_write_fn(png, &writer, on_write, on_flush);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_option(png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);  // profiles travel as they are
  png_set_benign_errors(png, 1);
  set_pixels(png, info, layout);
  set_colour(png, info, metadata, power);
  set_metadata(png, info, metadata);
  if (!xmp.empty()) set_xmp(png, info, reinterpret_cast<png_charp>(xmp.data()), xmp.size() - 1);
  if (layout.bits == 16 && significant < 16) set_significant_bits(png, info, significant);
  png_write_info(png, info);
  // The library would filter and deflate by itself.
  for (auto piece = stream.next(); !piece.empty(); piece = stream.next())
    png_write_chunk(png, reinterpret_cast<png_const_bytep>("IDAT"), piece.data(), piece.size());
  png_write_chunk(png, reinterpret_cast<png_const_bytep>("IEND"), nullptr, 0);
  return true;
}

Result<Bytes> encode(const Image& image, const Metadata& metadata, const EncodeParams& params) try {
  auto wide = stretched(image);
  if (!wide) return std::unexpected(wide.error());
  const auto& picture = *wide ? **wide : image;
  Bytes xmp = metadata.xmp;
  if (!xmp.empty()) xmp.push_back(0);
  const bool by_power =
      metadata.power && !metadata.icc.empty() && profile_of(*metadata.power, image.gray()) == metadata.icc;
  const auto* power = by_power ? &*metadata.power : nullptr;
  Writer writer;
  const auto written = [&](const png::Layout& layout, auto&& stream) -> Result<Bytes> {
    if (write(writer, layout, stream, metadata, power, xmp, image.depth())) return std::move(writer.output);
    return fail(ErrorKind::internal, std::string("libpng: ") + writer.fence.message);
  };
  const bool keep_model = !metadata.icc.empty();
  if (params.room != Room::ample) {
    const auto layout = png::layout_of(picture, keep_model);
    writer.output.reserve(layout.bytes().size());  // takes no memory until it is written to; growing would
    return written(layout, png::RowDeflater(layout.rows(), params.effort));
  }
  const auto layouts = png::layouts_of(picture, keep_model);
  const auto best = png::squeezed(layouts, params.effort, params.threads);
  return written(layouts[best.layout], Pieces(best.stream));
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

Result<Bytes> encode_lossy(const Image& image, const Metadata& metadata, const EncodeParams& params) try {
  if (params.lossless) return encode(image, metadata, params);
  const auto few = png::in_few_colors(image, params.quality, params.effort);
  if (!few) return std::unexpected(few.error());
  return encode(*few, metadata, params);
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

std::string libraries() {
  auto text = std::string("libpng ") + png_get_libpng_ver(nullptr) + ", " + png::inflate_library();
  if (const auto zopfli = png::zopfli_library(); !zopfli.empty()) text += ", " + zopfli;
  if (const auto palette = png::palette_library(); !palette.empty()) text += ", " + palette;
  return text;
}

}  // namespace

const Codec kPng{.format = Format::png,
                 .name = "png",
                 .label = "PNG",
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
                 .open_rows = open_rows,
                 .encode = encode,
                 .libraries = libraries};

namespace {

constexpr std::array kSamplings{Chroma::by_quality};

/// The same coder, which may also leave colours out.
Codec losing_colors(Codec codec) {
  codec.quality = {png::kFewestColors, png::kFullDithering, 1};
  codec.samplings = kSamplings;
  codec.encode = encode_lossy;
  return codec;
}

}  // namespace

const Codec kLossyPng = losing_colors(kPng);

}  // namespace frugal::codec
