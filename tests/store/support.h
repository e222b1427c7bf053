// What the store's tests share: a folder that goes away, rows with sensible values, child processes.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "store/sqlite/database.h"
#include "store/store.h"
#include "tests/support/temp_folder.h"

namespace aegis::store::testing {

using testing_support::TempFolder;

// The store, or a failed test and the end of this process: without one nothing can be tested.
inline std::unique_ptr<Store> must_open(const std::string& path) {
  auto store = open_sqlite(path);
  if (!store) {
    ADD_FAILURE() << store.error().message;
    std::abort();
  }
  return std::move(*store);
}

// One statement, beside any store that has the file open.
inline void run_sql(const std::string& path, const char* sql) {
  constexpr int kBusyMs = 150;
  auto database = sqlite::Database::open(path, sqlite::Database::Access::write, kBusyMs);
  ASSERT_TRUE(database) << database.error().message;
  const auto done = (*database)->execute(sql);
  ASSERT_TRUE(done) << done.error().message;
}

inline AgentId must_have_agent(Store& store, std::string_view name = "tester") {
  const auto agent = store.ensure_agent(name);
  if (!agent) {
    ADD_FAILURE() << agent.error().message;
    std::abort();
  }
  return agent->id;
}

inline Decision decision(Store& store, AgentId agent, UnixMillis at = now_ms()) {
  Decision row;
  row.id = store.next_decision_id();
  row.agent = agent;
  row.at = at;
  row.server = "filesystem";
  row.operation = "tools/call";
  row.target = "read_file";
  row.effect = row.enforced = "allow";
  row.rule = "default";
  row.reason = "nothing found";
  row.decide_us = 12;
  return row;
}

inline Outcome outcome(const Decision& of, std::string status = "ok", std::int64_t latency_us = 1500) {
  Outcome row;
  row.decision = of.id;
  row.agent = of.agent;
  row.at = of.at;
  row.status = std::move(status);
  row.latency_us = latency_us;
  return row;
}

inline Interaction interaction(AgentId agent, UnixMillis at = now_ms()) {
  Interaction row;
  row.agent = agent;
  row.at = at;
  row.app_name = "app";
  row.model = "model";
  row.provider = "other";
  row.status = "success";
  row.tokens_in = 1;
  return row;
}

inline FindingRow finding(const std::string& kind, std::string severity, double confidence = 1) {
  return {"rule." + kind, kind, "type", std::move(severity), confidence, "/text", 3, 9};
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// A forked process that runs `body` and exits with 0 when it returned true. Fork before opening any store
// here: a process with threads must not fork and go on.
class Child {
 public:
  template <class Body>
  explicit Child(Body body) {
    std::fflush(nullptr);  // else the child may print the parent's lines again
    id_ = ::fork();
    if (id_ == 0) ::_exit(body() ? 0 : 1);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }

  bool succeeded() { return wait() == 0; }
  void kill_now() {
    ::kill(id_, SIGKILL);
    wait();
  }

 private:
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(id_, -1), &status, 0);
    return status;
  }
  pid_t id_ = -1;
};

// One-way signals between a child and its parent; made before the fork.
class Signal {
 public:
  Signal() { valid_ = ::pipe(ends_.data()) == 0; }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  ~Signal() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  void give() { valid_ = valid_ && ::write(ends_[1], "x", 1) == 1; }
  bool take() {
    char byte = 0;
    return valid_ && ::read(ends_[0], &byte, 1) == 1;
  }
  // How many were given and not taken, once every giver has closed or died.
  int drain() {
    ::close(std::exchange(ends_[1], -1));
    int count = 0;
    while (take()) ++count;
    return count;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool valid_ = false;
};

}  // namespace aegis::store::testing
