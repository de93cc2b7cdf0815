#include "batch/convert.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "batch/demand.hpp"
#include "batch/kind.hpp"
#include "batch/load.hpp"
#include "batch/recall.hpp"
#include "batch/terms.hpp"

namespace frugal::batch {

namespace {

/// Below this many pixels a thread more costs an encoder more than it brings.
constexpr std::uint64_t kPixelsAThread = 500'000;

/// Why an output of ours that is met as a source stays as it is.
constexpr std::string_view kOutput = "already an output of frugal";

/// The place that a result of this format takes.
const Target& candidate_of(const Target& target, std::string_view format) {
  const auto found = std::ranges::find_if(
      target.candidates, [&](const Target& candidate) { return candidate.codec->name == format; });
  return found == target.candidates.end() ? target : *found;
}

/// One unit on its way; lives as long as `convert` runs.
class Conversion {
 public:
  Conversion(const Unit& unit, const Context& context, std::size_t waiting,
             std::span<const cache::Entry> known)
      : unit_(unit),
        source_(unit.source),
        given_(&context),
        context_(&context),
        waiting_(waiting),
        known_(known) {}

  std::vector<Outcome> run() {
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < unit_.targets.size(); ++i) {
      const auto& target = unit_.targets[i];
      const double start = context_->clock();
      known_entry_ = known_.empty() ? nullptr : &known_[i];
      outcome_ = blank_outcome(source_, target, *context_);
      make(target);
      turn_.reset();
      const bool missing = outcome_.status == Status::skipped && !outcome_.output_bytes;
      if (missing && target.must_be_made) outcome_.status = Status::failed;
      outcome_.ms.total = context_->clock() - start;
      outcome_.input_bytes = source_size_ ? *source_size_ : content_ ? content_->size : outcome_.input_bytes;
      outcomes.push_back(std::move(outcome_));
    }
    return outcomes;
  }

 private:
  void failed(const Error& error) {
    outcome_.status = error.kind == ErrorKind::left_alone ? Status::skipped : Status::failed;
    outcome_.reason = error.message;
  }

  void make(const Target& target) {
    if (target.refusal) return refuse(target, *target.refusal);
    if (target.replaces_source || target.removes_source) {
      if (auto obstacle = in_place_obstacle(source_.path)) return failed({ErrorKind::left_alone, *obstacle});
    }
    if (context_->store && context_->options.debug_key) {
      if (most_memory() && !share_) (void)find_manner();
      tell_key(target);
    }
    if (context_->store && !context_->options.force && recall(target)) return;
    if (target.candidates.empty()) {
      obstacle_ = obstacle(target);
      if (obstacle_ && !may_be_ours(target)) return failed({ErrorKind::left_alone, *obstacle_});
    }
    if (auto loaded = source_size_ ? Result<void>() : load(); !loaded) return failed(loaded.error());
    // The file may have changed since the cache was asked; what was read is what is converted.
    if (auto opened = open_picture(); !opened) return refuse_and_remember(target, opened.error());
    convert_picture(target);
  }

  /// What stands in the way may be the output of a run that was killed before the cache had its rows: then it
  /// holds the very bytes that are about to be made.
  bool may_be_ours(const Target& target) const {
    std::error_code error;
    return context_->store && context_->options.overwrite != Overwrite::never &&
           std::filesystem::is_regular_file(target.path, error);
  }

  /// Settles for one of the places that the target may have.
  void settle_for(const Target& place) {
    outcome_.output = place.path;
    outcome_.format = place.codec ? place.codec->name : std::string_view();
  }

  /// Where the source's own bytes go, if they are the result.
  const Target& home(const Target& target) {
    const auto& place = home_of(target);
    if (place.codec) settle_for(place);
    return place;
  }

