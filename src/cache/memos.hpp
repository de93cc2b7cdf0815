// What was in a file when it was last looked at, told by its identity alone. Files lie together in blocks of
// neighbouring inodes: those of a directory mostly are neighbours, so a tree is known again in few steps.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>

#include "cache/key.hpp"
#include "cache/store.hpp"
#include "util/bytes.hpp"

namespace frugal::cache {

inline constexpr std::uint64_t kBlockFiles = 64;  ///< inodes in a block; it then just fits a database page

/// Which block a file belongs to.
struct BlockId {
  std::uint64_t device = 0;
  std::uint64_t number = 0;  ///< inode / kBlockFiles

  static BlockId of(const FileIdentity& file) { return {file.device, file.inode / kBlockFiles}; }

  /// Its row. Blocks of other devices may share it: what is in the row says whose it is.
  std::int64_t row() const;

  friend auto operator<=>(const BlockId&, const BlockId&) = default;
};

/// One file's place in a block.
struct Memo {
  FileIdentity identity;
  Known known;
};

/// What changed of the files in a block, by inode: a memo, or that one is no longer known.
using FileChanges = std::map<std::uint64_t, std::optional<Memo>>;

/// The files of one block that are known, by inode.
class MemoBlock {
 public:
  MemoBlock() = default;
  explicit MemoBlock(const BlockId& id) : id_(id) {}

  const BlockId& id() const { return id_; }

  /// What is known of a file of exactly this identity.
  std::optional<Known> find(const FileIdentity& identity) const;

  /// True when it knows a file of this inode, in whatever state.
  bool has(std::uint64_t inode) const { return files_.contains(inode); }

  void change(const FileChanges& changes);

  /// As a row of the database has it, with a seal.
  Bytes packed(const Secret& secret) const;

  /// An empty block where `packed` is not that of `id`, damaged, or sealed with another secret.
  static MemoBlock unpacked(const BlockId& id, ByteView packed, const Secret& secret);

 private:
  BlockId id_;
  std::map<std::uint64_t, Memo> files_;  // by inode
};

/// Whose block `packed` is; empty where it is damaged, or sealed with another secret.
std::optional<BlockId> owner_of(ByteView packed, const Secret& secret);

/// How many files are known by so many packed blocks, which take `bytes` together.
std::uint64_t files_in(std::uint64_t blocks, std::uint64_t bytes);

/// What changed in many blocks.
using MemoChanges = std::map<BlockId, FileChanges>;

}  // namespace frugal::cache
