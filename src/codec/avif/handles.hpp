// Owners of libavif's objects, and what both halves of the codec say of its results.
#pragma once

#include <avif/avif.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "codec/isobmff.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

namespace frugal::codec::avif {

inline constexpr std::uint32_t kMaxSide = 65536;  // AV1's frame size fields have 16 bits, for size - 1

struct DecoderDeleter {
  void operator()(avifDecoder* decoder) const { avifDecoderDestroy(decoder); }
};
using Decoder = std::unique_ptr<avifDecoder, DecoderDeleter>;

struct EncoderDeleter {
  void operator()(avifEncoder* encoder) const { avifEncoderDestroy(encoder); }
};
using Encoder = std::unique_ptr<avifEncoder, EncoderDeleter>;

struct ImageDeleter {
  void operator()(avifImage* image) const { avifImageDestroy(image); }
};
using AvifImage = std::unique_ptr<avifImage, ImageDeleter>;

struct Output {
  avifRWData data = AVIF_DATA_EMPTY;
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { avifRWDataFree(&data); }
};

inline ByteView view(const avifRWData& data) {
  return {data.data, data.size};
}
inline Bytes copy(const avifRWData& data) {
  return {data.data, data.data + data.size};
}

/// Calls a setter of libavif that gives back nothing before version 1.0 and an avifResult from there on.
template <class Function, class... Arguments>
bool done(Function function, Arguments... arguments) {
  if constexpr (std::is_void_v<std::invoke_result_t<Function, Arguments...>>) {
    function(arguments...);
    return true;
  } else {
    return function(arguments...) == AVIF_RESULT_OK;
  }
}

inline std::unexpected<Error> fail_with(ErrorKind kind, std::string_view doing, avifResult result,
                                        const avifDiagnostics& diagnostics) {
  std::string message = std::string(doing) + ": " + isobmff::one_line(avifResultToString(result));
  if (diagnostics.error[0] != '\0') message += " (" + isobmff::one_line(diagnostics.error) + ")";
  return fail(kind, std::move(message));
}

}  // namespace frugal::codec::avif