  /// Why the target must not be written, or nothing; notes whether something is there to be replaced.
  std::optional<std::string> obstacle(const Target& target) {
    std::error_code error;
    occupied_ =
        target.path != "-" && std::filesystem::exists(std::filesystem::symlink_status(target.path, error));
    if (!occupied_) return std::nullopt;
    return overwrite_obstacle(source_, target, context_->options.overwrite, context_->store);
  }

  // ---- the source ----

  /// Reads the source: the same buffer is hashed and decoded.
  Result<void> load() {
    if (source_size_) return bring_back();
    if (most_memory() && !share_ && !turn_) turn_.emplace(context_->budget.turn(bytes_to_read()));
    if (source_.content) {
      bytes_ = *source_.content;
    } else {
      const double start = context_->clock();
      const auto seen = now_ns();
      auto loaded = batch::load(source_.path, context_->options.max_pixels);
      if (!loaded) return std::unexpected(loaded.error());
      bytes_ = std::move(loaded->bytes);
      identity_ = loaded->identity;
      if (context_->store) {
        context_->store->remember(identity_, {content_of_bytes(), number_of(kind_of(*bytes_))}, seen);
      }
      outcome_.ms.read += context_->clock() - start;
    }
    source_size_ = bytes_->size();
    if (context_->store) content_ = content_of_bytes();
    return {};
  }

  /// What it takes to have the source here and in the process that reads its header.
  std::uint64_t bytes_to_read() const {
    const auto size = source_.content ? source_.content->size() : source_.file ? source_.file->size : 0;
    return 2 * static_cast<std::uint64_t>(size);
  }

  /// The bytes of a source that was read: once more, where they were let go.
  Result<void> bring_back() {
    if (bytes_) return {};
    auto loaded = batch::load(source_.path, context_->options.max_pixels);
    if (!loaded) return std::unexpected(loaded.error());
    if (loaded->identity != identity_) return fail(ErrorKind::io, "it changed while it was being converted");
    bytes_ = std::move(loaded->bytes);
    return {};
  }

  cache::Content content_of_bytes() const { return cache::content_of(*bytes_, context_->store->secret()); }

  /// Decodes the source once (and again where a crash lost it), after its part of the machine is granted.
  Result<void> open_picture() {
    if (transcoder_ && transcoder_->has_picture()) return {};
    if (!is_open_) {
      if (auto opened = open_source(); !opened) return opened;
    }
    is_open_ = false;  // once decoded, it is a picture or nothing
    const auto size = transcoder_->decode(context_->options.metadata, grant(), outcome_.ms);
    if (!size) return std::unexpected(size.error());
    size_ = *size;
    if (grant().sparing && !source_.content && !transcoder_->needs_file()) bytes_.reset();
    return {};
  }

  /// Reads the header and waits for what the picture takes.
  Result<void> open_source() {
    if (auto loaded = load(); !loaded) return loaded;
    if (!transcoder_) {
      auto transcoder = context_->workshop.transcoder();
      if (!transcoder) return std::unexpected(transcoder.error());
      transcoder_ = std::move(*transcoder);
    }
    const auto header =
        transcoder_->open(*bytes_, *source_.codec, codec::Limits{context_->options.max_pixels});
    if (!header) return std::unexpected(header.error());
    if (!share_) {
      if (auto granted = acquire(*header); !granted) return granted;
    }
    is_open_ = true;
    return {};
  }

  Grant grant() const { return {share_->threads(), share_->memory(), asked(context_->options).sparing()}; }

  /// Waits for the picture's part of the machine. Errors: limit, where there is never so much.
  Result<void> acquire(const codec::Header& header) {
    const auto pixels = std::uint64_t{header.size.width} * header.size.height;
    const auto size = bytes_->size();
    auto manner = asked(context_->options);
    if (const auto most = most_memory()) {
      const auto found = manner_within(*most, unit_, header, size, context_->options);
      if (!found) return std::unexpected(too_much_memory(header));
      manner = *found;
      if (manner != asked(context_->options)) settle_manner(manner);
    }
    const auto memory = demand(unit_, header, size, context_->options, manner);
    const auto useful = std::clamp<std::uint64_t>(pixels / kPixelsAThread, 1, 64);
    const int threads = manner.sparing() ? 1 : static_cast<int>(useful);
    if (turn_) {
      share_.emplace(context_->budget.acquire(memory, threads, waiting_, std::move(*turn_)));
      turn_.reset();
    } else {
      share_.emplace(context_->budget.acquire(memory, threads, waiting_));
    }
    return {};
  }

