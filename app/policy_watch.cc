#include "app/policy_watch.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/log.h"

namespace aegis::app {
namespace {

// Names, sizes, times and numbers of the files: what changes when one is written or replaced.
std::string state_of(const std::string& path) {
  std::error_code ignored;
  std::vector<std::string> files{path};
  for (std::filesystem::directory_iterator entry(path, ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    if (entry->path().extension() == ".cedar") files.push_back(entry->path().string());
  }
  std::sort(files.begin() + 1, files.end());
  std::string state;
  for (const std::string& file : files) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) continue;
    state += file + ' ' + std::to_string(info.st_ino) + ' ' + std::to_string(info.st_size) + ' ' +
             std::to_string(info.st_mtim.tv_sec) + '.' + std::to_string(info.st_mtim.tv_nsec) + '\n';
  }
  return state;
}

}  // namespace

PolicyWatch::PolicyWatch(const Settings& settings, guard::Guard* guard)
    : settings_(settings), guard_(guard), seen_(state_of(settings.policy.path->value)) {
  // Signals are for the thread that was there before.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::jthread([this](const std::stop_token& stop) { look(stop); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

PolicyWatch::~PolicyWatch() = default;

void PolicyWatch::look(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    pause_.wait_for(lock, stop, std::chrono::milliseconds(kPolicyLookMs), [] { return false; });
    if (stop.stop_requested()) return;
    bool changed = false;
    {
      const std::lock_guard loading(loading_);
      changed = state_of(settings_.policy.path->value) != seen_;
    }
    if (changed) reload();
  }
}

void PolicyWatch::reload() {
  const std::lock_guard loading(loading_);
  const std::string& path = settings_.policy.path->value;
  // Taken first: what is written while we read is seen as a change again.
  seen_ = state_of(path);
  auto policies = load_policies(settings_.policy, settings_.mode.value);
  if (!policies) {
    log::error(policies.error().message + "; the policies stay as they were");
    return;
  }
  guard::Rulebook next = *guard_->rulebook();
  if (next.policies->hash() == (*policies)->hash()) return;
  next.policies = std::move(*policies);
  guard_->replace(std::move(next));
  log::info("the policies of " + path + " have been read again");
}

}  // namespace aegis::app
