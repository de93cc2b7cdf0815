#include "cli/cache_report.hpp"

#include <algorithm>
#include <string_view>

#include "cli/json.hpp"
#include "cli/numbers.hpp"
#include "util/text.hpp"

namespace frugal::cli {
namespace {

using batch::CacheOptions;
using batch::CacheStatistics;
using batch::CacheVerification;

std::string line(std::string_view name, const std::string& figures) {
  constexpr std::size_t kNameColumns = 13;
  std::string text(name);
  text.resize(kNameColumns, ' ');
  return text + figures + "\n";
}

std::string directory_of(const CacheOptions& options) {
  return batch::cache_directory(options.cache_dir).native();
}

/// "1 payload", "2 payloads"
std::string counted(std::uint64_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  return fixed(100 * static_cast<double>(part) / static_cast<double>(whole), 1) + " %";
}

/// "42.0 MB of 5.37 GB (0.8 %)"
std::string share_of_limit(const CacheOptions& options, std::uint64_t bytes) {
  return human_bytes(bytes) + " of " + human_bytes(options.cache_max) + " (" +
         percent(bytes, options.cache_max) + ")";
}

std::string hit_rate(const CacheStatistics& statistics) {
  const auto asked = statistics.hits + statistics.misses;
  return asked == 0 ? "-" : percent(statistics.hits, asked);
}

/// "1200 checked", "1200 checked, 2 damaged: removed"
std::string checked(std::uint64_t count, std::uint64_t damaged) {
  std::string text = std::to_string(count) + " checked";
  return damaged == 0 ? text : text + ", " + std::to_string(damaged) + " damaged: removed";
}

/// What is no damage; empty where there is nothing of the kind.
std::string leftovers(const CacheVerification& found) {
  std::string text;
  if (found.missing_payloads > 0) text = counted(found.missing_payloads, "payload") + " without a file";
  if (found.leftover_files > 0) {
    text += (text.empty() ? "" : ", ") + counted(found.leftover_files, "file") + " without an owner (" +
            human_bytes(found.leftover_bytes) + ")";
  }
  return text.empty() ? text : line("leftovers", text + ": removed");
}

std::string truth(bool value) {
  return value ? "true" : "false";
}

JsonObject& add(JsonObject& object, std::string_view key, std::uint64_t value) {
  return object.add(key, std::to_string(value));
}

JsonObject head(const CacheOptions& options, bool exists) {
  JsonObject object;
  object.add("v", "1").add("directory", json_string(directory_of(options))).add("exists", truth(exists));
  return object;
}

std::string json_results(const CacheStatistics& statistics) {
  JsonObject results;
  add(results, "encoded", statistics.encoded);
  add(results, "kept", statistics.kept);
  return add(results, "left_alone", statistics.left_alone).text();
}

std::string json_payloads(const CacheStatistics& statistics) {
  JsonObject payloads;
  add(payloads, "count", statistics.payloads);
  add(payloads, "file_bytes", statistics.file_bytes);
  return add(payloads, "database_bytes", statistics.database_bytes).text();
}

std::string json_hit_rate(const CacheStatistics& statistics) {
  constexpr int kDecimals = 4;
  const auto asked = statistics.hits + statistics.misses;
  if (asked == 0) return kJsonNull;
  return fixed(static_cast<double>(statistics.hits) / static_cast<double>(asked), kDecimals);
}

std::uint64_t less(std::uint64_t before, std::uint64_t after) {
  return before - std::min(before, after);  // others may have added to it
}

}  // namespace

std::string cache_text(const CacheOptions& options, const CacheStatistics& now) {
  return line("directory", printable(directory_of(options))) +
         line("size", share_of_limit(options, now.disk_bytes)) +
         line("results", std::to_string(now.results()) + ": " + std::to_string(now.encoded) + " encoded, " +
                             std::to_string(now.kept) + " kept, " + std::to_string(now.left_alone) +
                             " left alone") +
         line("payloads", std::to_string(now.payloads) + ": " + human_bytes(now.file_bytes) + " in files, " +
                              human_bytes(now.database_bytes) + " in the database") +
         line("files-known", std::to_string(now.files_known)) + line("runs", std::to_string(now.runs)) +
         line("hits", std::to_string(now.hits)) + line("misses", std::to_string(now.misses)) +
         line("hit-rate", hit_rate(now)) + line("encodes", std::to_string(now.encodes)) +
         line("saved", human_bytes(now.saved_bytes)) + line("evicted", counted(now.evicted, "payload")) +
         line("damaged", std::to_string(now.damaged));
}

std::string cache_text(const CacheOptions& options, const CacheVerification& found) {
  const std::string database =
      found.fault.empty() ? "sound"
                          : "damaged (" + printable(found.fault) + "): mended, with all that could be read";
  return line("directory", printable(directory_of(options))) + line("database", database) +
         line("results", checked(found.results, found.damaged_results)) +
         line("blocks", checked(found.blocks, found.damaged_blocks)) +
         line("payloads", checked(found.payloads, found.damaged_payloads)) +
         line("totals", found.totals_corrected ? "wrong: corrected" : "right") + leftovers(found);
}

std::string cache_json(const CacheOptions& options, const CacheStatistics& now, bool exists) {
  auto object = head(options, exists);
  add(object, "limit_bytes", options.cache_max);
  add(object, "disk_bytes", now.disk_bytes);
  object.add("results", json_results(now)).add("payloads", json_payloads(now));
  add(object, "files_known", now.files_known);
  add(object, "runs", now.runs);
  add(object, "hits", now.hits);
  add(object, "misses", now.misses);
  object.add("hit_rate", json_hit_rate(now));
  add(object, "encodes", now.encodes);
  add(object, "saved_bytes", now.saved_bytes);
  add(object, "evicted", now.evicted);
  return add(object, "damaged", now.damaged).text();
}

std::string cache_json(const CacheOptions& options, const CacheVerification& found, bool exists) {
  auto object = head(options, exists);
  object.add("sound", truth(found.sound())).add("database", found.fault.empty() ? "\"sound\"" : "\"mended\"");
  object.add("fault", found.fault.empty() ? kJsonNull : json_string(found.fault));
  add(object, "results", found.results);
  add(object, "damaged_results", found.damaged_results);
  add(object, "blocks", found.blocks);
  add(object, "damaged_blocks", found.damaged_blocks);
  add(object, "payloads", found.payloads);
  add(object, "damaged_payloads", found.damaged_payloads);
  object.add("totals_corrected", truth(found.totals_corrected));
  add(object, "missing_payloads", found.missing_payloads);
  add(object, "leftover_files", found.leftover_files);
  return add(object, "leftover_bytes", found.leftover_bytes).text();
}

std::string cache_message(const CacheOptions& options, const batch::CachePruned& pruned) {
  const auto& [before, after, leftover_files, leftover_bytes] = pruned;
  std::string text = "pruned " + printable(directory_of(options)) + ": " +
                     counted(less(before.payloads, after.payloads), "payload") + " and " +
                     counted(less(before.results(), after.results()), "result") + " removed";
  if (leftover_files > 0) text += ", and " + counted(leftover_files, "file") + " of killed processes";
  return text + ", " + human_bytes(less(before.disk_bytes, after.disk_bytes) + leftover_bytes) + " freed, " +
         human_bytes(after.disk_bytes) + " left";
}

std::string cache_message(const CacheOptions& options, const batch::CacheCleared& cleared) {
  return "cleared " + printable(directory_of(options)) + ": " + counted(cleared.results, "result") + " and " +
         counted(cleared.payloads, "payload") + " removed, " + human_bytes(cleared.freed_bytes) + " freed";
}

}  // namespace frugal::cli
