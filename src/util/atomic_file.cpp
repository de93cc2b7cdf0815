#include "util/atomic_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <random>
#include <utility>

#include "util/text.hpp"

namespace frugal {

namespace {

constexpr std::string_view kPrefix = ".frugal-";
constexpr std::string_view kSuffix = ".tmp";
constexpr mode_t kMode = 0666;  // less the umask

std::string random_digits() {
  std::random_device random;
  std::string digits;
  for (int i = 0; i < 16; ++i) digits += "0123456789abcdef"[random() % 16];
  return digits;
}

/// A name that nothing else is likely to have; O_EXCL and its like find out if it has.
std::string temporary_name() {
  return std::string(kPrefix) + random_digits() + std::string(kSuffix);
}

/// A nameless file gets its name directly, which takes a privilege (CAP_DAC_READ_SEARCH), or through /proc,
/// which a chroot may lack (open(2), O_TMPFILE).
std::string proc_name(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

Fd open_nameless(const Folder& folder) {
  Fd fd(::openat(folder.fd(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, kMode));
  const bool linkable = ::geteuid() == 0 || (fd && ::access(proc_name(fd.get()).c_str(), F_OK) == 0);
  return linkable ? std::move(fd) : Fd();
}

/// Gives a nameless file its name, which nothing may have.
bool link_nameless(int fd, const Folder& folder, const std::string& name) {
  if (::linkat(fd, "", folder.fd(), name.c_str(), AT_EMPTY_PATH) == 0) return true;
  return errno != EEXIST &&
         ::linkat(AT_FDCWD, proc_name(fd).c_str(), folder.fd(), name.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

/// Not every file system has these flags: EINVAL then.
bool rename_in(const Folder& folder, const std::string& from, const std::string& to, unsigned flags) {
  return ::renameat2(folder.fd(), from.c_str(), folder.fd(), to.c_str(), flags) == 0;
}

/// `from` becomes `to`, which nothing may have.
bool rename_to_new(const Folder& folder, const std::string& from, const std::string& to) {
  if (rename_in(folder, from, to, RENAME_NOREPLACE)) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  return ::linkat(folder.fd(), from.c_str(), folder.fd(), to.c_str(), 0) == 0 &&
         ::unlinkat(folder.fd(), from.c_str(), 0) == 0;
}

/// Somebody changed a file while it was about to go: what came out is given its place back, and if there is
/// something there again, a name of its own, for it is nobody's to be removed.
Error give_back(bool done, const Folder& folder, const std::string& out, const std::string& name) {
  std::string message = "it changed while it was being converted; ";
  if (done) return {ErrorKind::io, message + "left as it is"};
  const auto kept = name + ".kept-" + random_digits();
  return {ErrorKind::io,
          message + "one state of it is in " + printable(rename_to_new(folder, out, kept) ? kept : out)};
}

void remove_if_abandoned(int folder, const char* name) {
  const Fd fd(::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  // An empty one may just have been made, and not be locked yet.
  const bool written = fd && ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
  if (written && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) ::unlinkat(folder, name, 0);
}

}  // namespace

AtomicFile::AtomicFile(Folder folder, std::string name, Fd fd, std::string temporary)
    : folder_(std::move(folder)),
      name_(std::move(name)),
      temporary_(std::move(temporary)),
      fd_(std::move(fd)) {
  ::flock(fd_.get(), LOCK_EX | LOCK_NB);  // nobody else has it open; some file systems have no locks
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : folder_(std::move(other.folder_)),
      name_(std::move(other.name_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::move(other.fd_)),
      unfinished_(std::move(other.unfinished_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlinkat(folder_.fd(), temporary_.c_str(), 0);
}

Result<AtomicFile> AtomicFile::create(const std::filesystem::path& target) {
  auto folder = Folder::at(target.parent_path(), true);
  if (!folder) return std::unexpected(folder.error());
  return create(std::move(*folder), target.filename().native());
}

Result<AtomicFile> AtomicFile::create(Folder folder, std::string name) {
  if (auto nameless = open_nameless(folder))
    return AtomicFile(std::move(folder), std::move(name), std::move(nameless), {});
  auto temporary = temporary_name();
  Fd fd(::openat(folder.fd(), temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, kMode));
  if (!fd) return std::unexpected(io_error("write into the directory of " + printable(name)));
  Unfinished note(folder.fd(), temporary);
  AtomicFile file(std::move(folder), std::move(name), std::move(fd), std::move(temporary));
  file.unfinished_ = std::move(note);
  return file;
}

Result<void> AtomicFile::write(ByteView bytes, int same) {
  if (same >= 0 && ::ioctl(fd_.get(), FICLONE, same) == 0) return {};
  return write_all(fd_.get(), bytes);
}

Result<void> AtomicFile::sync() {
  if (::fsync(fd_.get()) == 0) return {};
  return std::unexpected(io_error("bring " + printable(name_) + " to the disk"));
}

Result<void> AtomicFile::name_it() {
  if (!temporary_.empty()) return {};
  auto name = temporary_name();
  if (!link_nameless(fd_.get(), folder_, name)) return std::unexpected(io_error("write " + printable(name_)));
  temporary_ = std::move(name);
  return {};
}

Result<void> AtomicFile::commit_new() {
  unfinished_ = Unfinished();
  const bool done = temporary_.empty() ? link_nameless(fd_.get(), folder_, name_)
                                       : rename_to_new(folder_, temporary_, name_);
  if (!done) return std::unexpected(io_error("write " + printable(name_)));
  temporary_.clear();
  return {};
}

Result<void> AtomicFile::commit_replacing() {
  if (auto synced = sync(); !synced) return synced;
  unfinished_ = Unfinished();
  if (auto named = name_it(); !named) return named;
  if (!rename_in(folder_, temporary_, name_, 0))
    return std::unexpected(io_error("replace " + printable(name_)));
  temporary_.clear();
  return {};
}

Result<void> AtomicFile::commit_exchanging(const std::function<bool(const struct stat&)>& is_expected) {
  if (auto synced = sync(); !synced) return synced;
  if (auto named = name_it(); !named) return named;
  unfinished_ = Unfinished();  // from here on its name may be that of what was there
  if (rename_in(folder_, temporary_, name_, RENAME_EXCHANGE)) {
    const auto out = folder_.look_at(temporary_);
    if (out && is_expected(*out)) return {};  // the destructor removes it
    const bool back = rename_in(folder_, temporary_, name_, RENAME_EXCHANGE);
    const auto ours = back ? temporary_ : std::exchange(temporary_, {});
    return std::unexpected(give_back(back, folder_, ours, name_));
  }
  if (errno != EINVAL && errno != ENOSYS) return std::unexpected(io_error("replace " + printable(name_)));
  const auto there = folder_.look_at(name_);
  if (!there || !is_expected(*there)) return std::unexpected(give_back(true, folder_, temporary_, name_));
  if (!rename_in(folder_, temporary_, name_, 0))
    return std::unexpected(io_error("replace " + printable(name_)));
  temporary_.clear();
  return {};
}

Result<void> remove_expected(const Folder& folder, const std::string& name,
                             const std::function<bool(const struct stat&)>& is_expected) {
  const auto aside = temporary_name();
  const auto there = folder.look_at(name);
  if (!there || !is_expected(*there)) return std::unexpected(give_back(true, folder, name, name));
  if (!rename_to_new(folder, name, aside)) return std::unexpected(io_error("remove the source"));
  const auto out = folder.look_at(aside);
  if (!out || !is_expected(*out))  // it was replaced between the two looks
    return std::unexpected(give_back(rename_to_new(folder, aside, name), folder, aside, name));
  if (::unlinkat(folder.fd(), aside.c_str(), 0) != 0) {
    auto error = io_error("remove the source");
    rename_to_new(folder, aside, name);
    return std::unexpected(std::move(error));
  }
  return {};
}

void remove_if_abandoned(const std::filesystem::path& temporary) {
  remove_if_abandoned(AT_FDCWD, temporary.c_str());
}

void remove_abandoned(const Folder& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> names(
      ::fdopendir(::openat(folder.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)), ::closedir);
  if (!names) return;
  while (const auto* entry = ::readdir(names.get())) {
    const char* name = static_cast<const char*>(entry->d_name);
    if (is_temporary_name(name)) remove_if_abandoned(folder.fd(), name);
  }
}

bool is_temporary_name(std::string_view file_name) {
  return file_name.starts_with(kPrefix) && file_name.ends_with(kSuffix);
}

}  // namespace frugal