  /// What one picture may take, in bytes, where the user has said so.
  std::optional<std::uint64_t> most_memory() const {
    return context_->options.memory_limit > 0 ? std::optional(context_->budget.memory()) : std::nullopt;
  }

  Error too_much_memory(const codec::Header& header) const {
    const auto& options = context_->options;
    const auto least = demand(unit_, header, bytes_->size(), options, manners(options).back());
    const auto wanted = limit_for_pictures(least);
    return {ErrorKind::limit, "it takes about " + std::to_string((wanted >> 20) + 1) +
                                  " MiB of memory to convert; --memory-limit gives it more"};
  }

  /// From here on this unit is made as if another manner had been asked for.
  void settle_manner(const Manner& manner) {
    own_options_ = std::make_unique<Options>(in_manner(context_->options, manner));
    own_context_.emplace(context_->with(*own_options_));
    context_ = &*own_context_;
    known_ = {};  // was asked for at the other one
    known_entry_ = nullptr;
  }

  // ---- what the cache knows ----

  cache::Hash hash_of(const cache::KeyBuilder& key) const { return key.finish(context_->store->secret()); }

  void tell_key(const Target& target) {
    if (source_.content && !load()) return;
    if (know_content()) {
      outcome_.key =
          described(key_of(target, *content_, *source_.codec, *context_), context_->store->secret());
    }
  }

  /// True when an earlier result settled the outcome.
  bool recall(const Target& target) {
    if (source_.content && !load()) return false;
    if (!know_content()) return false;
    auto entry = known_entry_ ? std::optional(*known_entry_) : find(target);
    if (most_memory() && !share_ && !(entry && has_manner_of(*entry))) {
      if (!find_manner()) return false;
      entry = find(target);
    }
    if (!entry) return false;
    if (!codec::check_limits({entry->width, entry->height}, {context_->options.max_pixels})) return false;
    outcome_.figures = figures_of(*entry);
    if (!settle(target, *entry)) {
      outcome_.figures = {};
      outcome_.output = target.path;
      outcome_.format = target.codec ? target.codec->name : std::string_view();
      return false;
    }
    outcome_.cache = CacheUse::hit;
    return true;
  }

  /// True when a result of that size is made in the manner that it was looked up with.
  bool has_manner_of(const cache::Entry& entry) const {
    const auto manner = manner_within(*most_memory(), unit_, Size{entry.width, entry.height}, content_->size,
                                      context_->options);
    return manner == asked(context_->options);
  }

  /// Settles in which manner this unit is made; false where its file does not say.
  bool find_manner() { return load() && open_source(); }

  std::optional<cache::Entry> find(const Target& target) const {
    auto entry = find(target, *context_);
    if (entry || context_ == given_) return entry;
    // An output of ours is one, however it was made.
    entry = find(target, *given_);
    return entry && entry->reason == kOutput ? entry : std::nullopt;
  }

  std::optional<cache::Entry> find(const Target& target, const Context& context) const {
    const auto known_as = hash_of(key_of(target, *content_, *source_.codec, context));
    if (context.rows_of_this_run.contains(known_as)) return std::nullopt;
    return context.store->find(known_as);
  }

  /// False where it cannot be told: reading the file says why.
  bool know_content() {
    if (content_ || !source_.file) return content_.has_value();
    if (auto content = content_at(source_.path, *source_.file, *context_->store)) content_ = *content;
    return content_.has_value();
  }

