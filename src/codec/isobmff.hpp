// What AVIF and HEIC share: boxes, brands and items of the ISO base media file format (ISO/IEC 14496-12) and
// of HEIF (ISO/IEC 23008-12), read just far enough to know a file before a library decodes it.
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <initializer_list>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/codec.hpp"

namespace frugal::codec::isobmff {

struct Box {
  std::string_view type;  ///< four characters
  ByteView body;          ///< what follows the header
};

/// Takes the first box off `rest`. Nothing when no whole box stands there; `rest` is then left as it is.
std::optional<Box> take_box(ByteView& rest);

/// The major brand of the file type box at the start of `head`; empty when there is none.
std::string_view major_brand(ByteView head);

/// True when the file type box names one of `brands`, as the major or as a compatible one. Of a box that is
/// longer than `head`, what is there is looked at.
bool has_brand(ByteView head, std::initializer_list<std::string_view> brands);

/// The top-level boxes of a file.
struct Layout {
  ByteView meta;          ///< body of the box that holds a still picture's items; empty when there is none
  bool sequence = false;  ///< tracks: an animation or a film
  bool film = false;      ///< the film of a "motion photo", in a box of its own
  bool trailing = false;  ///< bytes after the last box
};

/// Error: damaged, when a box goes on past the file's end, or there are two that say what is in it. `label`
/// is the format's name in messages.
Result<Layout> layout(ByteView file, std::string_view label);

/// Names what stands beside the items and would be lost with the file.
void append_extras(const Layout& layout, std::vector<std::string>& extras);

/// The TIFF structure inside an Exif block (where it begins differs among writers); empty when there is none.
ByteView tiff_structure(ByteView exif);

/// Colour code points as Metadata has them: nothing for what means sRGB or nothing.
std::optional<Cicp> meaningful_cicp(unsigned primaries, unsigned transfer, unsigned matrix);

/// `text` fit for a message: printable ASCII on one line, without a trailing full stop.
std::string one_line(std::string_view text);

/// `error` as it is said of a file of the format `label`: a damaged one is called so.
Error named(Error error, std::string_view label);

/// Calls `function` (which returns a Result) and turns what the C++ of a library or of ours may throw into an
/// Error.
template <std::invocable Function>
auto without_exceptions(Function&& function) noexcept -> std::invoke_result_t<Function> {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::limit, "not enough memory for the image");
  } catch (const std::exception& error) {
    return fail(ErrorKind::internal, one_line(error.what()));
  }
}

}  // namespace frugal::codec::isobmff
