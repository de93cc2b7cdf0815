// Checks all that a cache holds, and removes what is damaged.
#pragma once

#include "cache/care.hpp"
#include "cache/changes.hpp"
#include "cache/payloads.hpp"
#include "cache/sqlite.hpp"

namespace frugal::cache {

/// Goes through the database in small steps, so that others get in between; what it finds damaged it looks at
/// once more before it removes it. A fault of the kind `damaged`: the database is beyond mending.
sqlite::Checked<Verification> check_up(const sqlite::Database& database, const Secret& secret,
                                       Changes& changes, const PayloadFiles& files);

}  // namespace frugal::cache
