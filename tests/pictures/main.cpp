// make-pictures: writes synthetic pictures for the end-to-end suites and the demo.
//
//   make-pictures DIR [--count N] [--seed S] [--size WxH]      a tree like those that people have
//   make-pictures --one KIND WxH [--channels N] [--depth D] [--alpha opaque|hard|soft] [--seed S]
//                 [--quality Q] [--effort N] [--orientation N] [--icc FILE] FILE
//   make-pictures --bombs DIR      files that must be refused; what is to become of each goes to stdout
//
// KIND is photo, gradient, text, flat or noise. The format follows from FILE's extension.
#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/codec.hpp"
#include "codec/fit.hpp"
#include "pictures/bombs.hpp"
#include "pictures/pictures.hpp"

namespace {

using namespace frugal;
namespace fs = std::filesystem;

struct Arguments {
  std::vector<std::string> plain;
  std::map<std::string, std::string, std::less<>> options;

  bool has(std::string_view option) const { return options.contains(option); }
  std::string text(std::string_view option, std::string_view fallback) const {
    const auto found = options.find(option);
    return found == options.end() ? std::string(fallback) : found->second;
  }
  std::uint32_t number(std::string_view option, std::uint32_t fallback) const;
};

std::uint32_t to_number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error("not a number: " + std::string(text));
  }
  return value;
}

std::uint32_t Arguments::number(std::string_view option, std::uint32_t fallback) const {
  return has(option) ? to_number(options.find(option)->second) : fallback;
}

Size to_size(std::string_view text) {
  const auto x = text.find('x');
  if (x == std::string_view::npos) throw std::runtime_error("not a size (WxH): " + std::string(text));
  return {to_number(text.substr(0, x)), to_number(text.substr(x + 1))};
}

Arguments read_arguments(const std::vector<std::string>& words) {
  static constexpr std::array<std::string_view, 12> known{
      "--bombs", "--count", "--seed",    "--size",   "--one",         "--channels",
      "--depth", "--alpha", "--quality", "--effort", "--orientation", "--icc"};
  Arguments arguments;
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (!word->starts_with("--")) {
      arguments.plain.push_back(*word);
    } else if (std::ranges::find(known, *word) == known.end() || std::next(word) == words.end()) {
      throw std::runtime_error("unknown option, or no value after it: " + *word);
    } else {
      const auto& option = *word;
      arguments.options[option] = *++word;
    }
  }
  return arguments;
}

Bytes read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& path, const Bytes& bytes) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

// The least EXIF that says how to turn a picture: one directory with one entry, tag 274 (TIFF 6.0).
Bytes exif_with_orientation(std::uint32_t orientation) {
  return {
      'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, static_cast<std::uint8_t>(orientation),
      0,   0,   0,  0, 0, 0, 0};
}

template <class T>
T value_or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

constexpr int kEffort =
    2;  // suites wait for their pictures: PNG at 5 takes ten times as long, for 3 % fewer bytes

struct Encoding {
  double quality = 92;  // on the codec's own scale
  int effort = kEffort;
  Metadata metadata;
};

void write_picture(const pictures::Spec& spec, const fs::path& path, Encoding encoding) {
  const auto extension = path.extension().string();
  const auto* codec = codec::by_extension(std::string_view(extension).substr(extension.empty() ? 0 : 1));
  if (codec == nullptr || codec->encode == nullptr) {
    throw std::runtime_error("no encoder for " + path.string());
  }
  auto& metadata = encoding.metadata;
  const auto fitted = value_or_throw(codec::fit(pictures::make(spec), metadata, *codec));
  const Image& image = fitted.image();
  const codec::EncodeParams params{
      .quality = std::clamp(encoding.quality, codec->quality.min, codec->quality.max),
      .effort = encoding.effort};
  write_file(path, value_or_throw(codec->encode(image, metadata, params)));
}