  bool settle(const Target& target, const cache::Entry& entry) {
    if (entry.verdict == cache::Verdict::left_alone) {
      refuse(target, {ErrorKind::left_alone, entry.reason});
      return true;
    }
    const Target& place = place_for(target, entry);
    if (!place.codec) return false;
    settle_for(place);
    if (place.path.empty()) {
      failed({ErrorKind::left_alone, entry.reason});
      return true;
    }
    if (stands(place, entry.output)) {
      outcome_.status = Status::reused;
      outcome_.output_bytes = entry.output.size;
      if (place.removes_source && !context_->options.dry_run) finish_removal(place, entry);
      return true;
    }
    if (auto reason = obstacle(place)) {
      failed({ErrorKind::left_alone, *reason});
      return true;
    }
    return restore(place, entry);
  }

  /// An earlier run was stopped between writing the output and removing the source.
  void finish_removal(const Target& target, const cache::Entry& entry) {
    auto removed = load_if_needed(target, entry);
    if (removed) removed = remove_source(context_->roots, source_, target, identity_);
    if (!removed) failed(removed.error());
  }

  /// Brings back a remembered result; false when the cache has lost it.
  bool restore(const Target& target, const cache::Entry& entry) {
    if (auto loaded = load_if_needed(target, entry); !loaded) return false;
    std::optional<Bytes> payload;
    Fd file;
    if (entry.verdict == cache::Verdict::encoded) payload = context_->store->payload(entry.output, &file);
    if (entry.verdict == cache::Verdict::kept && *content_ == entry.output) payload = bytes_;
    if (!payload) return false;
    outcome_.status = Status::reused;
    finish(target, *payload, file.get());
    return true;
  }

  /// A kept source is its own payload, and one that is replaced must be known as it was read.
  Result<void> load_if_needed(const Target& target, const cache::Entry& entry) {
    const bool needed =
        entry.verdict == cache::Verdict::kept || target.replaces_source || target.removes_source;
    if (!needed) return {};
    const auto before = *content_;
    if (auto loaded = load(); !loaded) return loaded;
    return *content_ == before ? Result<void>()
                               : fail(ErrorKind::io, "it changed while it was being converted");
  }

  /// True when the target's file is there with that very content.
  bool stands(const Target& target, const cache::Content& output) const {
    if (!target.there) return false;
    const auto there = content_at(target.path, *target.there, *context_->store);
    return there && *there == output;
  }

  void remember(const Target& target, const cache::Entry& entry, ByteView payload) {
    if (!context_->store) return;
    context_->store->put(hash_of(key_of(target, *content_, *source_.codec, *context_)), entry, payload);
    if (entry.verdict != cache::Verdict::encoded) return;
    // Met again as a source, wherever and under whatever name, an output of ours is as small as it gets.
    auto done = entry;
    done.verdict = cache::Verdict::kept;
    done.reason = kOutput;
    const auto& codec = *codec::by_name(entry.format);
    const auto done_key = hash_of(key_of(met_again(target, codec), entry.output, codec, *given_));
    if (!context_->store->find(done_key)) context_->rows_of_this_run.add(done_key);
    context_->store->put(done_key, done, {});
  }

  // ---- the result ----

