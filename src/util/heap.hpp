// How the C library's allocator deals with the system.
#pragma once

#include <cstdint>
#include <span>

namespace frugal {

/// Keeps memory that was used and freed, up to some 64 MB a process or thread, for whoever asks next. A page
/// that was given back to the system comes again as zeros, and making those takes as long as some codecs do.
/// Only where the C library is glibc; others decide by themselves.
void keep_heap();

/// The opposite: what is large goes back to the system as soon as it is freed.
void spare_heap();

/// Lets the system have the pages that lie wholly in `bytes`, which belong to the heap and whose content is
/// lost.
void give_back(std::span<std::uint8_t> bytes);

}  // namespace frugal
