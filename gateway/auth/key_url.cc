#include <httplib.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/auth/http_url.h"
#include "gateway/auth/key_source.h"

namespace aegis::gateway::auth {
namespace {

using std::chrono::milliseconds;

class KeyUrl final : public KeySource {
 public:
  KeyUrl(const std::string& text, HttpUrl url, KeyTiming timing)
      : name_(text), url_(std::move(url)), timing_(timing) {}

  Result<void> load() {
    auto set = fetch({});
    if (!set) return set.error();
    if (set->keys.empty()) {
      return invalid_input(name_ + ": the key set has no usable key" +
                           (set->left_out.empty() ? "" : "; " + set->left_out.front()));
    }
    keys_ = std::make_shared<const KeySet>(std::move(*set));
    confirmed_us_ = monotonic_us();
    worker_ = std::jthread([this](const std::stop_token& stop) { refresh(stop); });
    return {};
  }

  std::shared_ptr<const KeySet> keys() override {
    const std::lock_guard lock(mutex_);
    return known();
  }

  std::shared_ptr<const KeySet> newer_keys() override {
    std::unique_lock lock(mutex_);
    const std::int64_t now = monotonic_us();
    if (!fetching_ && !wanted_ && (!asked_ || now - asked_us_ >= timing_.retry_ms * 1000LL)) {
      asked_ = true;
      asked_us_ = now;
      wanted_ = true;
      changed_.notify_all();
    }
    if (fetching_ || wanted_) {
      const std::uint64_t before = fetches_;
      changed_.wait_for(lock, milliseconds(timing_.fetch_ms), [&] { return fetches_ != before; });
    }
    return known();
  }

 private:
  // REQUIRES: mutex_ held.
  std::shared_ptr<const KeySet> known() const {
    return monotonic_us() - confirmed_us_ > timing_.max_age_ms * 1000 ? nullptr : keys_;
  }

  void refresh(const std::stop_token& stop) {
    milliseconds pause(timing_.refresh_ms);
    bool failing = false;
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait_for(lock, stop, pause, [this] { return wanted_; });
      if (stop.stop_requested()) return;
      wanted_ = false;
      fetching_ = true;
      lock.unlock();  // nobody waits for the network who does not ask for new keys
      auto set = fetch(stop);
      if (stop.stop_requested()) return;
      if (!set && !failing) log::warn(set.error().message + "; the keys fetched before stay in use");
      if (set && failing) log::info(name_ + ": the key set can be fetched again");
      failing = !set;
      pause = milliseconds(set ? timing_.refresh_ms : timing_.retry_ms);
      lock.lock();
      if (set) {
        keys_ = std::make_shared<const KeySet>(std::move(*set));
        confirmed_us_ = monotonic_us();
      }
      fetching_ = false;
      ++fetches_;
      changed_.notify_all();
    }
  }

  Result<KeySet> fetch(const std::stop_token& stop) const {
    httplib::Client client(url_.origin());
    client.set_follow_location(false);  // the keys are those of this URL, not of wherever it points
    client.set_decompress(false);       // what is counted is what is parsed
    client.set_keep_alive(false);
    client.set_connection_timeout(milliseconds(timing_.fetch_ms));
    client.set_read_timeout(milliseconds(timing_.fetch_ms));
    client.set_write_timeout(milliseconds(timing_.fetch_ms));
    client.set_max_timeout(milliseconds(timing_.fetch_ms));
    const std::stop_callback hang_up(stop, [&client] { client.stop(); });

    const std::int64_t deadline = monotonic_us() + timing_.fetch_ms * 1000LL;
    std::string text;
    int status = 0;
    bool too_large = false;
    const auto result = client.Get(
        url_.target, {{"Accept", "application/jwk-set+json, application/json"}},
        [&](const httplib::Response& response) {
          status = response.status;
          return status == 200;
        },
        [&](const char* data, std::size_t size) {
          too_large = text.size() + size > kMaxKeySetBytes;
          if (too_large) return false;
          text.append(data, size);
          return monotonic_us() < deadline && !stop.stop_requested();
        });
    if (status != 0 && status != 200) {
      return unavailable(name_ + ": the key set cannot be fetched: the answer was " + std::to_string(status) +
                         (status >= 300 && status < 400 ? ", and redirects are not followed" : ""));
    }
    if (too_large) {
      return limit_reached(name_ + ": the key set is larger than " + std::to_string(kMaxKeySetBytes) +
                           " bytes");
    }
    if (!result)
      return unavailable(name_ + ": the key set cannot be fetched: " + httplib::to_string(result.error()));
    auto set = parse_key_set(text);
    if (!set) return Error{set.error().code, name_ + ": " + set.error().message};
    return set;
  }

  const std::string name_;
  const HttpUrl url_;
  const KeyTiming timing_;

  mutable std::mutex mutex_;  // guards all below; never held during a fetch
  std::condition_variable_any changed_;
  std::shared_ptr<const KeySet> keys_;
  std::int64_t confirmed_us_ = 0;  // when keys_ was fetched, monotonic
  std::int64_t asked_us_ = 0;      // when a token last made us fetch
  bool asked_ = false;
  bool wanted_ = false;
  bool fetching_ = false;
  std::uint64_t fetches_ = 0;  // ended, well or not
  std::jthread worker_;        // last: joined before anything it uses is gone
};

}  // namespace

Result<std::unique_ptr<KeySource>> KeySource::from_url(const std::string& url, KeyTiming timing) {
  auto parsed = parse_http_url(url);
  if (!parsed) return invalid_input("the URL of the key set is not usable: " + parsed.error().message);
  if (!parsed->https && !parsed->loopback()) {
    return invalid_input(url +
                         ": the key set must be fetched over https; over plain http anybody on the way could "
                         "put a key of theirs into it");
  }
  auto source = std::make_unique<KeyUrl>(url, std::move(*parsed), timing);
  if (auto loaded = source->load(); !loaded) return loaded.error();
  return std::unique_ptr<KeySource>(std::move(source));
}

}  // namespace aegis::gateway::auth
