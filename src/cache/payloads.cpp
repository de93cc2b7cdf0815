#include "cache/payloads.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>

#include "util/fd.hpp"

namespace fs = std::filesystem;

namespace frugal::cache {
namespace {

constexpr std::size_t kHexLength = 2 * std::tuple_size_v<Hash>;

std::unexpected<Error> system_error(const char* doing) {
  return fail(ErrorKind::io, std::string(doing) + ": " + std::generic_category().message(errno));
}

bool is_regular_of_size(const struct stat& status, std::uint64_t size) {
  return S_ISREG(status.st_mode) && static_cast<std::uint64_t>(status.st_size) == size;
}

/// The content that a payload file's name stands for.
std::optional<Content> parse_name(std::string_view name) {
  if (name.size() < kHexLength + 2 || name[kHexLength] != '-') return {};
  Content content;
  for (std::size_t i = 0; i < content.hash.size(); ++i) {
    const char* digits = name.data() + 2 * i;
    if (std::from_chars(digits, digits + 2, content.hash[i], 16).ptr != digits + 2) return {};
  }
  const char* end = name.data() + name.size();
  if (std::from_chars(name.data() + kHexLength + 1, end, content.size).ptr != end) return {};
  return content;
}

bool is_older(const fs::directory_entry& entry, std::chrono::seconds age) {
  std::error_code error;
  const auto written = entry.last_write_time(error);
  return !error && fs::file_time_type::clock::now() - written > age;
}

/// Another process may remove the folder, being empty, a moment after it was made. Sets errno where false.
bool move_into_folder(const std::string& name, const fs::path& target) {
  for (int attempts = 100; attempts > 0; --attempts) {
    ::mkdir(target.parent_path().c_str(), 0700);  // where it cannot be made, the next call says so
    if (::rename(name.c_str(), target.c_str()) == 0) return true;
    if (errno != ENOENT) break;
  }
  return false;
}

/// Calls `visit` for each entry of `directory`; stops quietly where it is none, or cannot be read.
template <class Visit>
void for_each_entry(const fs::path& directory, Visit visit) {
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(directory, error))) return;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) visit(*at);
}

/// Removes a file, and nothing but a file.
void remove_file(const fs::directory_entry& entry, Swept& swept) {
  struct stat status {};
  if (::lstat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (::unlink(entry.path().c_str()) != 0) return;
  ++swept.files;
  swept.bytes += static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

fs::path PayloadFiles::path_of(const Content& content) const {
  const std::string hex = to_hex(content.hash);
  return directory_ / hex.substr(0, 2) / (hex + '-' + std::to_string(content.size));
}

Result<void> PayloadFiles::write(const Content& content, ByteView bytes) const {
  const fs::path target = path_of(content);
  struct stat status {};
  if (::lstat(target.c_str(), &status) == 0 && is_regular_of_size(status, content.size)) return {};

  const fs::path unfinished = directory_ / "tmp";
  ::mkdir(unfinished.c_str(), 0700);  // where one is missing and cannot be made, the next call says so
  std::string name = unfinished / "XXXXXX";
  Fd file(::mkostemp(name.data(), O_CLOEXEC));
  if (!file) return system_error("a payload could not be made");
  if (write_all(file.get(), bytes) && file.close() && move_into_folder(name, target)) return {};
  const auto error = system_error("a payload could not be written");
  ::unlink(name.c_str());
  return error;
}

Result<std::optional<Bytes>> PayloadFiles::read(const Content& content, Fd* opened) const {
  Fd file(::open(path_of(content).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file && (errno == ENOENT || errno == ELOOP || errno == ENOTDIR)) return std::nullopt;
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return system_error("a payload could not be opened");
  if (!is_regular_of_size(status, content.size)) return std::nullopt;
  auto bytes = read_all(file.get());
  if (!bytes) return fail(ErrorKind::io, "a payload could not be read: " + bytes.error().message);
  if (bytes->size() != content.size) return std::nullopt;
  if (opened) *opened = std::move(file);
  return std::move(*bytes);
}

bool PayloadFiles::exists(const Content& content) const {
  struct stat status {};
  return ::lstat(path_of(content).c_str(), &status) == 0;
}

void PayloadFiles::remove(const Content& content) const {
  const fs::path path = path_of(content);
  ::unlink(path.c_str());
  ::rmdir(path.parent_path().c_str());  // where that was the last one
}

std::uint64_t PayloadFiles::folders() const {
  std::uint64_t count = 0;
  for_each_entry(directory_, [&](const fs::directory_entry& folder) {
    count += folder.path().filename().native().size() == 2 ? 1 : 0;
  });
  return count;
}

template <class Visit>
void PayloadFiles::for_each_file(const Visit& visit) const {
  for_each_entry(directory_, [&](const fs::directory_entry& folder) {
    if (folder.path().filename().native().size() != 2) return;
    for_each_entry(folder.path(), [&](const fs::directory_entry& entry) {
      const auto content = parse_name(entry.path().filename().native());
      if (content && path_of(*content) == entry.path()) visit(entry, *content);  // names as we write them
    });
  });
}

Swept PayloadFiles::sweep(const IsKnown& is_known, std::chrono::seconds age) const {
  Swept swept;
  for_each_file([&](const fs::directory_entry& entry, const Content& content) {
    if (is_older(entry, age) && !is_known(content)) remove_file(entry, swept);
  });
  for_each_entry(directory_ / "tmp", [&](const fs::directory_entry& entry) {
    if (is_older(entry, age)) remove_file(entry, swept);
  });
  return swept;
}

Swept PayloadFiles::remove_all() const {
  Swept swept;
  for_each_file([&](const fs::directory_entry& entry, const Content&) { remove_file(entry, swept); });
  return swept;
}

}  // namespace frugal::cache
