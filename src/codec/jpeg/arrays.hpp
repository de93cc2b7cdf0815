// Blocks of ours in place of libjpeg's virtual arrays: so large a thing need not be there twice, nor for
// longer than it is needed.
#pragma once

#include <cstdint>
#include <cstdio>
#include <vector>

#include "codec/jpeg/coefficients.hpp"

// jpeglib.h wants size_t and FILE declared before it.
#include <jpeglib.h>

namespace frugal::codec::jpeg {

struct Decompressor;

/// To the library an array is a name that it hands back to its memory manager, whose methods are for others
/// to replace.
struct BlockArray {
  std::vector<Block> blocks;  ///< of an array that is read into, with those that fill up MCUs
  std::vector<JBLOCKROW> rows;
  bool passes = false;     ///< rows above those that are read last are not needed any more
  std::uint32_t gone = 0;  ///< rows of that kind
};

/// The blocks of a component, for the library to write: it reads no more than it must.
BlockArray array_over(const Component& component);

jvirt_barray_ptr handle_of(BlockArray& array);

/// To be called behind the fence, before the library is given handles.
void use_ours(jpeg_compress_struct& info);

/// Lets the library read blocks into `jpeg.arrays`, one for each component, in their order. `passes`: as
/// BlockArray's. To be called behind the fence, before it begins.
void use_ours(Decompressor& jpeg, bool passes);

}  // namespace frugal::codec::jpeg
