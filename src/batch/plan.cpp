#include "batch/plan.hpp"

#include <sys/stat.h>

#include <deque>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include "batch/naming.hpp"
#include "batch/place.hpp"
#include "batch/recall.hpp"
#include "util/parallel.hpp"
#include "util/text.hpp"

namespace frugal::batch {

namespace fs = std::filesystem;

namespace {

std::string quoted(const std::string& path) {
  return "'" + printable(path) + "'";
}

/// True for "NAME.webp" that is no directory; "NAME.webp/" is meant to be one.
bool names_file(const std::string& output) {
  std::error_code error;
  const auto extension = fs::path(output).extension().string();
  return extension.size() > 1 && !fs::is_directory(output, error) &&
         codec::by_extension(std::string_view(extension).substr(1)) != nullptr;
}

/// "-o NAME.webp" for one file: the output itself, not a directory.
const codec::Codec* named_output_format(const std::vector<Source>& sources, const Options& options) {
  const bool one_file = sources.size() == 1 && options.paths.size() == 1 && options.files_from.empty() &&
                        sources[0].path == options.paths[0];
  if (!one_file || !names_file(options.output)) return nullptr;
  return codec::by_extension(fs::path(options.output).extension().native().substr(1));
}

class Planner {
 public:
  Planner(std::vector<Source> sources, const Options& options, const SizeOf& size_of, int threads,
          const MadeEarlier& made_earlier)
      : options_(options),
        size_of_(size_of),
        made_earlier_(made_earlier),
        threads_(threads),
        named_output_(named_output_format(sources, options)) {
    units_.reserve(sources.size());
    for (auto& source : sources) units_.push_back({std::move(source), {}});
  }

  Result<std::vector<Unit>> run() {
    if (auto checked = check_usage(); !checked) return std::unexpected(checked.error());
    for (auto& unit : units_) {
      if (auto added = add_targets(unit); !added) return std::unexpected(added.error());
    }
    find_places();
    if (auto checked = resolve_inputs(); !checked) return std::unexpected(checked.error());
    return std::move(units_);
  }

 private:
  bool beside() const { return options_.output.empty() && !options_.in_place; }

  Result<void> check_usage() const {
    if (options_.output == "-" && (units_.size() != 1 || options_.formats.size() != 1)) {
      return fail(ErrorKind::usage, "-o - takes one input and one format");
    }
    if (!named_output_ && names_file(options_.output) && !units_.empty()) {
      return fail(ErrorKind::usage,
                  "-o " + quoted(options_.output) +
                      " names a file, but that takes a single input file; -o DIR/ is a directory");
    }
    if (!named_output_) return {};
    if (options_.auto_format) {
      return fail(ErrorKind::usage, "-o " + quoted(options_.output) +
                                        " names a format, but -f auto chooses one; -o DIR/ is a directory");
    }
    if (!named_output_->encode) {
      return fail(ErrorKind::usage, std::string(named_output_->label) + " is read but not written");
    }
    const bool other = options_.formats.size() != 1 ||
                       (options_.formats[0] && *options_.formats[0] != named_output_->format);
    if (other)
      return fail(ErrorKind::usage, "-o " + quoted(options_.output) + " and -f name different formats");
    return {};
  }

  /// An input that is none gets one row, in the first format asked for.
  Result<void> add_targets(Unit& unit) {
    if (unit.source.error) {
      Target target;
      target.refusal = unit.source.error;
      const bool mirrored = !options_.output.empty() && options_.output != "-" && !named_output_;
      if (mirrored && !options_.formats[0] && unit.source.error->kind == ErrorKind::left_alone) {
        target.path = (fs::path(options_.output) / unit.source.mirror).string();
        target.root = options_.output;
        target.takes_times = options_.preserve;
        target.copy_if_left_alone = true;
      }
      unit.targets.push_back(std::move(target));
      return {};
    }
    if (options_.auto_format) return add_choice(unit);
    for (const auto& wanted : options_.formats) {
      auto target = target_for(unit.source, wanted);
      if (!target) return std::unexpected(target.error());
      unit.targets.push_back(std::move(*target));
    }
    return {};
  }

