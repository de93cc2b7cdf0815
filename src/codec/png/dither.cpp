#include "codec/png/dither.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace frugal::codec::png {

namespace {

constexpr std::size_t kChannels = 4;

/// A colour, its samples weighted so that equal distances look about equal, and multiplied by alpha.
using Point = std::array<float, kChannels>;
constexpr Point kWeights{0.7F, 1.0F, 0.5F, 1.2F};
constexpr float kMost = 255;

/// The part of an error that is passed on where all around point the same way. By bytes at equal SSIMULACRA2:
/// passing on all of it costs more than it brings.
constexpr float kPassedOn = 0.8F;

/// An error is passed on up to this distance: more would make a coloured rim where no colour is near.
constexpr float kMostError = 32;

/// Errors are compared within so many pixels around.
constexpr int kAround = 2;

Point point_of(const std::uint8_t* rgba) {
  const float alpha = static_cast<float>(rgba[3]) / kMost;
  Point point;
  for (std::size_t c = 0; c < 3; ++c) point[c] = kWeights[c] * static_cast<float>(rgba[c]) * alpha;
  point[3] = kWeights[3] * static_cast<float>(rgba[3]);
  return point;
}

float squared_distance(const Point& a, const Point& b) {
  float sum = 0;
  for (std::size_t c = 0; c < kChannels; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
  return sum;
}

/// The palette, to find the nearest of its colours.
class Lookup {
 public:
  explicit Lookup(std::span<const Color> palette) : distances_(palette.size()) {
    for (const auto& color : palette) points_.push_back(point_of(color.data()));
    for (const auto& point : points_) {
      for (std::size_t c = 0; c < kChannels; ++c) planes_[c].push_back(point[c]);
    }
    halfway_.assign(points_.size(), std::numeric_limits<float>::infinity());
    for (std::size_t i = 0; i < points_.size(); ++i) {
      for (std::size_t j = 0; j < points_.size(); ++j) {
        if (i != j) halfway_[i] = std::min(halfway_[i], squared_distance(points_[i], points_[j]) / 4);
      }
    }
  }

  const Point& operator[](std::size_t i) const { return points_[i]; }

  /// Its number. `guess` is looked at first.
  std::size_t nearest(const Point& to, std::size_t guess) {
    if (squared_distance(points_[guess], to) < halfway_[guess]) return guess;
    std::ranges::fill(distances_, 0.0F);
    for (std::size_t c = 0; c < kChannels; ++c) {
      for (std::size_t i = 0; i < distances_.size(); ++i) {
        const float off = planes_[c][i] - to[c];
        distances_[i] += off * off;
      }
    }
    return static_cast<std::size_t>(std::ranges::min_element(distances_) - distances_.begin());
  }

 private:
  std::vector<Point> points_;
  std::array<std::vector<float>, kChannels> planes_;
  std::vector<float> halfway_;  ///< squared distance half way to the nearest other colour
  std::vector<float> distances_;
};

/// Tells, row by row from the top, where the errors of nearest colours point the same way.
class Bands {
 public:
  Bands(const Image& image, Lookup& lookup) : image_(image), lookup_(lookup), shares_(image.width()) {
    for (auto& row : rows_) row.resize(image.width());
    for (std::uint32_t y = 0; y < kAround && y < image.height(); ++y) measure(y);
  }

  /// For each pixel of row `y` from 0 (they cancel out) to 1 (all the same). To be asked in order.
  const std::vector<float>& row(std::uint32_t y) {
    if (y + kAround < image_.height()) measure(y + kAround);
    const auto first = y - std::min<std::uint32_t>(y, kAround);
    const auto last = std::min(y + kAround, image_.height() - 1);
    const auto width = static_cast<std::ptrdiff_t>(image_.width());
    Window window;
    for (std::ptrdiff_t x = -kAround; x < width; ++x) {
      for (auto j = first; j <= last; ++j) {
        if (x + kAround < width) window.add(at(j, x + kAround), 1);
        if (x > kAround) window.add(at(j, x - kAround - 1), -1);
      }
      if (x >= 0) shares_[static_cast<std::size_t>(x)] = window.share();
    }
    return shares_;
  }

 private:
  /// Errors in whole units, so that sums come out the same however they are made up.
  using Error = std::array<std::int32_t, kChannels>;
  static constexpr float kUnits = 16;

  struct Window {
    std::array<std::int64_t, kChannels> sum{};
    std::int64_t squares = 0;
    std::int64_t count = 0;

    void add(const Error& error, int sign) {
      count += sign;
      for (std::size_t c = 0; c < kChannels; ++c) {
        sum[c] += std::int64_t{sign} * error[c];
        squares += std::int64_t{sign} * error[c] * error[c];
      }
    }

    /// The length of the mean error beside the root of the mean square.
    float share() const {
      if (squares == 0) return 0;
      double mean = 0;
      for (const auto part : sum) mean += static_cast<double>(part) * static_cast<double>(part);
      return static_cast<float>(
          std::sqrt(mean / (static_cast<double>(count) * static_cast<double>(squares))));
    }
  };

  static constexpr std::uint32_t kRows = 2 * kAround + 1;

  const Error& at(std::uint32_t y, std::ptrdiff_t x) const {
    return rows_[y % kRows][static_cast<std::size_t>(x)];
  }

  void measure(std::uint32_t y) {
    std::size_t nearest = 0;
    for (std::uint32_t x = 0; x < image_.width(); ++x) {
      const auto point = point_of(image_.row(y) + kChannels * x);
      nearest = lookup_.nearest(point, nearest);
      for (std::size_t c = 0; c < kChannels; ++c) {
        rows_[y % kRows][x][c] =
            static_cast<std::int32_t>(std::lround((point[c] - lookup_[nearest][c]) * kUnits));
      }
    }
  }

  const Image& image_;
  Lookup& lookup_;
  std::array<std::vector<Error>, kRows> rows_;
  std::vector<float> shares_;
};

/// Passes errors on from pixel to pixel.
class Diffusion {
 public:
  explicit Diffusion(std::uint32_t width) : here_(width + 2), below_(width + 2) {}

  /// What has come to pixel `x` of the row.
  const Point& at(std::uint32_t x) const { return here_[x + 1]; }

  /// `step`: 1 where the row is gone through from left to right, else -1.
  void pass_on(std::uint32_t x, int step, const Point& error) {
    const std::size_t i = x + std::size_t{1};
    const std::size_t ahead = step > 0 ? i + 1 : i - 1;
    const std::size_t behind = step > 0 ? i - 1 : i + 1;
    for (std::size_t c = 0; c < kChannels; ++c) {
      here_[ahead][c] += error[c] * 7 / 16;
      below_[behind][c] += error[c] * 3 / 16;
      below_[i][c] += error[c] * 5 / 16;
      below_[ahead][c] += error[c] * 1 / 16;
    }
  }

  void next_row() {
    std::swap(here_, below_);
    std::ranges::fill(below_, Point{});
  }

 private:
  std::vector<Point> here_;  ///< with a pixel more at each end
  std::vector<Point> below_;
};

void draw_nearest(const Image& image, std::span<const Color> palette, Lookup& lookup, Image& drawn) {
  std::size_t nearest = 0;
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    for (std::uint32_t x = 0; x < image.width(); ++x) {
      nearest = lookup.nearest(point_of(image.row(y) + kChannels * x), nearest);
      std::ranges::copy(palette[nearest], drawn.row(y) + kChannels * x);
    }
  }
}

void draw_dithered(const Image& image, std::span<const Color> palette, Lookup& lookup, float level,
                   Image& drawn) {
  Bands bands(image, lookup);
  Diffusion diffusion(image.width());
  std::size_t nearest = 0;
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    const auto& shares = bands.row(y);
    const bool forward = y % 2 == 0;
    for (std::uint32_t k = 0; k < image.width(); ++k) {
      const std::uint32_t x = forward ? k : image.width() - 1 - k;
      auto wanted = point_of(image.row(y) + kChannels * x);
      for (std::size_t c = 0; c < kChannels; ++c) {
        const float error = std::clamp(diffusion.at(x)[c] * level * shares[x], -kMostError, kMostError);
        wanted[c] = std::clamp(wanted[c] + error, 0.0F, kWeights[c] * kMost);
      }
      nearest = lookup.nearest(wanted, nearest);
      for (std::size_t c = 0; c < kChannels; ++c) wanted[c] -= lookup[nearest][c];
      diffusion.pass_on(x, forward ? 1 : -1, wanted);
      std::ranges::copy(palette[nearest], drawn.row(y) + kChannels * x);
    }
    diffusion.next_row();
  }
}

}  // namespace

Result<Image> drawn_with(const Image& image, std::span<const Color> palette, double dithering) try {
  auto drawn = Image::make(image.size(), image.channels(), image.depth());
  if (!drawn) return drawn;
  Lookup lookup(palette);
  const auto level = static_cast<float>(dithering) * kPassedOn;
  if (level > 0) {
    draw_dithered(image, palette, lookup, level, *drawn);
  } else {
    draw_nearest(image, palette, lookup, *drawn);
  }
  return drawn;
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

}  // namespace frugal::codec::png
