// From where a score reacts to errors to where a coder should avoid them.
#pragma once

#include "codec/codec.hpp"
#include "metric/ssimulacra2.hpp"

namespace frugal::adapt {

/// Of a picture about as good as the file to be made will be.
codec::Importance importance_of(const metric::Sensitivity& sensitivity);

}  // namespace frugal::adapt
