#include "codec/jpeg/handles.hpp"

#include <jerror.h>

#include <new>

namespace frugal::codec::jpeg {

namespace {

constexpr std::size_t kFirstOutput = 64U << 10;

// ---- errors ----

ErrorManager& manager_of(j_common_ptr common) {
  return *reinterpret_cast<ErrorManager*>(common->err);
}

void on_error(j_common_ptr common) {
  auto& manager = manager_of(common);
  common->err->format_message(common, manager.message);
  const int code = common->err->msg_code;
  manager.unsupported = code == JERR_SOF_UNSUPPORTED || code == JERR_BAD_PRECISION;
  std::longjmp(manager.fence, 1);
}

/// Warnings that say nothing about the samples. All others mean that data is missing or was made up.
bool harmless(int code) {
  return code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR ||
         code == JWRN_BOGUS_ICC;
}

void on_message(j_common_ptr common, int level) {
  if (level < 0 && !harmless(common->err->msg_code)) on_error(common);
}

/// `survey` has counted the scans; that the library counts no more need not be believed.
void on_progress(j_common_ptr common) {
  const auto* info = reinterpret_cast<j_decompress_ptr>(common);
  const auto& jpeg = *static_cast<const Decompressor*>(common->client_data);
  if (static_cast<std::uint64_t>(info->input_scan_number) <= most(kMostScans, jpeg.limits)) return;
  manager_of(common).over_limit = true;
  std::longjmp(manager_of(common).fence, 1);
}

void set_up(ErrorManager& manager) {
  jpeg_std_error(&manager.base);
  manager.base.error_exit = on_error;
  manager.base.emit_message = on_message;
  manager.message[0] = '\0';
  manager.over_limit = false;
  manager.unsupported = false;
}

// ---- output ----

/// Lets the library write into `output` from byte `used` on. False: no memory.
bool offer(Compressor& jpeg, std::size_t used, std::size_t size) {
  try {
    jpeg.output.resize(size);
  } catch (const std::bad_alloc&) {
    return false;
  }
  jpeg.destination.next_output_byte = jpeg.output.data() + used;
  jpeg.destination.free_in_buffer = size - used;
  return true;
}

Compressor& owner_of(j_compress_ptr info) {
  return *static_cast<Compressor*>(info->client_data);
}

void start_output(j_compress_ptr info) {
  if (!offer(owner_of(info), 0, kFirstOutput)) ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);
}

boolean grow_output(j_compress_ptr info) {
  const std::size_t used = owner_of(info).output.size();
  if (!offer(owner_of(info), used, used + std::max(used / 8, kFirstOutput)))
    ERREXIT1(info, JERR_OUT_OF_MEMORY, 1);
  return TRUE;
}

void end_output(j_compress_ptr info) {
  auto& jpeg = owner_of(info);
  jpeg.output.resize(jpeg.output.size() - jpeg.destination.free_in_buffer);
}

}  // namespace

Decompressor::Decompressor(const Limits& chosen) : limits(chosen) {
  set_up(errors);
  info.err = &errors.base;
}

Error Decompressor::error() const {
  if (errors.over_limit) return codec::over_limit(kMostScans, limits, std::nullopt);
  if (errors.unsupported) return {ErrorKind::unsupported, std::string("JPEG: ") + errors.message};
  return {ErrorKind::damaged, std::string("damaged JPEG: ") + errors.message};
}

bool open(Decompressor& jpeg, ByteView file) {
  if (setjmp(jpeg.errors.fence)) return false;
  jpeg_create_decompress(&jpeg.info);
  jpeg.info.client_data = &jpeg;
  jpeg.progress.progress_monitor = on_progress;
  jpeg.info.progress = &jpeg.progress;
  jpeg_mem_src(&jpeg.info, file.data(), file.size());
  jpeg_save_markers(&jpeg.info, kExifMarker, 0xffff);
  jpeg_save_markers(&jpeg.info, kIccMarker, 0xffff);
  jpeg_read_header(&jpeg.info, TRUE);
  return true;
}

Compressor::Compressor() {
  set_up(errors);
  info.err = &errors.base;
}

Error Compressor::error() const {
  return {ErrorKind::internal, std::string("libjpeg: ") + errors.message};
}

void create(Compressor& jpeg) {
  jpeg_create_compress(&jpeg.info);
  jpeg.info.client_data = &jpeg;
  jpeg.destination.init_destination = start_output;
  jpeg.destination.empty_output_buffer = grow_output;
  jpeg.destination.term_destination = end_output;
  jpeg.info.dest = &jpeg.destination;
}

}  // namespace frugal::codec::jpeg
