#include "batch/job.hpp"

#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

#include "batch/budget.hpp"
#include "batch/cache_care.hpp"
#include "batch/convert.hpp"
#include "batch/demand.hpp"
#include "batch/isolate/workers.hpp"
#include "batch/plan.hpp"
#include "batch/recall.hpp"
#include "batch/runner.hpp"
#include "batch/scan.hpp"
#include "cache/store.hpp"
#include "image/orient.hpp"
#include "util/confine.hpp"
#include "util/fd.hpp"
#include "util/heap.hpp"

namespace frugal::batch {

namespace fs = std::filesystem;

namespace {

std::unique_ptr<cache::Store> open_store(const fs::path& directory, const Options& options,
                                         Reporter& reporter) {
  if (directory.empty()) return nullptr;
  auto store = cache::Store::open({.directory = directory, .max_bytes = options.cache_max});
  if (store) return std::move(*store);
  reporter.warn(store.error().message + "; going on without a cache");
  return nullptr;
}

/// Where pictures are read and written: begun before there are any threads. Errors: unsupported, where it
/// would be less safe than was asked for.
Result<std::unique_ptr<Workshop>> open_workshop(const Options& options, Reporter& reporter) {
  // Whoever requires safety has files from strangers, who are not to meet; and what an idle process keeps of
  // its memory is no picture's.
  const bool required = options.sandbox == Options::Sandbox::require;
  const bool apart = required || options.memory_limit > 0;
  // So do the processes that are forked from this one.
  if (options.memory_limit > 0) spare_heap();
  if (!apart) keep_heap();
  if (options.sandbox == Options::Sandbox::off) {
    if (options.timeout > 0) {
      return fail(ErrorKind::usage,
                  "--timeout ends a process that works on a picture, and with --sandbox off there is none");
    }
    return std::make_unique<LocalWorkshop>(clock_ms);
  }
  // A sanitizer's own needs are those of an attacker.
  const auto means = is_watched() ? Confinement{} : confinement();
  if (required && !means.complete()) {
    return fail(ErrorKind::unsupported,
                "--sandbox require: this system has " + described(means) + " to confine processes with");
  }
  std::optional<std::chrono::milliseconds> patience;
  if (options.timeout > 0) patience = std::chrono::milliseconds(std::llround(options.timeout * 1000));
  auto workers = Workers::begin(means, apart ? Workers::Use::once : Workers::Use::again, patience);
  if (!workers && (required || patience)) return std::unexpected(workers.error());
  if (!workers) {
    reporter.warn(workers.error().message + "; going on in one process");
    return std::make_unique<LocalWorkshop>(clock_ms);
  }
  reporter.note("pictures are read and written in processes confined by " + described(means));
  return std::move(*workers);
}

/// A directory for the time of a run.
class ScratchDirectory {
 public:
  /// Empty where none can be made.
  ScratchDirectory() {
    std::error_code error;
    std::string name = fs::temp_directory_path(error) / "frugal-XXXXXX";
    if (!error && ::mkdtemp(name.data())) path_ = name;
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// From the header of the whole file: some formats keep it anywhere.
Result<Size> upright_size_of(const Source& source, const codec::Limits& limits, Workshop& workshop) {
  const auto fd = open_regular(source.path);
  const auto bytes = fd ? read_all(fd->get()) : std::unexpected(fd.error());
  if (!bytes) return std::unexpected(bytes.error());
  const auto transcoder = workshop.transcoder();
  if (!transcoder) return std::unexpected(transcoder.error());
  const auto header = (*transcoder)->open(*bytes, *source.codec, limits);
  if (!header) return std::unexpected(header.error());
  return upright_size(header->size, header->orientation);
}

/// As far as the cache remembers: see MadeEarlier.
bool was_made_of(const Source& source, const Target& target, const Target& place, const Options& options,
                 cache::Store& store) {
  const auto content = content_at(source.path, store);
  if (!content || !place.codec) return false;
  const auto made_at = [&](const Options& asked) {
    const auto key = key_of(target, *content, *source.codec, asked, environment_fingerprint());
    const auto entry = store.find(key.finish(store.secret()));
    if (!entry || entry->verdict != cache::Verdict::encoded || entry->format != place.codec->name)
      return false;
    const auto there = content_at(place.path, store);
    return there && *there == entry->output;
  };
  if (options.memory_limit == 0) return made_at(options);
  return std::ranges::any_of(manners(options),
                             [&](const Manner& manner) { return made_at(in_manner(options, manner)); });
}

/// Descriptors for as many pictures at once as there are processors, whatever the shell's soft limit is.
void allow_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

std::string cache_libraries() {
  return cache::library_versions();
}

Result<Summary> run_job(const Options& options, Reporter& reporter, const std::atomic<bool>& stop) {
  allow_all_descriptors();
  const double start = clock_ms();
  const auto workshop = open_workshop(options, reporter);
  if (!workshop) return std::unexpected(workshop.error());
  const auto directory = options.use_cache ? cache_directory(options.cache_dir) : fs::path();
  const auto store = open_store(directory, options, reporter);
  const int threads = options.jobs > 0 ? options.jobs : default_jobs();
  auto sources = scan(options, directory.native(), store.get(), threads);
  if (!sources) return std::unexpected(sources.error());
  const codec::Limits limits{options.max_pixels};
  auto units = plan(
      std::move(*sources), options,
      [&](const Source& source) { return upright_size_of(source, limits, **workshop); }, threads,
      [&](const Source& source, const Target& target, const Target& place) {
        return store && was_made_of(source, target, place, options, *store);
      });
  if (!units) return std::unexpected(units.error());
  if (units->empty()) return Summary{};
  std::optional<ScratchDirectory> scratch;  // outlives the store in it
  std::unique_ptr<cache::Store> scratch_store;
  if (!store && options.total_size) {
    // What is tried on the way has to be somewhere, or the results would be made twice.
    scratch.emplace();
    scratch_store = open_store(scratch->path(), options, reporter);
  }
  const auto summary = run(std::move(*units), options, store ? store.get() : scratch_store.get(), **workshop,
                           reporter, stop, start);
  if (store && !store->warning().empty()) reporter.warn(store->warning());
  return summary;
}

}  // namespace frugal::batch
