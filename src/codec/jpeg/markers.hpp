// What a JPEG says about its picture beside the samples: EXIF, XMP, ICC profile and density.
#pragma once

#include "codec/jpeg/handles.hpp"
#include "image/metadata.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::jpeg {

/// The EXIF block (a TIFF structure) of an open file; empty where there is none. Valid until the file is
/// read to its end, as the library's other markers are.
ByteView exif_of(const jpeg_decompress_struct& info);

/// True when the file holds further pictures (CIPA DC-007, the multi-picture format).
bool is_multi_picture(const jpeg_decompress_struct& info);

/// All metadata of an open file.
Metadata metadata_of(Decompressor& jpeg);

/// Error: left_alone where EXIF or XMP does not fit one marker segment.
Result<void> check_metadata(const Metadata& metadata);

/// Puts the density where the JFIF header is taken from. To be called before the library starts to write.
void set_density(jpeg_compress_struct& info, const Metadata& metadata);

/// Writes the segments of metadata that passed check_metadata. To be called behind the fence, once the
/// library has begun the file.
void write_metadata(jpeg_compress_struct& info, const Metadata& metadata);

}  // namespace frugal::codec::jpeg
