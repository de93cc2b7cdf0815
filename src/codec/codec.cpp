#include "codec/codec.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "codec/png/quantize.hpp"
#include "codec/table.hpp"

namespace frugal::codec {

namespace {

/// Formats that frugal can name but not read: signatures at a fixed place.
struct Signature {
  std::size_t offset;
  std::string_view bytes;
  std::string_view label;
};

using namespace std::string_view_literals;

constexpr auto kUnread = std::to_array<Signature>({
    {0, "GIF8"sv, "GIF"},
    {0, "BM"sv, "BMP"},
    {0, "\0\0\0\x0cjP  \r\n\x87\n"sv, "JPEG 2000"},
    {0, "\xff\x4f\xff\x51"sv, "JPEG 2000"},
    {0, "\0\0\0\x0cJXL \r\n\x87\n"sv, "JPEG XL"},
    {0, "\xff\x0a"sv, "JPEG XL"},
    {0, "8BPS"sv, "Photoshop"},
    {0, "\0\0\1\0"sv, "ICO"},
    {0, "qoif"sv, "QOI"},
    {0, "\x76\x2f\x31\x01"sv, "OpenEXR"},
    {0, "#?RADIANCE"sv, "Radiance HDR"},
    {0, "DDS "sv, "DDS"},
    {0, "gimp xcf"sv, "XCF"},
    {0, "FUJIFILMCCD-RAW"sv, "camera raw"},
    {0, "IIRO"sv, "camera raw"},
    {8, "CR\x02"sv, "camera raw"},
    {4, "ftypcrx "sv, "camera raw"},
    {0, "<svg"sv, "SVG"},
});

bool starts_with(ByteView head, const Signature& signature) {
  return as_chars(head).substr(std::min(signature.offset, head.size())).starts_with(signature.bytes);
}

/// BMP's two letters alone would claim any text that starts so: its header's fixed fields are asked too.
bool is_unread(ByteView head, const Signature& signature) {
  if (!starts_with(head, signature)) return false;
  if (signature.label == "BMP") return head.size() >= 18 && head[6] == 0 && head[7] == 0 && head[15] == 0;
  if (signature.bytes == "\xff\x0a"sv) return head.size() > 12;
  return true;
}

std::uint64_t pixels_of(Size size) {
  return std::uint64_t{size.width} * size.height;
}

}  // namespace

std::span<const Codec> all() {
  static const std::array table{kJpeg, kPng, kWebp, kAvif, kHeic, kTiff};
  return table;
}

const Codec& of(Format format) {
  return *std::ranges::find(all(), format, &Codec::format);
}

const Codec* lossy_coder_of(const Codec& codec) {
  return codec.format == Format::png && !png::palette_library().empty() ? &kLossyPng : nullptr;
}

const Codec* by_name(std::string_view name) {
  const auto found = std::ranges::find(all(), name, &Codec::name);
  return found == all().end() ? nullptr : &*found;
}

const Codec* by_extension(std::string_view extension) {
  std::string lower(extension);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found = std::ranges::find_if(all(), [&](const Codec& codec) {
    return std::ranges::find(codec.extensions, lower) != codec.extensions.end();
  });
  return found == all().end() ? nullptr : &*found;
}

const Codec* sniff(ByteView head) {
  const auto found = std::ranges::find_if(all(), [&](const Codec& codec) { return codec.sniff(head); });
  return found == all().end() ? nullptr : &*found;
}

std::string_view unread_format(ByteView head) {
  const auto found =
      std::ranges::find_if(kUnread, [&](const Signature& signature) { return is_unread(head, signature); });
  return found == kUnread.end() ? std::string_view{} : found->label;
}

std::span<const std::string_view> unread_formats() {
  static constexpr auto kLabels = [] {
    std::array<std::string_view, kUnread.size()> labels;
    std::ranges::transform(kUnread, labels.begin(), &Signature::label);
    return labels;
  }();
  return kLabels;
}

std::uint64_t most(const Bound& bound, const Limits& limits) {
  constexpr Limits kDefault;
  if (limits.max_pixels <= kDefault.max_pixels) return bound.by_default;
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(bound.by_default, limits.max_pixels, &product)) return ~std::uint64_t{0};
  return product / kDefault.max_pixels;
}

Error over_limit(const Bound& bound, const Limits& limits, std::optional<std::uint64_t> count) {
  constexpr std::uint64_t kDefaultMillions = Limits{}.max_pixels / 1'000'000;
  std::string text = "more than the limit of " + std::to_string(most(bound, limits)) + " ";
  text += bound.unit;
  std::string raised;
  if (count) {
    text += " (" + std::to_string(*count) + ")";
    std::uint64_t product = 0;
    if (!__builtin_mul_overflow(*count, kDefaultMillions, &product)) {
      raised = " " + std::to_string((product + bound.by_default - 1) / bound.by_default) + "M";
    }
  }
  return {ErrorKind::limit, text + "; --max-pixels" + raised + " raises it"};
}

Result<void> check_limit(std::uint64_t count, const Bound& bound, const Limits& limits) {
  if (count <= most(bound, limits)) return {};
  return std::unexpected(over_limit(bound, limits, count));
}

Result<void> check_limits(Size size, const Limits& limits) {
  const std::uint64_t pixels = pixels_of(size);
  if (pixels <= limits.max_pixels) {
    return check_limit(std::max(size.width, size.height), kMostOnASide, limits);
  }
  return fail(ErrorKind::limit, std::to_string(size.width) + "x" + std::to_string(size.height) +
                                    " pixels are more than the limit of " +
                                    std::to_string(limits.max_pixels) + "; --max-pixels raises it");
}

Result<void> check_coded(Size coded, Size announced, bool whole) {
  constexpr std::uint64_t kSmall = 1U << 20;
  const auto fits = [](Size a, Size b) { return pixels_of(a) / 2 <= std::max(pixels_of(b), kSmall / 2); };
  if (fits(coded, announced) && (!whole || fits(announced, coded))) return {};
  const auto text = [](Size size) { return std::to_string(size.width) + "x" + std::to_string(size.height); };
  return fail(ErrorKind::damaged, "a picture of " + text(announced) + " pixels is coded in " + text(coded));
}

bool is_of(const Importance& importance, Size size) {
  const auto blocks = [](std::uint32_t side) { return (side + 7) / 8; };
  const std::size_t count = std::size_t{importance.columns} * importance.rows;
  return importance.columns == blocks(size.width) && importance.rows == blocks(size.height) &&
         std::ranges::all_of(importance.planes, [&](const auto& plane) { return plane.size() == count; });
}

}  // namespace frugal::codec
