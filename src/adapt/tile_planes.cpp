// Loops over whole rows of 16-bit integers without branches, which compilers turn into vector instructions.
#include "adapt/tile_planes.hpp"

#include <algorithm>
#include <numeric>
#include <span>

namespace frugal::adapt {

namespace {

/// One row of samples of each channel, as long as a plane's.
using Channel = std::array<std::uint16_t, kPlaneStride>;
using Channels = std::array<Channel, 4>;

/// The pixels that a tile's planes hold, with the border that the picture has for it.
struct Window {
  std::uint32_t left, top, right, bottom;  // in the picture, ends excluded
  std::uint32_t x, y;                      // of the tile
};

template <class Sample, int kChannels>
void separate(const Sample* pixels, std::uint32_t count, std::size_t to, Channels& out) {
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t c = 0; c < kChannels; ++c) out[c][to + i] = pixels[i * kChannels + c];
  }
}

template <class Sample>
void separate_row(const Sample* row, int channels, const Window& window, Channels& out) {
  const Sample* pixels = row + std::size_t{window.left} * static_cast<std::size_t>(channels);
  const std::uint32_t count = window.right - window.left;
  const std::size_t to = window.left + 1 - window.x;
  if (channels == 1) return separate<Sample, 1>(pixels, count, to, out);
  if (channels == 2) return separate<Sample, 2>(pixels, count, to, out);
  if (channels == 3) return separate<Sample, 3>(pixels, count, to, out);
  separate<Sample, 4>(pixels, count, to, out);
}

/// To the nearest of 8 bits. Both integers are below 2^24 and no quotient is so near to the next integer that
/// it would be rounded up to it, so that the division is as exact as one of integers.
void reduce(Channel& channel, std::uint32_t max) {
  const auto half = static_cast<int>(max / 2);
  const auto divisor = static_cast<float>(max);
  for (auto& sample : channel) {
    const auto quotient = static_cast<float>(sample * 255 + half) / divisor;
    sample = static_cast<std::uint16_t>(static_cast<int>(quotient));
  }
}

/// Lays a row over mid grey: (v a + 128 (255 - a)) / 255, to the nearest.
void lay_over_grey(const Channel& alpha, Channel& channel) {
  for (std::size_t i = 0; i < channel.size(); ++i) {
    const auto sum = static_cast<std::uint16_t>(channel[i] * alpha[i] + 128U * (255U - alpha[i]) + 128U);
    channel[i] = static_cast<std::uint16_t>((sum + (sum >> 8U)) >> 8U);
  }
}

/// The row as 8 bits, opaque.
void load(const Image& image, std::uint32_t y, const Window& window, Channels& out) {
  with_samples(image, [&](auto zero) {
    separate_row(image.samples<decltype(zero)>(y).data(), image.channels(), window, out);
  });
  const auto channels = std::span(out).first(static_cast<std::size_t>(image.channels()));
  if (image.depth() > 8) {
    for (auto& channel : channels) reduce(channel, image.max_value());
  }
  if (!image.alpha()) return;
  for (auto& channel : channels.first(channels.size() - 1)) lay_over_grey(channels.back(), channel);
}

/// ITU-R BT.601 in 8-bit fixed point, exact for greys.
void to_ycbcr(const Channel& red, const Channel& green, const Channel& blue, std::int16_t* __restrict luma,
              std::int16_t* __restrict cb, std::int16_t* __restrict cr) {
  for (std::size_t i = 0; i < kPlaneStride; ++i) {
    const auto y = static_cast<std::uint16_t>(77 * red[i] + 150 * green[i] + 29 * blue[i] + 128);
    const auto u = static_cast<std::int16_t>(127 * blue[i] - 43 * red[i] - 84 * green[i] + 128);
    const auto v = static_cast<std::int16_t>(127 * red[i] - 106 * green[i] - 21 * blue[i] + 128);
    luma[i] = static_cast<std::int16_t>(y >> 8);
    cb[i] = static_cast<std::int16_t>(u >> 8);
    cr[i] = static_cast<std::int16_t>(v >> 8);
  }
}

/// Multiplicative hashing: odd factors without a simple relation.
void hash_row(const Channel& red, const Channel& green, const Channel& blue, Channel& hashes) {
  for (std::size_t i = 0; i < kPlaneStride; ++i) {
    hashes[i] = static_cast<std::uint16_t>(40503U * red[i] + 30011U * green[i] + 20323U * blue[i]);
  }
}

/// The sample after `last` on the straight line from `before`.
std::int16_t continued(std::int16_t last, std::int16_t before) {
  return static_cast<std::int16_t>(2 * last - before);
}

/// Fills the places of border rows and columns that lie outside of the picture.
void extend(TilePlane& plane, const Image& image, const Window& window) {
  const int top = window.top < window.y ? -1 : 0;
  const auto bottom = static_cast<int>(window.bottom - window.y);
  const auto right = static_cast<std::ptrdiff_t>(window.right - window.x);
  const bool narrow = image.width() == 1;
  for (int y = top; y < bottom; ++y) {
    std::int16_t* row = plane.row(y);
    if (window.left == window.x) row[-1] = continued(row[0], row[narrow ? 0 : 1]);
    if (window.right == image.width()) row[right] = continued(row[right - 1], row[right - (narrow ? 1 : 2)]);
  }
  const int step = image.height() == 1 ? 0 : 1;
  for (std::ptrdiff_t x = -1; x < static_cast<std::ptrdiff_t>(kPlaneStride) - 1; ++x) {
    if (top == 0) plane.row(-1)[x] = continued(plane.row(0)[x], plane.row(step)[x]);
    if (window.bottom == image.height())
      plane.row(bottom)[x] = continued(plane.row(bottom - 1)[x], plane.row(bottom - 1 - step)[x]);
  }
}

}  // namespace

std::uint32_t ColourSet::count() const {
  return std::accumulate(seen_.begin(), seen_.end(), 0U);
}

void TilePlanes::take(const Image& image, std::uint32_t column, std::uint32_t row) {
  const std::uint32_t x = column * kTileSide;
  const std::uint32_t y = row * kTileSide;
  width = std::min(kTileSide, image.width() - x);
  height = std::min(kTileSide, image.height() - y);
  const Window window{x - std::min(x, 1U),
                      y - std::min(y, 1U),
                      std::min(x + width + 1, image.width()),
                      std::min(y + height + 1, image.height()),
                      x,
                      y};
  colours.clear();
  Channels channels{};
  Channel hashes;
  const std::size_t green = image.gray() ? 0 : 1;
  const std::size_t blue = 2 * green;
  for (std::uint32_t at = window.top; at < window.bottom; ++at) {
    load(image, at, window, channels);
    const int to = static_cast<int>(at) - static_cast<int>(y);
    to_ycbcr(channels[0], channels[green], channels[blue], luma.row(to) - 1, cb.row(to) - 1, cr.row(to) - 1);
    if (at < y || at >= y + height) continue;
    hash_row(channels[0], channels[green], channels[blue], hashes);
    for (std::size_t i = 1; i <= width; ++i) colours.add(hashes[i]);
  }
  for (auto* plane : {&luma, &cb, &cr}) extend(*plane, image, window);
}

}  // namespace frugal::adapt
