#include "codec/jpeg/stream.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "codec/jpeg/arrays.hpp"
#include "codec/jpeg/handles.hpp"
#include "codec/jpeg/markers.hpp"

namespace frugal::codec::jpeg {

namespace {

constexpr int kComponents = 3;  ///< at most

// ---- writing ----

int blocks_in_mcu(const Coefficients& coefficients, const Scan& scan) {
  int blocks = 0;
  for (int i = 0; i < scan.count; ++i) {
    const auto& component = coefficients.components[static_cast<std::size_t>(scan.components[i])];
    blocks += component.horizontal * component.vertical;
  }
  return blocks;
}

jpeg_scan_info scan_info(const Scan& scan) {
  jpeg_scan_info info{};
  info.comps_in_scan = scan.count;
  std::copy_n(scan.components.begin(), scan.count, info.component_index);
  info.Ss = scan.first;
  info.Se = scan.last;
  info.Ah = scan.high;
  info.Al = scan.low;
  return info;
}

/// The script as the library takes it, with scans over too many blocks split up.
std::vector<jpeg_scan_info> scans_of(const Coefficients& coefficients, Script script) {
  const auto components = static_cast<int>(coefficients.components.size());
  if (script.empty()) script.push_back({{0, 1, 2}, components});
  std::vector<jpeg_scan_info> scans;
  for (const auto& scan : script) {
    if (scan.count == 1 || blocks_in_mcu(coefficients, scan) <= kMostBlocksInMcu) {
      scans.push_back(scan_info(scan));
      continue;
    }
    for (int i = 0; i < scan.count; ++i) {
      auto alone = scan;
      alone.components[0] = scan.components[i];
      alone.count = 1;
      scans.push_back(scan_info(alone));
    }
  }
  return scans;
}

bool is_sound(const Coefficients& coefficients) {
  const auto& components = coefficients.components;
  if (components.size() != 1 && components.size() != kComponents) return false;
  const auto most = most_of(coefficients);
  return std::ranges::all_of(components, [&](const Component& component) {
    const auto blocks = blocks_of(coefficients.size, component.horizontal, component.vertical,
                                  most.horizontal, most.vertical);
    return blocks == Size{component.columns, component.rows} &&
           component.blocks.size() == std::size_t{component.columns} * component.rows;
  });
}

/// Components with equal tables share a slot.
void set_tables(jpeg_compress_struct& info, std::span<const Component> components) {
  int slots = 0;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const auto& table = components[i].table;
    const auto same = std::ranges::find(components.first(i), table, &Component::table);
    const auto twin = static_cast<std::size_t>(same - components.begin());
    if (twin < i) {
      info.comp_info[i].quant_tbl_no = info.comp_info[twin].quant_tbl_no;
      continue;
    }
    std::array<unsigned, kBlockSize> steps;
    std::ranges::copy(table, steps.begin());
    jpeg_add_quant_table(&info, slots, steps.data(), 100, TRUE);
    info.comp_info[i].quant_tbl_no = slots++;
  }
}

void describe(jpeg_compress_struct& info, const Coefficients& coefficients) {
  info.image_width = coefficients.size.width;
  info.image_height = coefficients.size.height;
  info.input_components = static_cast<int>(coefficients.components.size());
  info.in_color_space = info.input_components == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
  jpeg_set_defaults(&info);
  for (std::size_t i = 0; i < coefficients.components.size(); ++i) {
    info.comp_info[i].h_samp_factor = coefficients.components[i].horizontal;
    info.comp_info[i].v_samp_factor = coefficients.components[i].vertical;
  }
  set_tables(info, coefficients.components);
  info.optimize_coding = TRUE;
}

/// Blocks that only fill up an MCU are the library's: no AC, and the DC of the block before.
bool write(Compressor& jpeg, const Coefficients& coefficients, std::span<const jpeg_scan_info> scans,
           std::span<BlockArray> blocks, const Metadata& metadata) {
  if (setjmp(jpeg.errors.fence)) return false;
  create(jpeg);
  describe(jpeg.info, coefficients);
  set_density(jpeg.info, metadata);
  jpeg.info.scan_info = scans.data();
  jpeg.info.num_scans = static_cast<int>(scans.size());
  std::array<jvirt_barray_ptr, kComponents> arrays{};
  for (std::size_t i = 0; i < blocks.size(); ++i) arrays[i] = handle_of(blocks[i]);
  use_ours(jpeg.info);
  jpeg_write_coefficients(&jpeg.info, arrays.data());
  write_metadata(jpeg.info, metadata);
  jpeg_finish_compress(&jpeg.info);
  return true;
}

// ---- reading ----

bool is_ours(const jpeg_decompress_struct& info) {
  const bool gray = info.num_components == 1 && info.jpeg_color_space == JCS_GRAYSCALE;
  const bool color = info.num_components == kComponents && info.jpeg_color_space == JCS_YCbCr;
  return info.data_precision == 8 && (gray || color);
}

/// The frame as its header has it, sampling factors in their lowest terms: a factor common to all components
/// says nothing about any of them.
Coefficients frame_of(const jpeg_decompress_struct& info) {
  Coefficients coefficients;
  coefficients.size = {info.image_width, info.image_height};
  const std::span<const jpeg_component_info> components(info.comp_info,
                                                        static_cast<std::size_t>(info.num_components));
  Factors common{0, 0};
  for (const auto& component : components) {
    common.horizontal = std::gcd(common.horizontal, component.h_samp_factor);
    common.vertical = std::gcd(common.vertical, component.v_samp_factor);
  }
  for (const auto& from : components) {
    Component component;
    component.horizontal = from.h_samp_factor / common.horizontal;
    component.vertical = from.v_samp_factor / common.vertical;
    component.columns = from.width_in_blocks;
    component.rows = from.height_in_blocks;
    coefficients.components.push_back(std::move(component));
  }
  return coefficients;
}

/// Without the blocks that fill up MCUs.
void take_blocks(BlockArray& array, Component& component) {
  auto& blocks = array.blocks;
  const std::size_t columns = blocks.size() / array.rows.size();
  for (std::size_t y = 1; y < component.rows && columns > component.columns; ++y)
    std::copy_n(&blocks[y * columns], component.columns, &blocks[y * component.columns]);
  blocks.resize(std::size_t{component.columns} * component.rows);
  component.blocks = std::move(blocks);
}

/// What read_all finds out beside the coefficients.
struct Findings {
  bool tables_fit = true;
  bool complete = true;
};

/// libjpeg smooths blocks where one of the first coefficients in zigzag order is not known to its last bit.
bool is_complete(const jpeg_decompress_struct& info, int component) {
  constexpr int kSmoothed = 10;
  return !info.coef_bits || std::all_of(info.coef_bits[component], info.coef_bits[component] + kSmoothed,
                                        [](int bits) { return bits == 0; });
}

bool take_table(const jpeg_component_info& from, Table& table) {
  if (!from.quant_table) return false;
  std::ranges::copy(from.quant_table->quantval, table.begin());
  return std::ranges::all_of(table, [](unsigned step) { return step >= 1 && step <= 255; });
}

/// Reads all scans; false: `errors` says why.
bool read_all(Decompressor& jpeg, Coefficients& coefficients, Findings& findings) {
  if (setjmp(jpeg.errors.fence)) {
    jpeg.errors.unsupported = false;  // a strange marker among the data is damage
    return false;
  }
  use_ours(jpeg, false);
  jpeg_read_coefficients(&jpeg.info);
  for (int i = 0; i < jpeg.info.num_components; ++i) {
    auto& component = coefficients.components[static_cast<std::size_t>(i)];
    findings.tables_fit &= take_table(jpeg.info.comp_info[i], component.table);
    findings.complete &= is_complete(jpeg.info, i);
  }
  jpeg_finish_decompress(&jpeg.info);
  return true;
}

}  // namespace

