#include <sys/stat.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "gateway/auth/key_source.h"

namespace aegis::gateway::auth {
namespace {

struct Stamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const Stamp&) const = default;
};

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

class KeyFile final : public KeySource {
 public:
  explicit KeyFile(std::string path) : path_(std::move(path)) {}

  Result<void> load() {
    const std::lock_guard lock(mutex_);
    auto read = read_if_changed();
    if (read && keys_->keys.empty()) {
      return invalid_input(path_ + ": the key set has no usable key" +
                           (keys_->left_out.empty() ? "" : "; " + keys_->left_out.front()));
    }
    return read;
  }

  // A look at the file's stamp takes a microsecond, so it is taken each time; reading happens after a change.
  std::shared_ptr<const KeySet> keys() override {
    const std::lock_guard lock(mutex_);
    const auto read = read_if_changed();
    const std::string problem = read ? "" : read.error().message;
    if (problem != last_problem_) {
      if (problem.empty())
        log::info(path_ + ": the key set can be read again");
      else
        log::warn(problem + "; the keys read before stay in use");
      last_problem_ = problem;
    }
    return keys_;
  }

  std::shared_ptr<const KeySet> newer_keys() override { return keys(); }

 private:
  // REQUIRES: mutex_ held.
  Result<void> read_if_changed() {
    struct stat info {};
    if (::stat(path_.c_str(), &info) != 0) return unavailable(path_ + ": the key set cannot be found");
    if (!S_ISREG(info.st_mode)) return unavailable(path_ + ": the key set is not a file");
    const Stamp stamp{info.st_dev, info.st_ino, info.st_size, nanoseconds(info.st_mtim)};
    if (stamp == seen_) return last_result_;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const bool settled = nanoseconds(now) - stamp.changed_ns > kFileSettlesMs * 1'000'000LL;
    seen_ = settled ? stamp : Stamp{};
    last_result_ = read();
    return last_result_;
  }

  Result<void> read() {
    std::ifstream file(path_, std::ios::binary);
    std::string text(kMaxKeySetBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad() || !file.eof()) {
      const bool large = file.gcount() == static_cast<std::streamsize>(text.size());
      return unavailable(path_ +
                         (large ? ": the key set is larger than " + std::to_string(kMaxKeySetBytes) + " bytes"
                                : ": the key set cannot be read"));
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    auto set = parse_key_set(text);
    if (!set) return Error{set.error().code, path_ + ": " + set.error().message};
    keys_ = std::make_shared<const KeySet>(std::move(*set));
    return {};
  }

  const std::string path_;
  std::mutex mutex_;  // guards all below; held while the file is read, which is local and small
  Stamp seen_;
  Result<void> last_result_;
  std::string last_problem_;
  std::shared_ptr<const KeySet> keys_;
};

}  // namespace

Result<std::unique_ptr<KeySource>> KeySource::from_file(std::string path) {
  auto file = std::make_unique<KeyFile>(std::move(path));
  if (auto loaded = file->load(); !loaded) return loaded.error();
  return std::unique_ptr<KeySource>(std::move(file));
}

}  // namespace aegis::gateway::auth
