// Errors are values: every fallible function returns Result<T>; nothing below main throws on purpose.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace frugal {

/// What an error means for the file it happened to (and so for the exit status).
enum class ErrorKind : unsigned char {
  usage,        ///< the command line is wrong: exit 2, nothing is started
  missing,      ///< a named path does not exist
  io,           ///< the operating system refused a read or a write
  not_image,    ///< the content is of no format that frugal knows
  unsupported,  ///< a known format, or a feature of it, that this build cannot read or write
  damaged,      ///< the content breaks its format's rules or ends too early
  limit,        ///< a limit was exceeded (pixels, memory, scans); the message names the way out
  left_alone,   ///< the file could be read, but something of it would not survive: skipped, not failed
  internal,     ///< a library or frugal itself failed on good input
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;  ///< one line, no trailing full stop, without the path (the report adds it)
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, std::move(message)});
}

}  // namespace frugal
