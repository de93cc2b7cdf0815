// Owners of libjpeg's objects, with an end to every error that the library jumps out of.
#pragma once

#include <csetjmp>
#include <cstdio>
#include <deque>
#include <string>

#include "codec/codec.hpp"
#include "codec/jpeg/arrays.hpp"
#include "util/bytes.hpp"
#include "util/result.hpp"

// jpeglib.h wants size_t and FILE declared before it.
#include <jpeglib.h>

namespace frugal::codec::jpeg {

inline constexpr int kExifMarker = JPEG_APP0 + 1;  ///< XMP too
inline constexpr int kIccMarker = JPEG_APP0 + 2;   ///< multi-picture files' index too

/// libjpeg reports errors by calling a function that must not return; this one jumps to the fence that every
/// call into the library stands behind. No C++ object with a destructor may live between the two.
struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf fence;
  char message[JMSG_LENGTH_MAX];  ///< of the error
  bool over_limit;
  bool unsupported;
};

/// A decompressor and what hangs on it, destroyed together. The first sign that data is missing or made up
/// ends its work: nobody wants a picture with holes, and to fill them takes as long as to decode it.
struct Decompressor {
  jpeg_decompress_struct info{};
  ErrorManager errors{};
  jpeg_progress_mgr progress{};
  Limits limits;
  std::deque<BlockArray> arrays;  ///< see use_ours
  bool blocks_pass = false;

  explicit Decompressor(const Limits& limits);
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  ~Decompressor() { jpeg_destroy_decompress(&info); }

  /// What `errors` says: limit, unsupported or damaged.
  Error error() const;
};

/// Parses up to the first scan, keeping the markers that hold metadata. Borrows `file`. False: `errors` says
/// why.
bool open(Decompressor& jpeg, ByteView file);

/// A compressor and its output, which grows in place: the library's own memory destination loses track of its
/// buffer when an allocation fails.
struct Compressor {
  jpeg_compress_struct info{};
  ErrorManager errors{};
  jpeg_destination_mgr destination{};
  Bytes output;  ///< the whole file once the library has finished

  Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor() { jpeg_destroy_compress(&info); }

  /// Of kind internal.
  Error error() const;
};

/// Makes the library's object, writing to `output`. To be called behind the fence.
void create(Compressor& jpeg);

}  // namespace frugal::codec::jpeg
