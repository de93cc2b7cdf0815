#include "util/build_id.hpp"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>

namespace frugal {
namespace {

using Memory = std::span<const std::byte>;

/// "libwebp" for "/usr/lib/libwebp.so.7.1.5"; empty where it is no shared library's file name.
std::string_view library_name(std::string_view path) {
  const std::string_view file = path.substr(path.rfind('/') + 1);
  for (auto at = file.find(".so"); at != std::string_view::npos; at = file.find(".so", at + 1)) {
    if (at + 3 == file.size() || file[at + 3] == '.') return file.substr(0, at);
  }
  return {};
}

std::string hex(Memory bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<unsigned>(byte) >> 4];
    text += digits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

std::size_t align_up(std::size_t value, std::size_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

/// The build id among the notes of one segment; empty where there is none or a note overruns its segment.
Memory build_id_in(Memory notes, std::size_t alignment) {
  constexpr char owner[] = "GNU";  // 4 bytes with its terminator
  ElfW(Nhdr) note;
  while (notes.size() >= sizeof note) {
    std::memcpy(&note, notes.data(), sizeof note);
    const std::size_t content = align_up(sizeof note + std::size_t{note.n_namesz}, alignment);
    if (content > notes.size() || note.n_descsz > notes.size() - content) return {};
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof owner &&
        std::memcmp(notes.data() + sizeof note, owner, sizeof owner) == 0) {
      return notes.subspan(content, note.n_descsz);
    }
    notes = notes.subspan(std::min(notes.size(), align_up(content + note.n_descsz, alignment)));
  }
  return {};
}

/// Whether the loader mapped all of `part` for reading: only then may it be looked at.
bool is_mapped(std::span<const ElfW(Phdr)> segments, const ElfW(Phdr) & part) {
  return std::ranges::any_of(segments, [&](const ElfW(Phdr) & load) {
    return load.p_type == PT_LOAD && (load.p_flags & PF_R) != 0 && part.p_vaddr >= load.p_vaddr &&
           part.p_vaddr - load.p_vaddr <= load.p_memsz &&
           part.p_memsz <= load.p_memsz - (part.p_vaddr - load.p_vaddr);
  });
}

std::string build_id_of(const dl_phdr_info& library) {
  const std::span segments(library.dlpi_phdr, library.dlpi_phnum);
  for (const auto& segment : segments) {
    if (segment.p_type != PT_NOTE || !is_mapped(segments, segment)) continue;
    // The dynamic loader hands out addresses as numbers; this is the one place that turns one into memory.
    const auto* start = reinterpret_cast<const std::byte*>(library.dlpi_addr + segment.p_vaddr);
    const Memory id = build_id_in({start, segment.p_memsz}, segment.p_align == 8 ? 8 : 4);
    if (!id.empty()) return hex(id);
  }
  return {};
}

/// Called by the C library for each loaded object. The program itself and the kernel's vDSO have no path.
int add_library(dl_phdr_info* info, std::size_t, void* list) noexcept {
  try {
    const std::string_view path = info->dlpi_name == nullptr ? "" : info->dlpi_name;
    const std::string_view name = library_name(path);
    if (!name.empty() && path.find('/') != std::string_view::npos) {
      static_cast<std::vector<LoadedLibrary>*>(list)->push_back({std::string(name), build_id_of(*info)});
    }
    return 0;
  } catch (const std::bad_alloc&) {
    return 1;
  }
}

}  // namespace

std::vector<LoadedLibrary> loaded_libraries() {
  std::vector<LoadedLibrary> libraries;
  dl_iterate_phdr(add_library, &libraries);
  std::ranges::sort(libraries);
  return libraries;
}

}  // namespace frugal