  /// One output, of whichever format turns out the smallest.
  Result<void> add_choice(Unit& unit) {
    Target target;
    target.removes_source = options_.in_place;
    target.must_be_made = options_.output == "-";
    for (const auto& codec : codec::all()) {
      if (!codec.encode) continue;
      const bool own = &codec == unit.source.codec;
      auto candidate = target_for(unit.source, own ? std::nullopt : std::optional(codec.format));
      if (!candidate) return std::unexpected(candidate.error());
      if (candidate->refusal) target.refusal = candidate->refusal;
      target.candidates.push_back(std::move(*candidate));
    }
    unit.targets.push_back(std::move(target));
    return {};
  }

  Result<Target> target_for(const Source& source, std::optional<codec::Format> wanted) const {
    Target target;
    target.must_be_made = named_output_ != nullptr || options_.output == "-";
    target.takes_times = options_.preserve && !source.content;
    target.codec = named_output_ ? named_output_ : wanted ? &codec::of(*wanted) : source.codec;
    target.format_stays = target.codec == source.codec;
    if (options_.in_place && target.format_stays) {
      target.path = source.path;
      target.root = source.base;
      target.replaces_source = true;
      return target;
    }
    target.removes_source = options_.in_place;
    target.copy_if_left_alone = target.format_stays && !wanted && !named_output_;
    auto path = output_path_of(source, target.codec->format);
    if (path) {
      target.path = std::move(*path);
      target.root = root_of(source, target.path);
    } else if (path.error().kind == ErrorKind::usage) {
      return std::unexpected(path.error());
    } else {
      target.refusal = path.error();
    }
    return target;
  }

  /// What `path` is below: see Target::root.
  std::string root_of(const Source& source, const std::string& path) const {
    if (named_output_) return fs::path(path).parent_path().string();
    return options_.output.empty() ? source.base : options_.output;
  }

  Result<std::string> output_path_of(const Source& source, codec::Format format) const {
    if (options_.output == "-" || named_output_) return options_.output;
    if (source.path == "-") return fail(ErrorKind::usage, "standard input goes to -o - or to -o FILE");
    return output_path(source, format, options_, size_of_);
  }

  /// A place that an output may have.
  struct Place {
    std::size_t unit = 0;
    Target* target = nullptr;  ///< or a candidate
    std::string name;          ///< Places::of, or the end of the link that it is
  };

  /// Finds out where every output would really go, and what is there. "-" is standard output.
  void find_places() {
    for (std::size_t i = 0; i < units_.size(); ++i) {
      for (auto& target : units_[i].targets) {
        if (target.candidates.empty()) add_place(i, target);
        for (auto& candidate : target.candidates) add_place(i, candidate);
      }
    }
    parallel_for(all_places_.size(), threads_, [&](std::size_t i) {
      auto& place = all_places_[i];
      struct stat status {};
      if (place.target->path == "-" || ::lstat(place.target->path.c_str(), &status) != 0) return;
      if (S_ISLNK(status.st_mode)) {
        place.name = Places::end_of(place.target->path);
        if (::stat(place.target->path.c_str(), &status) != 0) return;
      }
      if (S_ISREG(status.st_mode)) place.target->there = identity_in(status);
    });
  }

  void add_place(std::size_t unit, Target& target) {
    if (target.path.empty()) return;
    all_places_.push_back({unit, &target, target.path == "-" ? target.path : places_.of(target.path)});
  }

  /// Outputs that would stand on inputs. Beside the source, what another input of this run is made into is no
  /// input itself (it is there from an earlier run, or the overwrite rule protects it), and a file that would
  /// be made into itself is left alone; anywhere else both are mistakes.
  Result<void> resolve_inputs() {
    std::unordered_map<std::string_view, std::size_t> inputs;
    inputs.reserve(units_.size());
    std::deque<std::string> ends;  // of links
    for (std::size_t i = 0; i < units_.size(); ++i) {
      const auto& source = units_[i].source;
      inputs.emplace(source.identity, i);
      if (source.may_be_link && is_link(source.path)) {
        inputs.emplace(ends.emplace_back(Places::end_of(source.path)), i);
      }
    }
    std::vector<bool> made_by_other(units_.size(), false);
    for (auto& place : all_places_) {
      if (place.name == "-" || place.target->replaces_source) continue;
      const auto found = inputs.find(place.name);
      if (found == inputs.end()) continue;
      const auto input = found->second;
      if (!beside()) {
        if (!is_left_behind(place, input))
          return std::unexpected(onto_input(units_[place.unit], units_[input]));
        made_by_other[input] = true;
        continue;
      }
      if (input == place.unit) {
        refuse_itself(*place.target);
      } else {
        place.target->is_input = true;
        made_by_other[input] = made_by_other[input] || is_made_from(input, place.unit);
      }
    }
    if (auto checked = check_collisions(made_by_other); !checked) return checked;
    all_places_.clear();
    std::size_t i = 0;
    std::erase_if(units_, [&](const Unit&) { return made_by_other[i++]; });
    return {};
  }

