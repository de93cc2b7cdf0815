#include "batch/walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "batch/recall.hpp"
#include "util/atomic_file.hpp"
#include "util/fd.hpp"
#include "util/parallel.hpp"

namespace frugal::batch {

namespace {

namespace fs = std::filesystem;

struct Directory;

/// A name in a directory: a file, or a directory that is to be entered.
struct Item {
  std::string name;
  cache::FileIdentity identity;
  std::unique_ptr<Directory> directory;
  std::optional<Error> error;  ///< it could not be looked at
};

struct Directory {
  std::string relative;  ///< empty, or with a slash at its end
  std::uint32_t depth = 1;
  std::optional<Error> error;
  std::vector<Item> items;
};

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

class Walk {
 public:
  Walk(const std::string& root, const WalkRules& rules) : root_(root), rules_(rules) {
    std::error_code error;
    if (rules.follow) canonical_root_ = fs::canonical(root, error);
    struct stat status {};
    if (::stat(root_.c_str(), &status) == 0) begin(identity_in(status));
    entered_ = begun_;
    waiting_.push_back(&top_);
  }

  std::vector<WalkedFile> run(int threads) {
    // Where links are followed, which way leads to a directory first must not depend on the threads.
    on_threads(rules_.follow ? 1 : threads, [this] { shortage_.guard([this] { work(); }); });
    shortage_.report();
    std::vector<WalkedFile> files;
    collect(top_, files);
    return files;
  }

 private:
  std::string path_of(const Directory& directory) const {
    return directory.relative.empty() ? root_ : (fs::path(root_) / directory.relative).string();
  }

  // ---- several threads ----

  /// Lists directories until there is none left and nobody is at one that may bring more.
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      more_.wait(lock, [this] { return !waiting_.empty() || busy_ == 0; });
      if (waiting_.empty()) return;
      auto* directory = waiting_.back();
      waiting_.pop_back();
      ++busy_;
      lock.unlock();
      try {
        list(*directory);
      } catch (...) {  // memory: the others must not wait for what this one would have brought
        finish(lock, nullptr);
        throw;
      }
      finish(lock, directory);
    }
  }

  void finish(std::unique_lock<std::mutex>& lock, Directory* directory) {
    lock.lock();
    --busy_;
    if (directory) {
      for (auto& item : directory->items) {
        if (item.directory) waiting_.push_back(item.directory.get());
      }
    }
    more_.notify_all();
  }

  void list(Directory& directory) const {
    const auto path = path_of(directory);
    const std::unique_ptr<DIR, CloseDirectory> open(::opendir(path.c_str()));
    if (!open) {
      directory.error = io_error("look at it");
      return;
    }
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(open.get());
      if (!entry) break;
      names.emplace_back(entry->d_name);
    }
    if (errno != 0) directory.error = io_error("look at it");
    std::ranges::sort(names);
    for (auto& name : names) {
      if (name != "." && name != "..") visit(directory, path, ::dirfd(open.get()), std::move(name));
    }
  }

  void visit(Directory& directory, const std::string& path, int fd, std::string name) const {
    const auto relative = directory.relative + name;
    if (rules_.is_excluded(relative)) return;
    struct stat status {};
    if (::fstatat(fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) return;  // gone by now
      directory.error = io_error("look at what is in it");
      return;
    }
    if (S_ISLNK(status.st_mode)) {
      if (!rules_.follow || !stays_inside(path, name)) return;
      if (::fstatat(fd, name.c_str(), &status, 0) != 0) return;
      // What it leads to is in the tree and is met there; nothing is written by way of absolute links.
      if (S_ISDIR(status.st_mode) && is_absolute_link(fd, name)) return;
    }
    Item item{std::move(name), identity_in(status), nullptr, std::nullopt};
    if (S_ISDIR(status.st_mode)) {
      if (directory.depth >= rules_.max_depth) return;
      if (rules_.not_entered.contains({item.identity.device, item.identity.inode})) return;
      item.directory = std::make_unique<Directory>();
      item.directory->relative = relative + '/';
      item.directory->depth = directory.depth + 1;
      if (rules_.follow && !begin(item.identity)) return;
    } else if (is_temporary_name(item.name)) {
      return rules_.leftover((fs::path(path) / item.name).string());
    } else if (!S_ISREG(status.st_mode) || !rules_.is_wanted(relative)) {
      return;
    }
    directory.items.push_back(std::move(item));
  }

  static bool is_absolute_link(int fd, const std::string& name) {
    char first = 0;
    return ::readlinkat(fd, name.c_str(), &first, 1) == 1 && first == '/';
  }

  bool stays_inside(const std::string& path, const std::string& name) const {
    std::error_code error;
    const auto target = fs::canonical(fs::path(path) / name, error);
    return !error && std::ranges::mismatch(canonical_root_, target).in1 == canonical_root_.end();
  }

  /// With links, a loop of them would otherwise never end. One thread then.
  bool begin(const cache::FileIdentity& directory) const {
    return begun_.emplace(directory.device, directory.inode).second;
  }

  // ---- one thread ----

  void collect(const Directory& directory, std::vector<WalkedFile>& files) {
    if (directory.error) files.push_back({directory.relative, {}, directory.error});
    for (const auto& item : directory.items) {
      if (!item.directory) {
        files.push_back({directory.relative + item.name, item.identity, item.error});
      } else if (entered_.emplace(item.identity.device, item.identity.inode).second) {
        collect(*item.directory, files);
      }
    }
  }

  const std::string& root_;
  const WalkRules& rules_;
  fs::path canonical_root_;
  Directory top_;
  Shortage shortage_;

  std::mutex mutex_;  // over the next three
  std::condition_variable more_;
  std::vector<Directory*> waiting_;
  int busy_ = 0;

  using Identities = std::set<std::pair<std::uint64_t, std::uint64_t>>;
  mutable Identities begun_;
  Identities entered_;
};

}  // namespace

std::vector<WalkedFile> walk(const std::string& root, const WalkRules& rules, int threads) {
  return Walk(root, rules).run(threads);
}

}  // namespace frugal::batch
