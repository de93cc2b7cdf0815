// Every harness, each in a source of its name.
#pragma once

#include "fuzz/harness.hpp"

namespace frugal::fuzz {

// The formats.
extern const Harness kJpeg;
extern const Harness kPng;
extern const Harness kWebp;
extern const Harness kAvif;
extern const Harness kHeic;
extern const Harness kTiff;

extern const Harness kExif;      ///< an EXIF block
extern const Harness kColour;    ///< an ICC profile
extern const Harness kDatabase;  ///< the cache's database, as a file
extern const Harness kRows;      ///< what is in that database, each row with its valid seal
extern const Harness kProtocol;  ///< what a worker process sends, or is sent
extern const Harness kOptions;   ///< command line and environment

}  // namespace frugal::fuzz
