// Options that several commands have, each with its own member of its own options; for the tables alone.
#pragma once

#include "cli/apply.hpp"
#include "cli/option_table.hpp"

namespace frugal::cli {

inline constexpr int kMostJobs = 1024;

template <auto Member>
inline constexpr Option kJobsOption{
    .name = "jobs",
    .letter = 'j',
    .group = Group::run,
    .value = "N",
    .default_text = "one a processor",
    .help = "use N threads",
    .long_help = "Uses N threads. What comes out is the same, to the last byte, whatever their number is.",
    .apply = set_whole<Member, 1, kMostJobs>};

template <auto Member>
inline constexpr Option kMaxPixelsOption{
    .name = "max-pixels",
    .group = Group::run,
    .value = "N",
    .default_text = "100M",
    .help = "refuse images of more than N pixels: 100M, 100000000",
    .long_help =
        "Refuses images of more than N pixels (width times height), before memory is set aside for "
        "them. N is a number, or one with k, M or G, which are powers of 1000.",
    .apply = set_amount<Member, parse_pixels>};

inline constexpr Option kHelpOption{
    .name = "help",
    .letter = 'h',
    .help = "show this; --help says more about each option",
    .long_help = "Shows help and exits: -h one line an option, --help all that the manual page says of it."};

}  // namespace frugal::cli
