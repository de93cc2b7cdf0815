#include <avif/avif.h>

#include <array>
#include <memory>

#include "fuzz/picture.hpp"
#include "fuzz/table.hpp"

namespace frugal::fuzz {

namespace {

/// How libavif is to write a file, where frugal's encoder would not.
struct Kind {
  avifPixelFormat pixels = AVIF_PIXEL_FORMAT_YUV420;
  std::uint32_t depth = 8;
  bool alpha = false;
  std::uint32_t columns = 1, rows = 1;  ///< of tiles
  int frames = 1;
};

using Cell = std::unique_ptr<avifImage, decltype(&avifImageDestroy)>;

Cell cell(const Kind& kind, std::uint32_t seed) {
  const auto picture = pictures::make({.size = {64, 64}, .channels = kind.alpha ? 4 : 3, .seed = seed});
  Cell image(avifImageCreate(64, 64, kind.depth, kind.pixels), &avifImageDestroy);
  avifRGBImage rgb{};
  avifRGBImageSetDefaults(&rgb, image.get());
  rgb.depth = 8;
  rgb.format = kind.alpha ? AVIF_RGB_FORMAT_RGBA : AVIF_RGB_FORMAT_RGB;
  rgb.pixels = const_cast<std::uint8_t*>(picture.row(0));  // is not written to
  rgb.rowBytes = static_cast<std::uint32_t>(picture.row_bytes());
  if (avifImageRGBToYUV(image.get(), &rgb) != AVIF_RESULT_OK) throw std::runtime_error("no AVIF planes");
  return image;
}

Bytes written(const Kind& kind) {
  const std::unique_ptr<avifEncoder, decltype(&avifEncoderDestroy)> encoder(avifEncoderCreate(),
                                                                            &avifEncoderDestroy);
  encoder->speed = 10;
  encoder->maxThreads = 1;
  encoder->minQuantizer = encoder->maxQuantizer = 40;
  std::vector<Cell> owned;
  std::vector<const avifImage*> cells;
  for (std::uint32_t i = 0; i < kind.columns * kind.rows * static_cast<std::uint32_t>(kind.frames); ++i) {
    cells.push_back(owned.emplace_back(cell(kind, i + 1)).get());
  }
  avifResult result = AVIF_RESULT_OK;
  if (kind.frames > 1) {
    for (const auto* frame : cells)
      result = avifEncoderAddImage(encoder.get(), frame, 1, AVIF_ADD_IMAGE_FLAG_NONE);
  } else {
    result = avifEncoderAddImageGrid(encoder.get(), kind.columns, kind.rows, cells.data(),
                                     AVIF_ADD_IMAGE_FLAG_SINGLE);
  }
  avifRWData data = AVIF_DATA_EMPTY;
  if (result == AVIF_RESULT_OK) result = avifEncoderFinish(encoder.get(), &data);
  Bytes file(data.data, data.data + data.size);
  avifRWDataFree(&data);
  if (result != AVIF_RESULT_OK) throw std::runtime_error(avifResultToString(result));
  return file;
}

std::vector<Bytes> seeds() {
  using codec::Format;
  std::vector<Bytes> files{
      encoded(Format::avif, {.size = {64, 48}}),
      encoded(Format::avif, {.size = {50, 70}, .channels = 4}, {.chroma = codec::Chroma::full},
              full_metadata()),
      encoded(Format::avif, {.kind = pictures::Kind::text, .size = {100, 80}}, {.drawn = true}),
      encoded(Format::avif, {.size = {32, 32}}, {.lossless = true}),
      encoded(Format::avif, {.size = {32, 32}, .channels = 1}),
      written({}),
      written({.pixels = AVIF_PIXEL_FORMAT_YUV422, .depth = 10}),
      written({.pixels = AVIF_PIXEL_FORMAT_YUV444, .depth = 12, .alpha = true}),
      written({.pixels = AVIF_PIXEL_FORMAT_YUV400}),
      written({.columns = 2, .rows = 2}),
      written({.alpha = true, .columns = 3, .rows = 1}),
      written({.frames = 3}),
  };
  add_bombs(Format::avif, files);
  return files;
}

}  // namespace

const Harness kAvif{"avif", [](ByteView file) { return read_picture(codec::Format::avif, file); }, seeds};

}  // namespace frugal::fuzz
