#include "batch/deliver.hpp"

#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
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

/// Tells the file that was read from another, and from what was written into it since. Renaming alone changes
/// the time of its inode.
auto is_still(const cache::FileIdentity& as_read) {
  return [as_read](const struct stat& status) {
    auto now = identity_in(status);
    now.ctime_ns = as_read.ctime_ns;
    return S_ISREG(status.st_mode) && now == as_read;
  };
}

std::string name_in(const std::string& path) {
  return std::filesystem::path(path).filename().native();
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

/// The names of the extended attributes of `path`, each followed by a zero.
std::string attribute_names(const std::string& path) {
  std::string names;
  for (ssize_t size = ::listxattr(path.c_str(), nullptr, 0); size > 0;) {
    names.resize(static_cast<std::size_t>(size));
    const auto got = ::listxattr(path.c_str(), names.data(), names.size());
    if (got < 0 && errno == ERANGE) {  // there are more by now
      size = ::listxattr(path.c_str(), nullptr, 0);
      continue;
    }
    names.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return names;
  }
  return {};
}

/// Extended attributes of the source, ACLs among them, as far as the user and the file system can set them.
Result<void> take_on_attributes(int fd, const std::string& path) {
  const std::string names = attribute_names(path);
  struct stat from {};
  struct stat to {};
  if (::stat(path.c_str(), &from) != 0 || ::fstat(fd, &to) != 0)
    return std::unexpected(io_error("look at it"));
  const bool owned = from.st_uid == to.st_uid && from.st_gid == to.st_gid;
  Bytes value(XATTR_SIZE_MAX);
  for (std::size_t at = 0; at < names.size(); at += std::strlen(names.c_str() + at) + 1) {
    const char* name = names.c_str() + at;
    // Rights of a group that is another one here: see take_on_permissions.
    if (!owned && std::string_view(name).starts_with("system.posix_acl")) continue;
    const auto size = ::getxattr(path.c_str(), name, value.data(), value.size());
    if (size < 0 || ::fsetxattr(fd, name, value.data(), static_cast<std::size_t>(size), 0) == 0) continue;
    const bool full = errno == ENOSPC || errno == EDQUOT || errno == EIO;
    if (full) return std::unexpected(io_error("give the result the attributes of the source"));
  }
  return {};
}

Result<void> take_on_times(int fd, const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::unexpected(io_error("look at it"));
  const std::array times{status.st_atim, status.st_mtim};
  if (::futimens(fd, times.data()) != 0)
    return std::unexpected(io_error("give the result the times of the source"));
  return {};
}

/// What the written file takes on of its source before it gets its name.
Result<void> take_on_rest(int fd, const Source& source, const Target& target) {
  const bool in_place = target.replaces_source || target.removes_source;
  Result<void> done;
  if (in_place || target.takes_times) done = take_on_attributes(fd, source.path);
  if (done && target.takes_times) done = take_on_times(fd, source.path);
  return done;
}

using Written = Result<std::optional<cache::FileIdentity>>;

/// Of a file that has its name.
Written identity_of(const AtomicFile& file) {
  auto identity = batch::identity_of(file.fd());
  if (!identity) return std::unexpected(identity.error());
  return *identity;
}

Written replace_source(Roots& roots, const Source& source, const Target& target,
                       const cache::FileIdentity& as_read, ByteView bytes) {
  auto folder = roots.folder_of(target.root, source.path, false);
  if (!folder) return std::unexpected(folder.error());
  auto file = AtomicFile::create(std::move(*folder), name_in(source.path));
  if (!file) return std::unexpected(file.error());
  auto done = take_on_permissions(file->fd(), source.path);
  if (done) done = file->write(bytes);
  if (done) done = take_on_rest(file->fd(), source, target);
  if (done) done = file->commit_exchanging(is_still(as_read));
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

Written write_output(Roots& roots, const Source& source, const Target& target, ByteView bytes,
                     bool may_replace, int same) {
  auto folder = roots.folder_of(target.root, target.path, true);
  if (!folder) return std::unexpected(folder.error());
  auto file = AtomicFile::create(std::move(*folder), name_in(target.path));
  if (!file) return std::unexpected(file.error());
  const bool same_mode = target.removes_source || target.takes_times;
  auto done = same_mode ? take_on_permissions(file->fd(), source.path) : narrow_mode(file->fd(), source);
  if (done) done = file->write(bytes, same);
  if (done) done = take_on_rest(file->fd(), source, target);
  if (done) done = may_replace ? file->commit_replacing() : file->commit_new();
  if (done) return identity_of(*file);
  // Another process at the same work may have been faster.
  if (!may_replace && !target.removes_source && same_content(target.path, bytes)) return std::nullopt;
  return std::unexpected(done.error());
}

/// Brings a file and its name to the disk: only then may what it replaces go.
Result<void> make_durable(const Folder& folder, const std::string& name) {
  const Fd fd(::openat(folder.fd(), name.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return std::unexpected(io_error("bring the result to the disk"));
  return folder.sync();
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

Result<Folder> Roots::folder_of(const std::string& root, const std::string& path, bool make) {
  constexpr std::size_t kMostOpen = 64;  // of as many directories as there are files named one by one
  std::unique_lock lock(mutex_);
  auto found = roots_.find(root);
  std::shared_ptr<const Folder> top = found == roots_.end() ? nullptr : found->second;
  if (!top) {
    auto opened = Folder::at(root, make);
    if (!opened) return opened;
    top = std::make_shared<const Folder>(std::move(*opened));
    if (roots_.size() < kMostOpen) roots_.emplace(root, top);
  }
  const auto parent = std::filesystem::path(path).parent_path();
  const bool is_tidy = !tidy_.insert(parent.native()).second;
  lock.unlock();
  auto folder = top->below(root.empty() ? parent : parent.lexically_relative(root), make);
  if (folder && !is_tidy) remove_abandoned(*folder);
  return folder;
}

Written deliver(Roots& roots, const Source& source, const Target& target, const cache::FileIdentity& as_read,
                ByteView bytes, bool may_replace, int same) {
  if (target.path == "-") {
    if (auto written = write_all(STDOUT_FILENO, bytes); !written) return std::unexpected(written.error());
    return std::nullopt;
  }
  if (target.replaces_source) return replace_source(roots, source, target, as_read, bytes);
  auto written = write_output(roots, source, target, bytes, may_replace, same);
  if (!written || !target.removes_source) return written;
  if (auto removed = remove_source(roots, source, target, as_read); !removed)
    return std::unexpected(removed.error());
  return written;
}

Result<void> remove_source(Roots& roots, const Source& source, const Target& target,
                           const cache::FileIdentity& as_read) {
  const auto output = roots.folder_of(target.root, target.path, false);
  if (!output) return std::unexpected(output.error());
  if (auto durable = make_durable(*output, name_in(target.path)); !durable) return durable;
  const auto folder = roots.folder_of(source.base, source.path, false);
  if (!folder) return std::unexpected(folder.error());
  return remove_expected(*folder, name_in(source.path), is_still(as_read));
}

}  // namespace frugal::batch