  void convert_picture(const Target& target) {
    const auto& options = context_->options;
    const auto size = *source_size_;
    if (fits_as_it_is(options, target, size)) {
      outcome_.figures.size = size_;
      return keep_source(target, "it is small enough");
    }
    const auto limit = useless_from(options, target, size, *source_.codec);
    const auto codecs = codecs_of(target, options.room);
    auto made = transcoder_->encode(codecs, settings_of(options, target, size), limit, grant(), outcome_.ms);
    if (!made) return refuse_and_remember(target, made.error());
    outcome_.figures = made->figures;
    if (made->bytes.empty()) {
      return useless(target, options.min_savings ? "it would save less than --min-savings asks" : made->why);
    }
    if (limit && made->bytes.size() >= *limit) return useless(target, not_smaller(made->bytes.size()));
    if (context_->store) {
      const auto output = cache::content_of(made->bytes, context_->store->secret());
      auto entry = entry_of(cache::Verdict::encoded, output, {}, made->figures);
      entry.format = made->codec->name;
      remember(target, entry, made->bytes);
    }
    const Target& place = candidate_of(target, made->codec->name);
    settle_for(place);
    if (!target.candidates.empty()) obstacle_ = obstacle(place);
    if (obstacle_ && !same_content(place.path, made->bytes))
      return failed({ErrorKind::left_alone, *obstacle_});
    outcome_.status = Status::converted;
    finish(place, made->bytes);
  }

  /// What was found out about a result does not hold for the source's own bytes.
  void forget_result() {
    const auto size = outcome_.figures.size;
    outcome_.figures = {};
    outcome_.figures.size = size;
  }

  std::string not_smaller(std::uint64_t size) const {
    const auto sizes = " (" + std::to_string(size) + " bytes from " + std::to_string(*source_size_) + ")";
    return (context_->options.min_savings ? "it would save less than --min-savings asks"
                                          : "it would not get smaller, or hardly") +
           sizes;
  }

  /// A result that does not pay.
  void useless(const Target& target, const std::string& reason) {
    if (may_stay(target)) return keep_source(target, reason);
    const int encodes = outcome_.figures.encodes;
    forget_result();
    refuse_and_remember(target, {ErrorKind::left_alone, reason});
    outcome_.figures.encodes = encodes;
  }

  /// The source's own bytes are the best result that there is.
  void keep_source(const Target& target, const std::string& reason) {
    const int encodes = outcome_.figures.encodes;
    forget_result();
    if (too_large(context_->options, *source_size_)) {
      refuse_and_remember(target, {ErrorKind::left_alone, reason});
    } else {
      if (context_->store)
        remember(target, entry_of(cache::Verdict::kept, *content_, reason, outcome_.figures), {});
      put_source(target, reason);
    }
    outcome_.figures.encodes = encodes;
  }

  void put_source(const Target& target, const std::string& reason) {
    const Target& place = home(target);
    if (!target.candidates.empty()) obstacle_ = obstacle(place);
    if (place.path.empty()) return failed({ErrorKind::left_alone, reason});
    if (obstacle_) return failed({ErrorKind::left_alone, *obstacle_});
    outcome_.status = Status::skipped;
    outcome_.kept = context_->options.metadata != MetadataPolicy::none;  // what stays in it must then be told
    outcome_.reason =
        reason + (place.replaces_source ? "; left" : "; copied") + " as it is, with all its metadata";
    if (auto loaded = load(); !loaded) return failed(loaded.error());
    finish(place, *bytes_);
  }

  void refuse_and_remember(const Target& target, const Error& error) {
    if (error.kind == ErrorKind::left_alone && context_->store) {
      remember(target, entry_of(cache::Verdict::left_alone, {}, error.message, outcome_.figures), {});
    }
    refuse(target, error);
  }

  /// Skips or fails; a mirror that keeps formats gets a copy of what is left alone, so that it is complete.
  void refuse(const Target& target, const Error& error) {
    failed(error);
    const Target& place = home_of(target);
    if (error.kind != ErrorKind::left_alone || !place.copy_if_left_alone || place.path.empty()) return;
    constexpr auto kCopied = "; copied as it is, with all its metadata";
    const bool asked = context_->store && !context_->options.force;
    if (asked && know_content() && stands(place, *content_)) {
      outcome_.output_bytes = content_->size;
      home(target);
      outcome_.reason += kCopied;
      return;
    }
    if (auto reason = obstacle(place)) {
      outcome_.reason += "; " + *reason;
      return;
    }
    if (auto loaded = load(); !loaded) return failed(loaded.error());
    if (too_large(context_->options, *source_size_)) return;
    home(target);
    outcome_.reason += kCopied;
    finish(place, *bytes_);
  }

