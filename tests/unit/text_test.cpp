#include "util/text.hpp"

#include <doctest/doctest.h>

#include <string>

namespace frugal {
namespace {

using namespace std::string_literals;

TEST_CASE("a JSON string has its special characters escaped") {
  CHECK(json_string("") == R"("")");
  CHECK(json_string("plain/name.jpg") == R"("plain/name.jpg")");
  CHECK(json_string("a\"b\\c") == R"("a\"b\\c")");
  CHECK(json_string("\n\r\t") == R"("\n\r\t")");
  CHECK(json_string("\x01\x1f\x7f\0"s) == R"("\u0001\u001f\u007f\u0000")");
}

TEST_CASE("UTF-8 goes into a JSON string as it is") {
  const std::string text = "\u00e9\u20ac\U0001f600\u07ff\ud7ff\ufffd\U0010ffff";
  CHECK(json_string(text) == '"' + text + '"');
}

TEST_CASE("a byte that is not UTF-8 becomes a lone surrogate") {
  CHECK(json_string("a\xff"
                    "b") == R"("a\udcffb")");
  CHECK(json_string("\x80") == R"("\udc80")");
  CHECK(json_string("caf\xe9.jpg") == R"("caf\udce9.jpg")");
}

TEST_CASE("overlong, surrogate, too large and cut sequences are not UTF-8") {
  CHECK(json_string("\xc0\xaf") == R"("\udcc0\udcaf")");
  CHECK(json_string("\xe0\x80\xaf") == R"("\udce0\udc80\udcaf")");
  CHECK(json_string("\xed\xa0\x80") == R"("\udced\udca0\udc80")");
  CHECK(json_string("\xf0\x8f\xbf\xbf") == R"("\udcf0\udc8f\udcbf\udcbf")");
  CHECK(json_string("\xf4\x90\x80\x80") == R"("\udcf4\udc90\udc80\udc80")");
  CHECK(json_string("\xf5\x80\x80\x80") == R"("\udcf5\udc80\udc80\udc80")");
  CHECK(json_string("\xe2\x82") == R"("\udce2\udc82")");
  CHECK(json_string("\xe2\x82z") == R"("\udce2\udc82z")");
}

TEST_CASE("a name is printed on one line and cannot be mistaken for another") {
  CHECK(printable("plain name.jpg") == "plain name.jpg");
  CHECK(printable("two\nlines\r\tand\\more") == "two\\nlines\\r\\tand\\\\more");
  CHECK(printable("\x1b[31m\x7f") == "\\x1b[31m\\x7f");
  CHECK(printable("caf\xe9") == "caf\\xe9");
  CHECK(printable("caf\u00e9") == "caf\u00e9");
  CHECK(printable("\"quoted\"") == "\"quoted\"");
}

TEST_CASE("sizes are told in powers of a thousand with three digits") {
  CHECK(human_bytes(0) == "0 bytes");
  CHECK(human_bytes(999) == "999 bytes");
  CHECK(human_bytes(1000) == "1.00 kB");
  CHECK(human_bytes(1234) == "1.23 kB");
  CHECK(human_bytes(9994) == "9.99 kB");
  CHECK(human_bytes(9996) == "10.0 kB");
  CHECK(human_bytes(99'940) == "99.9 kB");
  CHECK(human_bytes(99'960) == "100 kB");
  CHECK(human_bytes(999'499) == "999 kB");
  CHECK(human_bytes(999'500) == "1.00 MB");
  CHECK(human_bytes(1'200'000) == "1.20 MB");
  CHECK(human_bytes(4'500'000'000) == "4.50 GB");
  CHECK(human_bytes(18'446'744'073'709'551'615U) == "18447 PB");
}

}  // namespace
}  // namespace frugal
