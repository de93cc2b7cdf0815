// What is to be made of every source, and where it goes: decided before any picture is decoded.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "batch/options.hpp"
#include "batch/scan.hpp"
#include "codec/codec.hpp"
#include "util/result.hpp"

namespace frugal::batch {

/// One output of a source.
struct Target {
  const codec::Codec* codec =
      nullptr;       ///< null where the source could not be told, or `candidates` are there
  std::string path;  ///< empty: nowhere; "-": standard output
  std::string root;  ///< the directory above `path` that nothing is written out of
  std::optional<cache::FileIdentity> there;  ///< the file that stood at `path`, if one did
  bool format_stays = false;  ///< the source's own format: never written larger than the source
  bool copy_if_left_alone =
      false;                     ///< the source's bytes are a valid result here (a mirror is to be complete)
  bool replaces_source = false;  ///< in place, same name
  bool removes_source = false;   ///< in place, other format: the source goes once the output stands
  bool takes_times = false;      ///< the source's, and its mode, owner and extended attributes
  bool must_be_made = false;     ///< named by the user itself: leaving it out is a failure
  bool is_input = false;         ///< another input of this run stands there
  std::optional<Error> refusal;  ///< known without looking at the pixels

  /// The format is chosen among these, each with the place it would have; of the others above, only
  /// `removes_source` (nothing but the output will be left) and `must_be_made` count then.
  std::vector<Target> candidates;
  std::optional<double> quality;  ///< in place of Options::quality
};

/// A source and all that is to be made of it; read and decoded once.
struct Unit {
  Source source;
  std::vector<Target> targets;  ///< at least one
};

/// The upright size of a source's picture, from its header; asked for only where a template wants it.
using SizeOf = std::function<Result<Size>(const Source&)>;

/// Whether what stands at `place` (the target or one of its candidates) is what an earlier run made of the
/// source for that target; asked only where a source in place would be written over another input.
using MadeEarlier = std::function<bool(const Source& source, const Target& target, const Target& place)>;

/// Looks at what stands where the outputs go, on so many threads; else pure but for `size_of` and
/// `made_earlier` (which may be empty). An input that was made of another one, which an interrupted run left
/// behind, is no input. Errors: usage, when two inputs would land on one output (both are named), an output
/// would replace an input, or the template leads nowhere.
Result<std::vector<Unit>> plan(std::vector<Source> sources, const Options& options, const SizeOf& size_of,
                               int threads = 1, const MadeEarlier& made_earlier = {});

}  // namespace frugal::batch
