// Pieces of HTML and SVG as text.
#pragma once

#include <string>
#include <string_view>

namespace frugal::cli {

/// `text` as HTML text or within a quoted attribute.
std::string escaped(std::string_view text);

/// ` name="value"`, to be put together for `element`; `value` is escaped here.
std::string attribute(std::string_view name, std::string_view value);

/// `<name attributes>content</name>`; `attributes` as `attribute` makes them, `content` is HTML already.
std::string element(std::string_view name, const std::string& attributes, const std::string& content);

/// An element with a class, or none where that is empty.
std::string part(std::string_view name, std::string_view css_class, const std::string& content);

/// `<name attributes/>`, for SVG and for HTML's elements without content.
std::string empty_element(std::string_view name, const std::string& attributes);

}  // namespace frugal::cli
