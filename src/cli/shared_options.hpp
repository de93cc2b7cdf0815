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
        "them. N is a number, or one with k, M or G, which are powers of 1000. Other limits grow with N "
        "where it is more than 100M: 32768 pixels on a side, 100 scans in a JPEG, 8 MiB of ICC profile, 32 "
        "MiB of EXIF or XMP, and 4096 tiles in an AVIF or HEIC. A file that is refused for one of them "
        "says so, and by which N it is raised.",
    .apply = set_amount<Member, parse_pixels>};

template <auto Member>
inline constexpr Option kCacheDirOption{
    .name = "cache-dir",
    .group = Group::run,
    .value = "DIR",
    .kind = ValueKind::directory,
    .default_text = "~/.cache/frugal",
    .help = "have the cache of finished work in DIR",
    .long_help =
        "Where the cache is. It remembers finished work, so that the same work is never done twice; "
        "it can be deleted at any time. Without this option it is in $XDG_CACHE_HOME/frugal, or in "
        "~/.cache/frugal where that variable is not set.",
    .apply = set_text<Member>};

template <auto Member>
inline constexpr Option kCacheMaxOption{
    .name = "cache-max",
    .group = Group::run,
    .value = "SIZE",
    .default_text = "5G",
    .help = "let the cache take at most SIZE on the disk",
    .long_help =
        "The most that the cache may take on the disk. A run that finds it larger makes it smaller, "
        "down to nine tenths of SIZE: what was not used for longest goes first, and outputs before "
        "the notes that tell finished work. frugal cache prune does so at any time, down to SIZE. "
        "SIZE is a number of bytes, or one with k, M, G or T, which are powers of 1024.",
    .apply = set_amount<Member, parse_size>};

inline constexpr Option kHelpOption{
    .name = "help",
    .letter = 'h',
    .help = "show this; --help says more about each option",
    .long_help = "Shows help and exits: -h one line an option, --help all that the manual page says of it."};

}  // namespace frugal::cli
