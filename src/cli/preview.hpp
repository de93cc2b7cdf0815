// Small versions of a picture for a page, as data URIs.
#pragma once

#include <cstdint>
#include <string>

#include "image/image.hpp"
#include "image/metadata.hpp"
#include "metric/ssimulacra2.hpp"
#include "util/result.hpp"

namespace frugal::cli {

/// What PNG encodes are worth that somebody looks at once and waits for: at 5 a map takes ten times as long.
inline constexpr int kPreviewEffort = 2;

/// `image` with 8 bits a sample, its longest side at most `longest` pixels: each pixel the mean of those that
/// it stands for. Errors: limit (memory).
Result<Image> reduced(const Image& image, std::uint32_t longest);

/// A part of `image`, which it must lie in, with 8 bits a sample. Errors: limit (memory).
Result<Image> cropped(const Image& image, const metric::Area& area);

/// How much stronger than it is `difference_of` shows a difference.
inline constexpr int kDifferenceGain = 8;

/// Where two pictures of one size and 8 bits differ, grey on black: the mean of their colour channels'
/// differences, as far as they are opaque, kDifferenceGain times as strong. Errors: limit (memory).
Result<Image> difference_of(const Image& a, const Image& b);

/// The picture as "data:image/png;base64,…", or as a JPEG where `photo` and opaque, in the colours that
/// `metadata` describes. Takes pictures of 8 bits. Errors: those of Codec::encode.
Result<std::string> data_uri(Image image, const Metadata& metadata, bool photo);

}  // namespace frugal::cli
