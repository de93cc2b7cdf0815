#include "codec/jpeg/arrays.hpp"

#include <algorithm>
#include <new>
#include <span>

#include "codec/jpeg/handles.hpp"
#include "util/heap.hpp"

// wants jpeglib.h before it
#include <jerror.h>

namespace frugal::codec::jpeg {

namespace {

std::uint32_t rounded_up(std::uint32_t value, int factor) {
  const auto step = static_cast<std::uint32_t>(factor);
  return (value + step - 1) / step * step;
}

JBLOCKROW row_of(Block* blocks) {
  static_assert(sizeof(Block) == sizeof(JBLOCK));
  return reinterpret_cast<JBLOCKROW>(blocks);
}

/// Lets go of the rows before `end`, some at a time.
void let_go(BlockArray& array, std::uint32_t end) {
  constexpr std::uint32_t kAtOnce = 32;
  if (end < array.gone + kAtOnce) return;
  auto* const begin = reinterpret_cast<std::uint8_t*>(array.rows[array.gone]);
  give_back({begin, reinterpret_cast<std::uint8_t*>(array.rows[end])});
  array.gone = end;
}

JBLOCKARRAY access_blocks(j_common_ptr /*common*/, jvirt_barray_ptr handle, JDIMENSION first,
                          JDIMENSION /*count*/, boolean writable) {
  auto& array = *reinterpret_cast<BlockArray*>(handle);
  if (array.passes && !writable) let_go(array, first);
  return array.rows.data() + first;
}

/// False: no memory.
bool add_array(Decompressor& jpeg, JDIMENSION columns, JDIMENSION rows) {
  try {
    auto& array = jpeg.arrays.emplace_back();
    array.blocks.resize(std::size_t{columns} * rows);
    for (std::size_t y = 0; y < rows; ++y) array.rows.push_back(row_of(&array.blocks[y * columns]));
    array.passes = jpeg.blocks_pass;
  } catch (const std::bad_alloc&) {
    return false;
  }
  return true;
}

jvirt_barray_ptr request_blocks(j_common_ptr common, int /*pool*/, boolean /*zeroed*/, JDIMENSION columns,
                                JDIMENSION rows, JDIMENSION /*at once*/) {
  auto& jpeg = *static_cast<Decompressor*>(common->client_data);
  if (!add_array(jpeg, columns, rows)) ERREXIT1(common, JERR_OUT_OF_MEMORY, 0);
  return handle_of(jpeg.arrays.back());
}

}  // namespace

BlockArray array_over(const Component& component) {
  BlockArray array;
  array.rows.resize(rounded_up(component.rows, component.vertical));
  for (std::uint32_t y = 0; y < array.rows.size(); ++y)
    array.rows[y] = row_of(const_cast<Block*>(&component.at(0, std::min(y, component.rows - 1))));
  return array;
}

jvirt_barray_ptr handle_of(BlockArray& array) {
  return reinterpret_cast<jvirt_barray_ptr>(&array);
}

void use_ours(jpeg_compress_struct& info) {
  info.mem->access_virt_barray = access_blocks;
}

void use_ours(Decompressor& jpeg, bool passes) {
  jpeg.blocks_pass = passes;
  jpeg.info.mem->request_virt_barray = request_blocks;
  jpeg.info.mem->access_virt_barray = access_blocks;
}

}  // namespace frugal::codec::jpeg
