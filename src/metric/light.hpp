// The light that a picture shows: what its coded samples mean once their colour description is honoured.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "image/image.hpp"
#include "image/linear_colour.hpp"
#include "image/metadata.hpp"
#include "util/result.hpp"

namespace frugal::metric {

/// The greys, as coded values, that a translucent picture is laid over; the lower figure counts.
inline constexpr std::array kBackgrounds{0.1F, 0.9F};

/// True when the picture has an alpha channel and some pixel of it is not opaque.
bool translucent(const Image& image);

/// A picture as linear light of the sRGB primaries (ITU-R BT.709, D65), row by row; 1.0 is diffuse white, and
/// colours outside sRGB have values below 0 or above 1. Grey counts as red = green = blue.
///
/// Colour comes from the ICC profile, else from the code points, else it is sRGB (IEC 61966-2-1). Alpha is
/// laid over the grey that `background` is in sRGB, blended in the picture's own coded values.
///
/// Reading is thread-safe.
class Light {
 public:
  /// `image` is borrowed and must outlive the object; `background` in [0, 1]. Errors: unsupported (HDR
  /// transfer functions), damaged (a profile that cannot be used), limit (memory).
  static Result<Light> of(const Image& image, const Metadata& metadata, float background);

  /// The same of some rows of a picture, from `first_row` on, which keep the numbers that they have there.
  /// `blends`: whether that picture is translucent.
  static Result<Light> of_rows(const Image& rows, std::uint32_t first_row, bool blends,
                               const Metadata& metadata, float background);

  /// From here on the same of other rows of that picture. Errors: as of_rows.
  Result<void> move(const Image& rows, std::uint32_t first_row, const Metadata& metadata);

  /// The coded values themselves, on a scale of 0 to 1, whatever light they stand for. Errors: limit
  /// (memory).
  static Result<Light> coded(const Image& image, float background);

  Size size() const { return image().size(); }

  /// True while what is read follows changes of the borrowed picture: its colours are not a converted copy,
  /// and it still is, or is not, translucent.
  bool is_live() const { return !converted_ && blends_ == translucent(image()); }

  /// Writes the pixels [x, x + count) of row `y` to `red`, `green` and `blue`.
  void row(std::uint32_t y, std::uint32_t x, std::uint32_t count, float* red, float* green,
           float* blue) const;

  /// Turns growth with the linear light of the same pixels into growth with a coded value, by its step from
  /// one value to the next; in place. Where colours were converted it is that of the converted picture; for
  /// pictures that are translucent nowhere.
  void by_coded(std::uint32_t y, std::uint32_t x, std::uint32_t count, float* red, float* green,
                float* blue) const;

  bool blends() const { return blends_; }  ///< whether the background shows

 private:
  using Planes = std::array<float*, 3>;

  Light(const Image& image, float background, bool blends)
      : image_(&image), background_(background), blends_(blends) {}
  void match_grounds(const LinearRule& rule);
  static Result<Light> by_rule(const LinearRule& rule, Light light);
  const Image& image() const { return converted_ ? *converted_ : *image_; }
  template <class Sample>
  const Sample* pixels(std::uint32_t y, std::uint32_t x) const {
    const auto channels = static_cast<std::size_t>(image().channels());
    return image().samples<Sample>(y - first_row_).data() + std::size_t{x} * channels;
  }
  const float* table(std::size_t channel) const { return tables_.data() + channel * table_step_; }
  template <class Sample, int kChannels>
  void decode(const Sample* pixels, std::uint32_t count, Planes planes) const;
  void apply_matrix(std::uint32_t count, Planes planes) const;

  const Image* image_;
  std::unique_ptr<const Image> converted_;  // in place of image_, where its profile asks for lcms2
  std::uint32_t first_row_ = 0;
  float background_;
  std::array<float, 3> grounds_{};  // the background in the picture's own coding
  bool blends_ = false;
  std::vector<float> tables_;   // by coded value
  std::size_t table_step_ = 0;  // from one channel's table to the next; 0 where all share one
  std::optional<std::array<std::array<float, 3>, 3>> matrix_;
};

}  // namespace frugal::metric
