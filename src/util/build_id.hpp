// Which shared libraries run in this process, down to the exact build.
#pragma once

#include <string>
#include <vector>

namespace frugal {

struct LoadedLibrary {
  std::string name;          ///< the file's name up to ".so", as in "libwebp"
  std::string build_id_hex;  ///< lower case; empty where the library carries none
  friend auto operator<=>(const LoadedLibrary&, const LoadedLibrary&) = default;
};

/// The shared libraries loaded at the moment, sorted by name (and by build id, where two share a name). The
/// build id is the linker's hash of what was linked: a distribution's patch changes it where the version
/// number stays. Plugins that a library opens on demand are listed from then on. Empty where the list cannot
/// be had; never fails.
///
/// Source: dl_iterate_phdr(3); NT_GNU_BUILD_ID in elf(5).
std::vector<LoadedLibrary> loaded_libraries();

}  // namespace frugal
