#include "batch/deliver.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "batch/recall.hpp"
#include "util/atomic_file.hpp"
#include "util/fd.hpp"
#include "util/text.hpp"

namespace frugal::batch {

namespace {

/// True when what stands at `path` was written by frugal, as far as the cache remembers.
bool is_ours(const std::string& path, cache::Store* store) {
  if (!store) return false;
  const auto content = content_at(path, *store);
  return content && store->is_output(*content) && !is_original(*content, *store);
}

bool source_is_newer(const Source& source, const std::string& output) {
  if (source.content) return true;  // standard input has no time: whoever names the output means it
  const auto from = identity_at(source.path);
  const auto to = identity_at(output);
  return from && to && from->mtime_ns > to->mtime_ns;
}

Result<void> check_unchanged(const std::string& path, const cache::FileIdentity& as_read) {
  const auto now = identity_at(path);
  if (now && *now == as_read) return {};
  return fail(ErrorKind::io, "it changed while it was being converted; left as it is");
}

/// Mode and owner of the source; where the owner cannot be given, the group and others must not gain by that.
Result<void> take_on_permissions(int fd, const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::unexpected(io_error("look at it"));
  const bool owned = ::fchown(fd, status.st_uid, status.st_gid) == 0;
  const mode_t mode = status.st_mode & (owned ? 07777U : 0700U);
  if (::fchmod(fd, mode) != 0) return std::unexpected(io_error("give the result the mode of the source"));
  return {};
}

using Written = Result<std::optional<cache::FileIdentity>>;

/// Of a file that has its name.
Written identity_of(const AtomicFile& file) {
  auto identity = batch::identity_of(file.fd());
  if (!identity) return std::unexpected(identity.error());
  return *identity;
}

Written replace_source(const Source& source, const cache::FileIdentity& as_read, ByteView bytes) {
  auto file = AtomicFile::create(source.path);
  if (!file) return std::unexpected(file.error());
  auto done = take_on_permissions(file->fd(), source.path);
  if (done) done = file->write(bytes);
  if (done) done = check_unchanged(source.path, as_read);
  if (done) done = file->commit_replacing();
  if (!done) return std::unexpected(done.error());
  return identity_of(*file);
}

/// Who may not read the source must not be able to read what is made from it.
Result<void> narrow_mode(int fd, const Source& source) {
  struct stat from {};
  struct stat to {};
  if (source.content || ::stat(source.path.c_str(), &from) != 0 || ::fstat(fd, &to) != 0) return {};
  const mode_t mode = to.st_mode & (from.st_mode | 0600U) & 0777U;
  if (::fchmod(fd, mode) != 0) return std::unexpected(io_error("give the result its mode"));
  return {};
}

Written write_output(const Source& source, const Target& target, ByteView bytes, bool may_replace, int same) {
  auto file = AtomicFile::create(target.path);
  if (!file) return std::unexpected(file.error());
  auto done =
      target.removes_source ? take_on_permissions(file->fd(), source.path) : narrow_mode(file->fd(), source);
  if (done) done = file->write(bytes, same);
  if (done) done = may_replace ? file->commit_replacing() : file->commit_new();
  if (done) return identity_of(*file);
  // Another process at the same work may have been faster.
  if (!may_replace && !target.removes_source && same_content(target.path, bytes)) return std::nullopt;
  return std::unexpected(done.error());
}

/// Brings a file and its name to the disk: only then may what it replaces go.
Result<void> make_durable(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path();
  for (const auto& name : {path, directory.empty() ? std::string(".") : directory.string()}) {
    const Fd fd(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) return std::unexpected(io_error("bring the result to the disk"));
  }
  return {};
}

/// True when nothing is lost by replacing the output: the source holds the same bytes.
bool copies_source(const Source& source, const std::string& path) {
  if (source.content) return false;
  const auto fd = open_regular(source.path);
  const auto bytes = fd ? read_all(fd->get()) : std::unexpected(fd.error());
  return bytes && same_content(path, *bytes);
}

}  // namespace

bool same_content(const std::string& path, ByteView bytes) {
  if (path == "-") return false;
  const auto identity = identity_at(path);
  if (!identity || identity->size != bytes.size()) return false;
  const auto fd = open_regular(path);
  const auto there = fd ? read_all(fd->get()) : std::unexpected(fd.error());
  return there && std::ranges::equal(*there, bytes);
}

std::optional<std::string> in_place_obstacle(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;  // opening it tells why
  if (S_ISLNK(status.st_mode)) return "a symbolic link; name the file it leads to";
  if (status.st_nlink > 1) return "other hard links to it would keep the old picture";
  return std::nullopt;
}

std::optional<std::string> overwrite_obstacle(const Source& source, const Target& target, Overwrite policy,
                                              cache::Store* store) {
  struct stat status {};
  if (target.path == "-" || target.replaces_source || ::stat(target.path.c_str(), &status) != 0)
    return std::nullopt;
  const auto name = "'" + printable(target.path) + "'";
  if (!S_ISREG(status.st_mode)) return name + " stands in the way and is no regular file";
  if (policy == Overwrite::never) return name + " exists";
  if (status.st_size == 0) return std::nullopt;  // a power cut may have left it
  if (target.removes_source) return name + " exists";
  if (policy == Overwrite::changed && is_ours(target.path, store)) return std::nullopt;
  if (target.is_input) return name + " exists and is a picture of its own";
  if (policy == Overwrite::always || source_is_newer(source, target.path)) return std::nullopt;
  if (copies_source(source, target.path)) return std::nullopt;
  const std::string foreign = store ? " exists, was not written by frugal and" : " exists and";
  return name + foreign + " is not older than the source; --overwrite always replaces it";
}

Written deliver(const Source& source, const Target& target, const cache::FileIdentity& as_read,
                ByteView bytes, bool may_replace, int same) {
  if (target.path == "-") {
    if (auto written = write_all(STDOUT_FILENO, bytes); !written) return std::unexpected(written.error());
    return std::nullopt;
  }
  if (target.replaces_source) return replace_source(source, as_read, bytes);
  auto written = write_output(source, target, bytes, may_replace, same);
  if (!written || !target.removes_source) return written;
  if (auto removed = remove_source(source, target, as_read); !removed)
    return std::unexpected(removed.error());
  return written;
}

Result<void> remove_source(const Source& source, const Target& target, const cache::FileIdentity& as_read) {
  if (auto durable = make_durable(target.path); !durable) return durable;
  if (auto same = check_unchanged(source.path, as_read); !same) return same;
  if (::unlink(source.path.c_str()) != 0) return std::unexpected(io_error("remove the source"));
  return {};
}

}  // namespace frugal::batch
