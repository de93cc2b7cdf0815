// The page of `frugal explain`: what frugal sees in a picture, what it made of it, and why.
#pragma once

#include <string>
#include <string_view>

#include "batch/explain.hpp"
#include "util/result.hpp"

namespace frugal::cli {

/// One HTML file that needs nothing beside itself: no network, no script. `name`: the picture's path, of
/// any bytes, whose last part is shown. The same explanation gives the same page. Errors: limit (memory),
/// those of encoding the pictures in it.
Result<std::string> explain_page(std::string_view name, const batch::Explanation& explanation);

}  // namespace frugal::cli
