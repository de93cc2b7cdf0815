#include "batch/scan.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <unordered_set>
#include <utility>

#include "batch/kind.hpp"
#include "batch/place.hpp"
#include "batch/recall.hpp"
#include "batch/walk.hpp"
#include "util/atomic_file.hpp"
#include "util/fd.hpp"
#include "util/glob.hpp"
#include "util/parallel.hpp"

namespace frugal::batch {

namespace fs = std::filesystem;

namespace {

Error missing_or_io() {
  const bool missing = errno == ENOENT || errno == ENOTDIR;
  return missing ? Error{ErrorKind::missing, "no such file or directory"} : io_error("look at it");
}

std::string with_slash(const std::string& directory) {
  return directory.ends_with('/') ? directory : directory + '/';
}

fs::path absolute_normal(const fs::path& path) {
  std::error_code error;
  return fs::absolute(path, error).lexically_normal();
}

/// The name that a directory has in its parent; also for "." and "dir/".
std::string base_name(const fs::path& directory) {
  auto normal = absolute_normal(directory);
  if (!normal.has_filename()) normal = normal.parent_path();
  return normal.filename().string();
}

bool named_as_image(const fs::path& path) {
  const auto extension = path.extension().string();
  return extension.size() > 1 && codec::by_extension(std::string_view(extension).substr(1));
}

class Scanner {
 public:
  Scanner(const Options& options, const std::string& cache_directory, cache::Store* store, int threads)
      : options_(options),
        store_(store),
        threads_(threads),
        one_argument_(options.paths.size() == 1 && options.files_from.empty()) {
    rules_.max_depth = options.max_depth.value_or(rules_.max_depth);
    rules_.follow = options.follow;
    rules_.is_excluded = [&](std::string_view relative) {
      return any_glob_matches(options.exclude, relative);
    };
    rules_.is_wanted = [&](std::string_view relative) {
      return options.include.empty() || any_glob_matches(options.include, relative);
    };
    rules_.leftover = [&](const std::string& path) {
      if (!options.dry_run) remove_if_abandoned(path);
    };
    for (const auto& directory : {options.output, cache_directory}) {
      const auto identity = identity_at(directory);
      if (identity) rules_.not_entered.emplace(identity->device, identity->inode);
    }
  }

  void add_argument(const std::string& path, bool mirror_by_name) {
    if (path == "-") return add_stdin();
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return add_unreadable(path, missing_or_io());
    if (!S_ISDIR(status.st_mode)) return add_named(path, fs::path(path).filename().string());
    add_tree(path, mirror_by_name ? base_name(path) : "");
  }

  void add_named(const std::string& path, std::string mirror) {
    Source source;
    source.path = path;
    source.base = fs::path(path).parent_path().string();
    source.relative = fs::path(path).filename().string();
    source.mirror = std::move(mirror);
    if (const auto identity = identity_at(path)) source.file = *identity;
    if (const auto kind = kind_at(source)) tell(source, *kind);
    source.identity = places_.of(source.path);
    push(std::move(source));
  }

  std::vector<Source> take() { return std::move(sources_); }

 private:
  void add_stdin() {
    Source source;
    source.path = source.identity = "-";
    source.relative = source.mirror = "stdin";
    auto content = read_all(STDIN_FILENO);
    if (!content) {
      source.error = content.error();
    } else {
      source.content = std::make_shared<const Bytes>(std::move(*content));
      tell(source, kind_of(*source.content));
    }
    sources_.push_back(std::move(source));
  }

  void add_unreadable(const std::string& path, Error error) {
    Source source;
    source.path = path;
    source.error = std::move(error);
    source.identity = places_.of(path);
    push(std::move(source));
  }

  void add_tree(const std::string& root, const std::string& mirror_prefix) {
    const auto files = walk(root, rules_, threads_);
    std::vector<std::optional<Source>> found(files.size());
    const auto base = with_slash(root);
    const auto mirror = mirror_prefix.empty() ? std::string() : with_slash(mirror_prefix);
    parallel_for(files.size(), threads_, [&](std::size_t i) {
      Source source;
      source.path = files[i].relative.empty() ? root : base + files[i].relative;
      source.base = root;
      source.relative = files[i].relative;
      source.mirror = mirror + files[i].relative;
      source.file = files[i].identity;
      source.may_be_link = options_.follow;
      if (is_input(source, files[i].error)) found[i] = std::move(source);
    });
    sources_.reserve(sources_.size() + found.size());
    for (auto& source : found) {
      if (!source) continue;
      source->identity = places_.of(source->path);
      push(std::move(*source));
    }
  }