  /// In place, a run that was stopped between writing an output and removing the source left both.
  bool is_left_behind(const Place& place, std::size_t input) const {
    if (!options_.in_place || input == place.unit || !made_earlier_) return false;
    const auto& unit = units_[place.unit];
    return std::ranges::any_of(unit.targets, [&](const Target& target) {
      const bool whole = &target == place.target;
      const bool candidate =
          std::ranges::any_of(target.candidates, [&](const Target& other) { return &other == place.target; });
      return (whole || candidate) && made_earlier_(unit.source, target, *place.target);
    });
  }

  static void refuse_itself(Target& target) {
    target.refusal = Error{ErrorKind::left_alone, "already " + std::string(target.codec->label) +
                                                      "; -o, --suffix or --in-place compresses it again"};
    target.path.clear();
  }

  /// Whether an input that stands where another one's output may go is that output. Where formats are chosen,
  /// each could be the other's; an output chosen so is the smaller one.
  bool is_made_from(std::size_t output, std::size_t input) const {
    if (!options_.auto_format) return true;
    const auto size = [&](std::size_t i) {
      std::error_code error;
      const auto bytes = fs::file_size(units_[i].source.path, error);
      return error ? 0 : bytes;
    };
    return size(output) < size(input) || (size(output) == size(input) && output > input);
  }

  Error onto_input(const Unit& unit, const Unit& input) const {
    const bool own = unit.source.identity == input.source.identity;
    const auto victim = own ? std::string("itself") : "the input " + quoted(input.source.path);
    return {ErrorKind::usage, quoted(unit.source.path) + " would be written over " + victim +
                                  (options_.in_place ? "" : "; --in-place replaces originals")};
  }

  Result<void> check_collisions(const std::vector<bool>& left_out) const {
    std::unordered_map<std::string_view, std::size_t> outputs;
    outputs.reserve(all_places_.size());
    for (const auto& place : all_places_) {
      if (left_out[place.unit] || place.target->path.empty()) continue;
      const auto [at, fresh] = outputs.emplace(place.name, place.unit);
      // Of one image's candidates only one is written.
      if (fresh || (at->second == place.unit && options_.auto_format)) continue;
      return std::unexpected(collision(units_[at->second], units_[place.unit], place.target->path));
    }
    return {};
  }

  Error collision(const Unit& a, const Unit& b, const std::string& path) const {
    const std::string could = options_.auto_format ? "could" : "would";
    return {ErrorKind::usage, &a == &b
                                  ? quoted(a.source.path) + " would be written to " + quoted(path) + " twice"
                                  : quoted(a.source.path) + " and " + quoted(b.source.path) + " " + could +
                                        " both be written to " + quoted(path) +
                                        "; --template '{dir}/{name}.{ext}' keeps them apart"};
  }

  static bool is_link(const std::string& path) {
    std::error_code error;
    return fs::is_symlink(path, error);
  }

  Places places_;
  const Options& options_;
  const SizeOf& size_of_;
  const MadeEarlier& made_earlier_;
  int threads_;
  const codec::Codec* named_output_;
  std::vector<Unit> units_;
  std::vector<Place> all_places_;
};

}  // namespace

Result<std::vector<Unit>> plan(std::vector<Source> sources, const Options& options, const SizeOf& size_of,
                               int threads, const MadeEarlier& made_earlier) {
  return Planner(std::move(sources), options, size_of, threads, made_earlier).run();
}

}  // namespace frugal::batch
