#include "cache/memos.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <tuple>

namespace frugal::cache {
namespace {

constexpr std::size_t kHashBytes = std::tuple_size_v<Hash>;
constexpr std::size_t kFileBytes = 1 + 1 + 2 + 8 + 8 + 8 + kHashBytes;
constexpr std::size_t kHeadBytes = 8 + 8;

void append(Bytes& to, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

std::uint64_t take(ByteView& from, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) value = value << 8 | from[i];
  from = from.subspan(bytes);
  return value;
}

/// A file's content has the file's size, or it is not remembered: it changed while it was read.
Memo take_file(const BlockId& id, ByteView& from) {
  Memo memo;
  memo.identity.device = id.device;
  memo.identity.inode = id.number * kBlockFiles + take(from, 1);
  const bool has_content = take(from, 1) != 0;
  memo.known.kind = static_cast<std::uint16_t>(take(from, 2));
  memo.identity.size = take(from, 8);
  memo.identity.mtime_ns = static_cast<std::int64_t>(take(from, 8));
  memo.identity.ctime_ns = static_cast<std::int64_t>(take(from, 8));
  if (has_content) {
    auto& content = memo.known.content.emplace();
    std::ranges::copy(from.first(kHashBytes), content.hash.begin());
    content.size = memo.identity.size;
  }
  from = from.subspan(kHashBytes);
  return memo;
}

/// SplitMix64's finalizer (Steele, Lea and Flood 2014): spreads device numbers, which are small.
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

}  // namespace

std::int64_t BlockId::row() const {
  constexpr int kNeighbours = 32;  // bits in which blocks of a device are in order
  return std::bit_cast<std::int64_t>(number + (mixed(device) >> kNeighbours << kNeighbours));
}

std::optional<Known> MemoBlock::find(const FileIdentity& identity) const {
  const auto found = files_.find(identity.inode);
  if (found == files_.end() || found->second.identity != identity) return {};
  return found->second.known;
}

Bytes MemoBlock::packed(const Secret& secret) const {
  Bytes bytes;
  bytes.reserve(kHeadBytes + files_.size() * kFileBytes + kHashBytes);
  append(bytes, id_.device, 8);
  append(bytes, id_.number, 8);
  for (const auto& [inode, memo] : files_) {
    append(bytes, inode % kBlockFiles, 1);
    append(bytes, memo.known.content ? 1 : 0, 1);
    append(bytes, memo.known.kind, 2);
    append(bytes, memo.identity.size, 8);
    append(bytes, static_cast<std::uint64_t>(memo.identity.mtime_ns), 8);
    append(bytes, static_cast<std::uint64_t>(memo.identity.ctime_ns), 8);
    const Hash hash = memo.known.content ? memo.known.content->hash : Hash{};
    bytes.insert(bytes.end(), hash.begin(), hash.end());
  }
  const Hash seal = content_of(bytes, secret).hash;
  bytes.insert(bytes.end(), seal.begin(), seal.end());
  return bytes;
}

MemoBlock MemoBlock::unpacked(const BlockId& id, ByteView packed, const Secret& secret) {
  MemoBlock block(id);
  if (owner_of(packed, secret) != id) return block;
  auto rest = packed.subspan(kHeadBytes, packed.size() - kHeadBytes - kHashBytes);
  while (!rest.empty()) {
    const auto memo = take_file(id, rest);
    block.files_[memo.identity.inode] = memo;
  }
  return block;
}

void MemoBlock::change(const FileChanges& changes) {
  for (const auto& [inode, memo] : changes) {
    if (memo) {
      files_[inode] = *memo;
    } else {
      files_.erase(inode);
    }
  }
}

std::optional<BlockId> owner_of(ByteView packed, const Secret& secret) {
  constexpr std::size_t kFrameBytes = kHeadBytes + kHashBytes;
  if (packed.size() < kFrameBytes || (packed.size() - kFrameBytes) % kFileBytes != 0) return {};
  const auto sealed = packed.first(packed.size() - kHashBytes);
  if (!std::ranges::equal(content_of(sealed, secret).hash, packed.last(kHashBytes))) return {};
  auto head = sealed.first(kHeadBytes);
  return BlockId{.device = take(head, 8), .number = take(head, 8)};
}

std::uint64_t files_in(std::uint64_t blocks, std::uint64_t bytes) {
  const std::uint64_t frames = blocks * (kHeadBytes + kHashBytes);
  return bytes > frames ? (bytes - frames) / kFileBytes : 0;
}

}  // namespace frugal::cache