  /// Tells what a file found in a directory is; false where it is to be passed over.
  bool is_input(Source& source, const std::optional<Error>& unreadable) const {
    if (unreadable) {
      while (source.path.size() > 1 && source.path.ends_with('/')) source.path.pop_back();
      source.file.reset();
      source.error = *unreadable;
      return true;
    }
    if (const auto kind = kind_at(source)) {
      // Metadata that macOS leaves on foreign file systems under the picture's own extension.
      if (kind->apple_double && fs::path(source.relative).filename().native().starts_with("._")) return false;
      tell(source, *kind);
    }
    const auto told = source.error ? source.error->kind : ErrorKind::internal;
    if (told == ErrorKind::not_image && !named_as_image(source.relative)) return false;
    if (told == ErrorKind::not_image) source.error->message = "its content is no image that frugal knows";
    if (told == ErrorKind::unsupported) source.error->kind = ErrorKind::left_alone;  // nobody named it
    return true;
  }

  /// As the cache remembers it, else by the file's first bytes; where they cannot be had, `source.error` is
  /// set.
  std::optional<Kind> kind_at(Source& source) const {
    const auto known = store_ && source.file ? store_->known(*source.file) : std::nullopt;
    if (const auto kind = known ? kind_numbered(known->kind) : std::nullopt) return kind;
    // What is small, or was only touched as it seems, is read whole at once: its content is what counts next.
    const bool whole = store_ && source.file && is_small(*source.file);
    const auto seen = now_ns();
    const auto fd = open_regular(source.path);
    const auto opened = fd ? identity_of(fd->get()) : std::unexpected(fd.error());
    const auto bytes = !opened ? std::unexpected(opened.error())
                       : whole ? read_all(fd->get())
                               : read_head(fd->get(), codec::kSniffBytes);
    if (!bytes) {
      source.error = bytes.error();
      return std::nullopt;
    }
    const auto kind = kind_of(*bytes);
    source.file = *opened;
    cache::Known told{std::nullopt, number_of(kind)};
    if (whole) told.content = cache::content_of(*bytes, store_->secret());
    // Of a large picture the content is remembered with the kind, when it is read.
    if (store_ && (whole || !kind.codec)) store_->remember(*opened, told, seen);
    return kind;
  }

  /// Sets the source's codec or its error.
  static void tell(Source& source, const Kind& kind) {
    const auto codec = codec_of(kind);
    if (codec) source.codec = *codec;
    if (!codec) source.error = codec.error();
  }

  /// A tree has no file twice; several arguments may.
  void push(Source source) {
    if (one_argument_ || known_.insert(source.identity).second) sources_.push_back(std::move(source));
  }

  /// Or not so large, and known by another time stamp.
  bool is_small(const cache::FileIdentity& file) const {
    constexpr std::uint64_t kSmall = 64U << 10;  // bytes
    constexpr std::uint64_t kNotLarge = 64U << 20;
    return file.size <= kSmall || (file.size <= kNotLarge && store_->was_known(file));
  }

  const Options& options_;
  cache::Store* store_;
  int threads_;
  bool one_argument_;
  WalkRules rules_;
  Places places_;
  std::unordered_set<std::string> known_;
  std::vector<Source> sources_;
};

Result<std::vector<std::string>> names_from(const std::string& list, bool null_separated) {
  auto fd = list == "-" ? Result<Fd>(Fd(::dup(STDIN_FILENO))) : open_regular(list);
  auto bytes = fd ? read_all(fd->get()) : std::unexpected(fd.error());
  if (!bytes) return fail(bytes.error().kind, "--files-from " + list + ": " + bytes.error().message);
  std::vector<std::string> names;
  const char end = null_separated ? '\0' : '\n';
  for (auto rest = as_chars(*bytes); !rest.empty();) {
    const auto length = rest.find(end);
    if (auto name = rest.substr(0, length); !name.empty()) names.emplace_back(name);
    rest.remove_prefix(length == std::string_view::npos ? rest.size() : length + 1);
  }
  return names;
}

/// The deepest directory that holds all of the names (absolute).
fs::path common_directory(const std::vector<std::string>& names) {
  std::optional<fs::path> common;
  for (const auto& name : names) {
    const auto directory = absolute_normal(name).parent_path();
    if (!common) {
      common = directory;
      continue;
    }
    const auto end = std::ranges::mismatch(*common, directory).in1;
    fs::path shared;
    for (auto part = common->begin(); part != end; ++part) shared /= *part;
    common = shared;
  }
  return common.value_or(fs::path());
}

}  // namespace

Result<std::vector<Source>> scan(const Options& options, const std::string& cache_directory,
                                 cache::Store* store, int threads) {
  Scanner scanner(options, cache_directory, store, threads);
  for (const auto& path : options.paths) scanner.add_argument(path, options.paths.size() > 1);
  if (!options.files_from.empty()) {
    const auto names = names_from(options.files_from, options.null_separated);
    if (!names) return std::unexpected(names.error());
    const auto common = common_directory(*names);
    for (const auto& name : *names) {
      scanner.add_named(name, absolute_normal(name).lexically_relative(common).string());
    }
  }
  return scanner.take();
}

}  // namespace frugal::batch
