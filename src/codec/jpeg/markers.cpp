#include "codec/jpeg/markers.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>

#include "image/exif.hpp"

namespace frugal::codec::jpeg {

namespace {

constexpr std::string_view kExifPrefix{"Exif\0\0", 6};
constexpr std::string_view kXmpPrefix{"http://ns.adobe.com/xap/1.0/\0", 29};
constexpr std::string_view kMultiPicturePrefix{"MPF\0", 4};
constexpr std::size_t kMaxSegment = 65533;  ///< bytes of content in one marker segment

std::string_view content(const jpeg_marker_struct& marker) {
  return {reinterpret_cast<const char*>(marker.data), marker.data_length};
}

/// The content after `prefix` of the first such segment.
ByteView segment(const jpeg_decompress_struct& info, int code, std::string_view prefix) {
  for (const auto* marker = info.marker_list; marker; marker = marker->next) {
    if (marker->marker == code && content(*marker).starts_with(prefix)) {
      return as_bytes(content(*marker).substr(prefix.size()));
    }
  }
  return {};
}

Bytes icc_of(Decompressor& jpeg) {
  if (setjmp(jpeg.errors.fence)) return {};
  JOCTET* data = nullptr;
  unsigned size = 0;
  if (!jpeg_read_icc_profile(&jpeg.info, &data, &size)) return {};
  const std::unique_ptr<JOCTET, decltype(&std::free)> owner(data, &std::free);
  return {data, data + size};
}

std::optional<Density> density_of(const jpeg_decompress_struct& info) {
  const double unit = info.density_unit == 1 ? 1 / 0.0254 : info.density_unit == 2 ? 100.0 : 0.0;
  if (!info.saw_JFIF_marker || unit == 0 || info.X_density == 0 || info.Y_density == 0) return std::nullopt;
  return Density{info.X_density * unit, info.Y_density * unit};
}

void write_prefixed(jpeg_compress_struct& info, int code, std::string_view prefix, ByteView data) {
  jpeg_write_m_header(&info, code, static_cast<unsigned>(prefix.size() + data.size()));
  for (const char c : prefix) jpeg_write_m_byte(&info, static_cast<unsigned char>(c));
  for (const auto byte : data) jpeg_write_m_byte(&info, byte);
}

}  // namespace

ByteView exif_of(const jpeg_decompress_struct& info) {
  return segment(info, kExifMarker, kExifPrefix);
}

bool is_multi_picture(const jpeg_decompress_struct& info) {
  return !segment(info, kIccMarker, kMultiPicturePrefix).empty();
}

Metadata metadata_of(Decompressor& jpeg) {
  Metadata metadata;
  const auto exif = exif_of(jpeg.info);
  metadata.exif.assign(exif.begin(), exif.end());
  metadata.orientation = exif_orientation(exif);
  const auto xmp = segment(jpeg.info, kExifMarker, kXmpPrefix);
  metadata.xmp.assign(xmp.begin(), xmp.end());
  metadata.icc = icc_of(jpeg);
  metadata.density = density_of(jpeg.info);
  return metadata;
}

Result<void> check_metadata(const Metadata& metadata) {
  if (metadata.exif.size() + kExifPrefix.size() > kMaxSegment) {
    return fail(ErrorKind::left_alone, "more EXIF data than a JPEG holds; --metadata safe drops most of it");
  }
  if (metadata.xmp.size() + kXmpPrefix.size() > kMaxSegment) {
    return fail(ErrorKind::left_alone, "more XMP data than a JPEG holds; --metadata safe drops it");
  }
  return {};
}

void set_density(jpeg_compress_struct& info, const Metadata& metadata) {
  if (!metadata.density) return;
  const auto per_inch = [](double per_metre) {
    return static_cast<UINT16>(std::clamp(std::lround(per_metre * 0.0254), 1L, 65535L));
  };
  info.density_unit = 1;
  info.X_density = per_inch(metadata.density->x);
  info.Y_density = per_inch(metadata.density->y);
}

void write_metadata(jpeg_compress_struct& info, const Metadata& metadata) {
  if (!metadata.exif.empty()) write_prefixed(info, kExifMarker, kExifPrefix, metadata.exif);
  if (!metadata.xmp.empty()) write_prefixed(info, kExifMarker, kXmpPrefix, metadata.xmp);
  if (!metadata.icc.empty()) {
    jpeg_write_icc_profile(&info, metadata.icc.data(), static_cast<unsigned>(metadata.icc.size()));
  }
}

}  // namespace frugal::codec::jpeg
