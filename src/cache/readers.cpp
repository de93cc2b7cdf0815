#include "cache/readers.hpp"

namespace frugal::cache {

using sqlite::Checked;

Checked<std::unique_ptr<Readers::Reader>> Readers::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      reader->database.set_patience(patience_);
      return reader;
    }
  }
  return open();
}

Checked<std::unique_ptr<Readers::Reader>> Readers::open() const {
  auto database = sqlite::Database::open(path_, patience_, sqlite::Database::IfMissing::fail);
  if (!database) return std::unexpected(database.error());
  auto lookups = Lookups::prepare(*database, secret_);
  if (!lookups) return std::unexpected(lookups.error());
  return std::make_unique<Reader>(std::move(*database), std::move(*lookups));
}

void Readers::give_back(std::unique_ptr<Reader> reader) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(reader));
}

}  // namespace frugal::cache