int one(const Arguments& arguments) {
  if (arguments.plain.size() != 2) throw std::runtime_error("--one wants KIND WxH and a FILE");
  const auto kind = pictures::kind_by_name(arguments.text("--one", ""));
  const auto alpha = pictures::alpha_by_name(arguments.text("--alpha", "soft"));
  if (!kind || !alpha) throw std::runtime_error("unknown kind of picture or of alpha");
  const pictures::Spec spec{.kind = *kind,
                            .size = to_size(arguments.plain[0]),
                            .channels = static_cast<int>(arguments.number("--channels", 3)),
                            .depth = static_cast<int>(arguments.number("--depth", 8)),
                            .alpha = *alpha,
                            .seed = arguments.number("--seed", 1)};
  Encoding encoding{.quality = static_cast<double>(arguments.number("--quality", 92)),
                    .effort = static_cast<int>(arguments.number("--effort", kEffort)),
                    .metadata = {}};
  if (arguments.has("--orientation")) {
    encoding.metadata.exif = exif_with_orientation(arguments.number("--orientation", 1));
  }
  if (arguments.has("--icc")) encoding.metadata.icc = read_file(arguments.text("--icc", ""));
  write_picture(spec, arguments.plain[1], std::move(encoding));
  return 0;
}

int all_bombs(const fs::path& directory) {
  for (const auto& bomb : pictures::bombs()) {
    write_file(directory / bomb.name, bomb.make());
    std::cout << bomb.name << '\t' << pictures::name_of(bomb.fate) << '\t' << bomb.says << '\n';
  }
  return 0;
}

// One row of the tree's pattern; a tree repeats it with other seeds.
struct Entry {
  const char* name;
  const char* extension;
  pictures::Kind kind;
  int channels;
  double scale;  // of the tree's size
  bool portrait;
};

int tree(const Arguments& arguments) {
  using enum pictures::Kind;
  static constexpr std::array<Entry, 12> pattern{
      {{"photos/lake", "jpg", photo, 3, 1, false},
       {"photos/summer in the mountains", "jpg", photo, 3, 0.8, true},
       {"graphics/report", "png", text, 3, 0.7, false},
       {"photos/abendröte", "jpg", photo, 3, 0.7, false},
       {"scans/page", "jpg", text, 1, 0.9, true},
       {"photos/mist", "png", photo, 3, 0.5, false},
       {"graphics/background", "png", gradient, 3, 0.6, false},
       {"photos/web/shore", "webp", photo, 3, 0.6, false},
       {"graphics/icons/badge", "png", text, 4, 0.25, false},
       {"scans/old photograph", "png", photo, 1, 0.6, true},
       {"graphics/banner", "webp", gradient, 3, 0.5, false},
       {"photos/small/thumbnail", "jpg", photo, 3, 0.2, false}}};
  if (arguments.plain.size() != 1) throw std::runtime_error("wants one directory");
  const auto size = to_size(arguments.text("--size", "960x640"));
  const auto count = arguments.number("--count", 12), seed = arguments.number("--seed", 1);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto& entry = pattern[i % pattern.size()];
    const auto scaled = [&](std::uint32_t side) {
      return std::max(1U, static_cast<std::uint32_t>(side * entry.scale));
    };
    Size picture_size{scaled(size.width), scaled(size.height)};
    if (entry.portrait) std::swap(picture_size.width, picture_size.height);
    const std::string digits = std::to_string(i + 1);
    const fs::path name =
        std::string(entry.name) + " " + std::string(digits.size() < 2, '0') + digits + "." + entry.extension;
    const pictures::Spec spec{
        .kind = entry.kind, .size = picture_size, .channels = entry.channels, .seed = seed + i};
    write_picture(spec, fs::path(arguments.plain[0]) / name, {.quality = 94, .effort = 3, .metadata = {}});
    std::cout << name.string() << '\n';
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto arguments = read_arguments({argv + 1, argv + argc});
    if (arguments.has("--bombs")) return all_bombs(arguments.text("--bombs", ""));
    return arguments.has("--one") ? one(arguments) : tree(arguments);
  } catch (const std::exception& error) {
    std::cerr << "make-pictures: " << error.what() << '\n';
    return 1;
  }
}
