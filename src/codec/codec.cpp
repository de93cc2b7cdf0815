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

Result<void> check_limits(Size size, const Limits& limits) {
  const std::uint64_t pixels = std::uint64_t{size.width} * size.height;
  if (pixels <= limits.max_pixels) return {};
  return fail(ErrorKind::limit, std::to_string(size.width) + "x" + std::to_string(size.height) +
                                    " pixels are more than the limit of " +
                                    std::to_string(limits.max_pixels) + "; --max-pixels raises it");
}

bool is_of(const Importance& importance, Size size) {
  const auto blocks = [](std::uint32_t side) { return (side + 7) / 8; };
  const std::size_t count = std::size_t{importance.columns} * importance.rows;
  return importance.columns == blocks(size.width) && importance.rows == blocks(size.height) &&
         std::ranges::all_of(importance.planes, [&](const auto& plane) { return plane.size() == count; });
}

}  // namespace frugal::codec
