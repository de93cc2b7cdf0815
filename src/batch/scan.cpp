#include "batch/scan.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>
#include <unordered_set>
#include <utility>

#include "batch/load.hpp"
#include "batch/place.hpp"
#include "util/atomic_file.hpp"
#include "util/fd.hpp"
#include "util/glob.hpp"

namespace frugal::batch {

namespace fs = std::filesystem;

namespace {

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

/// An AppleDouble file: metadata that macOS leaves on foreign file systems under the picture's own extension.
bool is_apple_double(std::string_view name, ByteView head) {
  using namespace std::string_view_literals;
  return name.starts_with("._") && as_chars(head).starts_with("\x00\x05\x16\x07"sv);
}

bool named_as_image(const fs::path& path) {
  const auto extension = path.extension().string();
  return extension.size() > 1 && codec::by_extension(std::string_view(extension).substr(1));
}

class Scanner {
 public:
  Scanner(const Options& options, std::string_view cache_directory) : options_(options) {
    if (!options.output.empty() && options.output != "-") not_inputs_.insert(Places::end_of(options.output));
    if (!cache_directory.empty()) not_inputs_.insert(Places::end_of(cache_directory));
  }

  void add_argument(const std::string& path, bool mirror_by_name) {
    if (path == "-") return add_stdin();
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return add_unreadable(path);
    if (!S_ISDIR(status.st_mode)) return add_named(path, fs::path(path).filename().string());
    Tree tree{path, mirror_by_name ? base_name(path) : "", {}, {}};
    std::error_code error;
    tree.canonical_root = fs::canonical(path, error);
    walk(tree, {}, 1);
  }

  void add_named(const std::string& path, std::string mirror) {
    Source source;
    source.path = path;
    source.base = fs::path(path).parent_path().string();
    source.relative = fs::path(path).filename().string();
    source.mirror = std::move(mirror);
    if (const auto head = read_start(source)) tell(source, *head);
    push(std::move(source));
  }

  std::vector<Source> take() { return std::move(sources_); }

 private:
  struct Tree {
    std::string root;
    std::string mirror_prefix;
    fs::path canonical_root;
    std::set<std::pair<dev_t, ino_t>> seen;  ///< directories, so that a loop of links ends
  };

  void add_stdin() {
    Source source;
    source.path = source.identity = "-";
    source.relative = source.mirror = "stdin";
    auto content = read_all(STDIN_FILENO);
    if (!content) {
      source.error = content.error();
    } else {
      source.content = std::make_shared<const Bytes>(std::move(*content));
      tell(source, *source.content);
    }
    sources_.push_back(std::move(source));
  }

  void add_unreadable(const std::string& path) {
    Source source;
    source.path = path;
    source.error = errno == ENOENT || errno == ENOTDIR
                       ? Error{ErrorKind::missing, "no such file or directory"}
                       : io_error("look at it");
    push(std::move(source));
  }

  /// The file's first bytes; where they cannot be had, `source.error` is set.
  static std::optional<Bytes> read_start(Source& source) {
    auto fd = open_regular(source.path);
    auto head = fd ? read_head(fd->get(), codec::kSniffBytes) : std::unexpected(fd.error());
    if (head) return std::move(*head);
    source.error = head.error();
    return std::nullopt;
  }

  /// Sets the source's codec or its error.
  static void tell(Source& source, ByteView head) {
    const auto codec = codec_for(head);
    if (codec) source.codec = *codec;
    if (!codec) source.error = codec.error();
  }

  void push(Source source) {
    source.identity = places_.of(source.path);
    if (known_.insert(source.identity).second) sources_.push_back(std::move(source));
  }

  /// Visits what is in the directory `relative` to the tree's root, by name in byte order.
  void walk(Tree& tree, const fs::path& relative, std::uint32_t depth) {
    const auto directory = relative.empty() ? fs::path(tree.root) : tree.root / relative;
    if (depth > 1 && not_inputs_.contains(Places::end_of(directory))) return;
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0) return add_unreadable(directory.string());
    if (!tree.seen.emplace(status.st_dev, status.st_ino).second) return;
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    for (auto at = fs::directory_iterator(directory, error); !error && at != fs::directory_iterator();
         at.increment(error)) {
      entries.push_back(*at);
    }
    if (error) {
      errno = error.value();
      add_unreadable(directory.string());
    }
    std::ranges::sort(entries, {}, [](const fs::directory_entry& e) { return e.path().native(); });
    for (const auto& entry : entries) visit(tree, entry, relative / entry.path().filename(), depth);
  }

  void visit(Tree& tree, const fs::directory_entry& entry, const fs::path& relative, std::uint32_t depth) {
    if (any_glob_matches(options_.exclude, relative.native())) return;
    std::error_code error;
    if (entry.is_symlink(error) && !(options_.follow && stays_inside(tree, entry.path()))) return;
    if (entry.is_directory(error)) {
      if (depth < options_.max_depth.value_or(0xffffffff)) walk(tree, relative, depth + 1);
    } else if (is_temporary_name(entry.path().filename().native())) {
      if (!options_.dry_run) remove_if_abandoned(entry.path());
    } else if (entry.is_regular_file(error) &&
               (options_.include.empty() || any_glob_matches(options_.include, relative.native()))) {
      add_found(tree, entry.path(), relative.string());
    }
  }

  static bool stays_inside(const Tree& tree, const fs::path& link) {
    std::error_code error;
    const auto target = fs::canonical(link, error);
    if (error) return false;
    return std::ranges::mismatch(tree.canonical_root, target).in1 == tree.canonical_root.end();
  }

  void add_found(const Tree& tree, const fs::path& path, const std::string& relative) {
    Source source;
    source.path = path.string();
    source.base = tree.root;
    source.relative = relative;
    source.mirror = (fs::path(tree.mirror_prefix) / relative).string();
    const auto head = read_start(source);
    if (head && is_apple_double(path.filename().native(), *head)) return;
    if (head) tell(source, *head);
    const auto told = source.error ? source.error->kind : ErrorKind::internal;
    if (told == ErrorKind::not_image && !named_as_image(path)) return;
    if (told == ErrorKind::not_image) source.error->message = "its content is no image that frugal knows";
    if (told == ErrorKind::unsupported) source.error->kind = ErrorKind::left_alone;  // nobody named it
    push(std::move(source));
  }

  const Options& options_;
  std::set<std::string> not_inputs_;
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

Result<std::vector<Source>> scan(const Options& options, std::string_view cache_directory) {
  Scanner scanner(options, cache_directory);
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
