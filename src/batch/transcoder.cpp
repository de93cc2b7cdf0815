#include "batch/transcoder.hpp"

#include <utility>

namespace frugal::batch {

Result<codec::Header> LocalTranscoder::open(ByteView file, const codec::Codec& source,
                                            const codec::Limits& limits) {
  picture_.reset();
  file_ = file;
  source_ = &source;
  limits_ = limits;
  return source.read_header(file, limits);
}

Result<Size> LocalTranscoder::decode(MetadataPolicy policy, const Grant& grant, Timings& ms) {
  auto limits = limits_;
  limits.room = grant.sparing ? codec::Room::scarce : codec::Room::ample;
  auto picture = batch::decode(file_, *source_, policy, limits, grant.threads, clock_, ms);
  if (!picture) return std::unexpected(picture.error());
  picture_ = std::move(*picture);
  if (source_->recompresses) picture_->file = file_;
  return picture_->image.size();
}

Result<Made> LocalTranscoder::encode(std::span<const codec::Codec* const> targets, const Settings& settings,
                                     std::optional<std::uint64_t> useless_from, const Grant& grant,
                                     Timings& ms) {
  return batch::encode(*picture_, targets, settings, useless_from, grant.threads, clock_, ms);
}

Result<std::unique_ptr<Transcoder>> LocalWorkshop::transcoder() {
  return std::make_unique<LocalTranscoder>(clock_);
}

}  // namespace frugal::batch