  /// Puts `bytes` (`same`: see AtomicFile::write) where the target wants them, unless they are there; a fault
  /// turns the outcome into a failure.
  void finish(const Target& target, const Bytes& bytes, int same = -1) {
    outcome_.output_bytes = bytes.size();
    const bool unchanged = target.replaces_source && bytes_ && bytes == *bytes_;
    if (context_->options.dry_run || unchanged || target.path.empty()) return;
    if (outcome_.status == Status::skipped && same_content(target.path, bytes)) return;
    const double start = context_->clock();
    // Killed with the file replaced and its row not yet written, the next run would compress it once more.
    const bool row_is_new = outcome_.status == Status::converted;
    std::optional<cache::Content> content;
    if (context_->store) content = cache::content_of(bytes, context_->store->secret());
    if ((target.replaces_source || target.removes_source) && content) {
      mark_original(*content, *context_->store);
      if (row_is_new) context_->store->flush();
    }
    const auto delivered = deliver(context_->roots, source_, target, identity_, bytes, occupied_, same);
    outcome_.ms.write += context_->clock() - start;
    if (delivered) {
      if (*delivered && content)
        context_->store->remember_own(**delivered, {content, number_of(kind_of(bytes))});
      return;
    }
    outcome_.output_bytes.reset();
    failed(delivered.error());
  }

  const Unit& unit_;
  const Source& source_;
  const Context* given_;
  const Context* context_;  // the same, or for this unit alone
  std::unique_ptr<Options> own_options_;
  std::optional<Context> own_context_;
  std::size_t waiting_;
  std::span<const cache::Entry> known_;
  const cache::Entry* known_entry_ = nullptr;  ///< of the target in work, where it was asked for already
  bool occupied_ = false;                      ///< something stood at the target's path when it was looked at

  Outcome outcome_;
  std::optional<std::string> obstacle_;       ///< see overwrite_obstacle; of the target in work
  std::optional<Bytes> bytes_;                ///< the source's, unless they were let go
  std::optional<std::uint64_t> source_size_;  ///< bytes; once it was read
  cache::FileIdentity identity_;
  std::optional<cache::Content> content_;
  std::optional<Turn> turn_;    ///< to read what no share was granted for yet
  std::optional<Share> share_;  // outlives what it was granted to
  bool is_open_ = false;        ///< the header was read, the picture was not
  std::unique_ptr<Transcoder> transcoder_;
  Size size_;  ///< upright, of the picture
};

}  // namespace

std::vector<Outcome> convert(const Unit& unit, const Context& context, std::size_t waiting,
                             std::span<const cache::Entry> known) {
  return Conversion(unit, context, waiting, known).run();
}

Outcome blank_outcome(const Source& source, const Target& target, const Context& context) {
  Outcome outcome;
  outcome.input = source.path;
  outcome.output = target.path;
  if (target.codec) outcome.format = target.codec->name;
  if (context.store) outcome.cache = CacheUse::miss;
  if (source.content) outcome.input_bytes = source.content->size();
  if (source.file) outcome.input_bytes = source.file->size;
  return outcome;
}

cache::KeyBuilder key_of(const Target& target, const cache::Content& content, const codec::Codec& from,
                         const Context& context) {
  return key_of(target, content, from, context.options, context.fingerprint);
}

cache::KeyBuilder key_of(const Target& target, const cache::Content& content, const codec::Codec& from,
                         const Options& options, const std::string& fingerprint) {
  return key_of(content, from, tag_of(target), settings_of(options, target, content.size),
                useless_from(options, target, content.size, from), fingerprint);
}

const Target& place_for(const Target& target, const cache::Entry& entry) {
  return entry.verdict == cache::Verdict::kept ? home_of(target) : candidate_of(target, entry.format);
}

double clock_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

}  // namespace frugal::batch
