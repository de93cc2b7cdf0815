// The process in which pictures are read and written.
#pragma once

#include "util/channel.hpp"
#include "util/confine.hpp"

namespace frugal::batch {

/// Confines this process by `means` and does what it is asked to until nobody asks any more. To be called in
/// a process that was forked for it and has one thread.
void serve(const Channel& channel, const Confinement& means);

}  // namespace frugal::batch
