#include <webp/encode.h>
#include <webp/mux.h>

#include "fuzz/picture.hpp"
#include "fuzz/table.hpp"

namespace frugal::fuzz {

namespace {

Bytes animation() {
  const auto image = pictures::make({.size = {40, 30}, .channels = 4});
  WebPAnimEncoderOptions options;
  WebPAnimEncoderOptionsInit(&options);
  WebPAnimEncoder* encoder = WebPAnimEncoderNew(40, 30, &options);
  WebPPicture frame;
  WebPPictureInit(&frame);
  frame.use_argb = 1;
  frame.width = 40;
  frame.height = 30;
  WebPPictureImportRGBA(&frame, image.row(0), static_cast<int>(image.row_bytes()));
  for (int i = 0; i < 3; ++i) {
    frame.argb[i] ^= 0xffffff;
    WebPAnimEncoderAdd(encoder, &frame, i * 100, nullptr);
  }
  WebPAnimEncoderAdd(encoder, nullptr, 300, nullptr);
  WebPData data;
  WebPDataInit(&data);
  WebPAnimEncoderAssemble(encoder, &data);
  Bytes file(data.bytes, data.bytes + data.size);
  WebPDataClear(&data);
  WebPPictureFree(&frame);
  WebPAnimEncoderDelete(encoder);
  return file;
}

std::vector<Bytes> seeds() {
  using codec::Format;
  using pictures::Kind;
  std::vector<Bytes> files{
      encoded(Format::webp, {.size = {64, 48}}),
      encoded(Format::webp, {.size = {50, 70}, .channels = 4}, {}, full_metadata()),
      encoded(Format::webp, {.size = {16, 16}}, {.lossless = true}),
      encoded(Format::webp, {.kind = Kind::text, .size = {100, 80}}, {.lossless = true}),
      encoded(Format::webp, {.kind = Kind::text, .size = {60, 60}, .channels = 4}, {.lossless = true},
              full_metadata()),
      encoded(Format::webp, {.size = {90, 90}}, {.chroma = codec::Chroma::sharp}),
      animation(),
  };
  add_bombs(Format::webp, files);
  return files;
}

}  // namespace

const Harness kWebp{"webp", [](ByteView file) { return read_picture(codec::Format::webp, file); }, seeds};

}  // namespace frugal::fuzz
