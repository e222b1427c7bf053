// PolicyWatch: notices that the user's policy files have changed, and hands the guard the new ones.
//
// One thread of its own looks at names, sizes and times every kPolicyLookMs; no call waits for it. reload()
// may be called from any thread. The Guard must outlive it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "app/settings.h"
#include "guard/guard.h"

namespace aegis::app {

inline constexpr int kPolicyLookMs = 2'000;

class PolicyWatch {
 public:
  // REQUIRES: settings.policy.path; `settings` outlives it.
  PolicyWatch(const Settings& settings, guard::Guard* guard);
  ~PolicyWatch();
  PolicyWatch(const PolicyWatch&) = delete;
  PolicyWatch& operator=(const PolicyWatch&) = delete;

  // Reads the files now. Where they cannot be used, what held before holds on, and an error is logged.
  void reload();

 private:
  void look(const std::stop_token& stop);

  const Settings& settings_;
  guard::Guard* guard_;
  std::mutex loading_;  // one load at a time
  std::string seen_;    // the state of the files that were loaded last, or tried
  std::mutex mutex_;    // for the pause between looks
  std::condition_variable_any pause_;
  std::jthread thread_;
};

}  // namespace aegis::app