Size blocks_of(Size size, int horizontal, int vertical, int most_horizontal, int most_vertical) {
  const auto blocks = [](std::uint32_t pixels, int factor, int most) {
    const auto unit = std::uint64_t{kBlockSide} * static_cast<std::uint64_t>(most);
    return static_cast<std::uint32_t>((pixels * static_cast<std::uint64_t>(factor) + unit - 1) / unit);
  };
  return {blocks(size.width, horizontal, most_horizontal), blocks(size.height, vertical, most_vertical)};
}

Result<Bytes> write_coefficients(const Coefficients& coefficients, const Script& script,
                                 const Metadata& metadata) try {
  if (!is_sound(coefficients)) return fail(ErrorKind::internal, "JPEG: wrong number of blocks");
  if (auto fits = check_metadata(metadata); !fits) return std::unexpected(fits.error());
  const auto scans = scans_of(coefficients, script);
  std::vector<BlockArray> blocks;
  for (const auto& component : coefficients.components) blocks.push_back(array_over(component));
  Compressor jpeg;
  // A byte a pixel is more than most take. What is not written to takes no memory, but growing would.
  jpeg.output.reserve(std::size_t{coefficients.size.width} * coefficients.size.height);
  if (!write(jpeg, coefficients, scans, blocks, metadata)) return std::unexpected(jpeg.error());
  return std::move(jpeg.output);
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

Result<Coefficients> read_coefficients(ByteView file) try {
  Decompressor jpeg({.max_pixels = ~std::uint64_t{0}});  // of what was decoded before
  if (!open(jpeg, file)) return std::unexpected(jpeg.error());
  if (!is_ours(jpeg.info)) return fail(ErrorKind::unsupported, "a JPEG that is neither grey nor YCbCr");
  auto coefficients = frame_of(jpeg.info);
  Findings findings;
  if (!read_all(jpeg, coefficients, findings)) return std::unexpected(jpeg.error());
  if (jpeg.arrays.size() != coefficients.components.size())
    return fail(ErrorKind::internal, "libjpeg asked for other arrays than a picture's components");
  for (std::size_t i = 0; i < jpeg.arrays.size(); ++i)
    take_blocks(jpeg.arrays[i], coefficients.components[i]);
  if (!findings.tables_fit) return fail(ErrorKind::unsupported, "a JPEG with quantization steps over 255");
  if (!findings.complete) return fail(ErrorKind::unsupported, "a progressive JPEG that ends too early");
  return coefficients;
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::limit, "not enough memory for the image");
}

}  // namespace frugal::codec::jpeg
