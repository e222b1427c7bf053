// A store that cannot be used says why, names its path and what to do; and goes on when the cause is gone.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>

#include "store/sqlite/database.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/store/support.h"

namespace aegis::store {
namespace {

using namespace testing;  // NOLINT: the shared helpers
using sqlite::Database;

constexpr int kShortMs = 150;  // a busy timeout for tests that wait for it to pass

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

mode_t mode_of(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

// Gives up root, which may write everything; for use in a child.
bool become_unprivileged() { return ::geteuid() != 0 || (::setgid(65534) == 0 && ::setuid(65534) == 0); }

// True when opening fails and the message has all the parts; prints it otherwise.
bool open_fails_with(const std::string& path, std::initializer_list<std::string_view> parts) {
  const auto store = sqlite::open(path, kShortMs);
  if (store) {
    std::fprintf(stderr, "%s was opened\n", path.c_str());
    return false;
  }
  bool all = store.error().code == ErrorCode::unavailable;
  for (const std::string_view part : parts) all = all && contains(store.error().message, part);
  if (!all) std::fprintf(stderr, "unexpected: %s\n", store.error().message.c_str());
  return all;
}

// ---- Files and folders.

TEST(StoreFile, IsPrivateFromTheFirstMoment) {
  const TempFolder folder;
  const mode_t before = ::umask(0);  // the most careless one
  const std::string path = folder / "new/deeper/aegis.db";
  const auto store = must_open(path);
  must_have_agent(*store);
  ::umask(before);
  EXPECT_EQ(mode_of(folder / "new"), 0700U);
  EXPECT_EQ(mode_of(folder / "new/deeper"), 0700U);
  for (const char* suffix : {"", "-wal", "-shm"}) EXPECT_EQ(mode_of(path + suffix), 0600U) << suffix;
}

TEST(StoreFile, PathsAreFilesWhateverTheyLookLike) {
  const TempFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  for (const char* path :
       {":memory:", "file:x?mode=memory", "it's \"odd\" %20 ?#.db", "./a/../relative.db"}) {
    EXPECT_TRUE(open_sqlite(path)) << path;
  }
  std::filesystem::current_path(before);
  for (const char* name : {":memory:", "file:x?mode=memory", "it's \"odd\" %20 ?#.db", "relative.db"}) {
    EXPECT_TRUE(std::filesystem::is_regular_file(folder / name)) << name;
  }
  EXPECT_EQ(open_sqlite("").error().code, ErrorCode::invalid_input);
}

TEST(StoreFile, WhatCannotBeOpenedSaysSo) {
  const TempFolder folder;
  const std::string text = folder / "notes.txt";
  write_file(
      text,
      "Dear diary, this is not a database and it is longer than one hundred bytes, which is the size of"
      " a database's header.\n");
  EXPECT_TRUE(open_fails_with(text, {text, "not a database", "--store"}));
  EXPECT_TRUE(open_fails_with(folder.path(), {folder.path(), "not a file", "--store"}));
  EXPECT_TRUE(open_fails_with(text + "/aegis.db", {text, "not a folder"}));
  EXPECT_TRUE(open_fails_with("/proc/aegis/aegis.db", {"/proc/aegis", "cannot make the folder"}));

  const std::string foreign = folder / "other.db";
  write_file(foreign, "");
  run_sql(foreign, "CREATE TABLE music (title)");
  EXPECT_TRUE(open_fails_with(foreign, {foreign, "another program", "--store"}));
  run_sql(foreign, "INSERT INTO music VALUES ('still there')");
  EXPECT_FALSE(std::filesystem::exists(foreign + "-wal")) << "it must not even be switched to WAL";

  const std::string newer = folder / "newer.db";
  must_open(newer);
  run_sql(newer, "PRAGMA user_version = 4711");
  EXPECT_TRUE(open_fails_with(newer, {newer, "4711", "newer"}));
}

TEST(StoreFile, PermissionsAreExplained) {
  const TempFolder folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  for (const char* name : {"readable.db", "secret.db", "writable.db"}) must_open(folder / name);
  ::chmod((folder / "readable.db").c_str(), 0444);
  ::chmod((folder / "secret.db").c_str(), 0000);
  ::chmod((folder / "writable.db").c_str(), 0666);
  if (::geteuid() != 0) ::chmod(folder.path().c_str(), 0555);
  Child child([&] {
    return become_unprivileged() &&
           open_fails_with(folder / "readable.db", {"readable.db", "read-only", "writable for this user"}) &&
           open_fails_with(folder / "secret.db",
                           {"secret.db", "Permission denied", "writable for this user"}) &&
           open_fails_with(folder / "writable.db",
                           {"writable.db", folder.path(), "writable for this user"}) &&
           open_fails_with(folder / "absent.db",
                           {"absent.db", "cannot make the file", "Permission denied"}) &&
           open_fails_with(folder / "sub/absent.db", {"cannot make the folder", "Permission denied"});
  });
  EXPECT_TRUE(child.succeeded());
  ::chmod(folder.path().c_str(), 0755);
}

TEST(StoreFile, DamageIsAnErrorNotACrash) {
  const TempFolder folder;
  const std::string sound = folder / "sound.db";
  {
    const auto store = must_open(sound);
    const AgentId agent = must_have_agent(*store);
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(store->record(decision(*store, agent)));
  }
  const auto size = std::filesystem::file_size(sound);
  ASSERT_GT(size, 5U * 4096);

  const auto is_reported = [](const std::string& path) {
    const auto store = sqlite::open(path, kShortMs);
    if (!store) return contains(store.error().message, path) && contains(store.error().message, "damaged");
    bool reported = false;
    const auto look = [&](const auto& answer) {
      if (answer) return;
      reported = contains(answer.error().message, path) && contains(answer.error().message, "damaged");
    };
    look((*store)->agents());
    look((*store)->log(1, 1000));
    look((*store)->record(interaction(1)));
    return reported;
  };
  for (const std::uintmax_t left : {size / 2, std::uintmax_t{4096}, std::uintmax_t{2000}}) {
    const std::string cut = folder / ("cut" + std::to_string(left) + ".db");
    std::filesystem::copy_file(sound, cut);
    std::filesystem::resize_file(cut, left);
    EXPECT_TRUE(is_reported(cut)) << left;
  }
  const std::string overwritten = folder / "overwritten.db";
  std::filesystem::copy_file(sound, overwritten);
  std::fstream file(overwritten, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(4096) << std::string(size - 4096, '\xA5');
  file.close();
  EXPECT_TRUE(is_reported(overwritten));
}

TEST(StoreFile, ARemovedFileIsNoticed) {
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  const auto store = must_open(path);
  const AgentId agent = must_have_agent(*store);
  ASSERT_TRUE(store->status(agent));
  std::filesystem::remove(path);
  const auto status = store->status(agent);
  ASSERT_FALSE(status) << "a kill switch set in a new file would not be seen";
  EXPECT_TRUE(contains(status.error().message, "removed or replaced"));
  const auto done = store->record(interaction(agent));
  ASSERT_FALSE(done);
  EXPECT_TRUE(contains(done.error().message, path));
}

TEST(StoreFile, FailedMigrationsLeaveNothingBehind) {
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  write_file(path, "");
  run_sql(path, "CREATE TABLE agent (id); PRAGMA application_id = 1095059283");  // ours, but its version is 0
  EXPECT_FALSE(open_sqlite(path));
  auto database = Database::open(path, Database::Access::write, kShortMs);
  sqlite::Statement tables(**database, "SELECT count(*) FROM sqlite_schema");
  auto cursor = tables.query();
  ASSERT_TRUE(*cursor.next());
  EXPECT_EQ(cursor.integer(0), 1) << "only what was there before";
}

// ---- Failures while running.

TEST(StoreFailure, ALockIsWaitedForThenReportedThenForgotten) {
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  must_have_agent(*must_open(path));
  Signal locked;
  Signal release;
  Signal released;
  Child holder([&] {
    auto database = Database::open(path, Database::Access::write, kShortMs);
    if (!database || !(*database)->execute("BEGIN IMMEDIATE")) return false;
    locked.give();
    release.take();
    const bool done = (*database)->execute("COMMIT").has_value();
    released.give();
    return done;
  });
  ASSERT_TRUE(locked.take());

  const auto opened = sqlite::open(path, kShortMs);
  ASSERT_TRUE(opened) << "reading and opening need no write lock: " << opened.error().message;
  Store& store = **opened;
  const AgentId agent = store.agent_by_name("tester")->id;
  EXPECT_TRUE(store.ensure_agent("tester")) << "nothing to write";
  const Decision kept = decision(store, agent);
  EXPECT_TRUE(store.record(kept)) << "it fits in the queue";
  for (const auto& failed : {store.flush(), store.record(interaction(agent)), store.record(outcome(kept))}) {
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
    EXPECT_TRUE(contains(failed.error().message, path)) << failed.error().message;
    EXPECT_TRUE(contains(failed.error().message, "locked by another process")) << failed.error().message;
  }
  EXPECT_EQ(*store.status(agent), AgentStatus::active) << "the kill switch can still be read";

  release.give();
  ASSERT_TRUE(released.take());
  const auto done = store.flush();
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_TRUE(store.record(outcome(kept)));
  EXPECT_TRUE(store.flush());
  ASSERT_EQ(store.log(agent, 10)->size(), 1U);
  EXPECT_EQ(store.log(agent, 10)->at(0).outcome, "ok");
  EXPECT_EQ(store.budget_use(agent, now_ms())->daily_tokens, 0)
      << "what was reported as failed is not written later";
  EXPECT_TRUE(holder.succeeded());
}

TEST(StoreFailure, AFullQueueWaitsThenRefuses) {
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  must_have_agent(*must_open(path));
  Signal locked;
  Signal release;
  Child holder([&] {
    auto database = Database::open(path, Database::Access::write, kShortMs);
    if (!database || !(*database)->execute("BEGIN IMMEDIATE")) return false;
    locked.give();
    return release.take() && (*database)->execute("COMMIT").has_value();
  });
  ASSERT_TRUE(locked.take());
  std::size_t accepted = 0;
  AgentId agent = 0;
  {
    const auto store = must_open(path);  // its busy timeout is longer than kQueueWaitMs
    agent = store->agent_by_name("tester")->id;
    Decision row = decision(*store, agent);
    Result<void> last;
    const std::int64_t start = monotonic_us();
    while (last && accepted <= kQueueRows) {
      ++row.id;
      last = store->record(row);
      if (last) ++accepted;
    }
    EXPECT_EQ(accepted, kQueueRows);
    ASSERT_FALSE(last);
    EXPECT_GE(monotonic_us() - start, kQueueWaitMs * 1000);
    EXPECT_TRUE(contains(last.error().message, path)) << last.error().message;
    release.give();
    EXPECT_TRUE(store->flush());
  }
  EXPECT_EQ(must_open(path)->log(agent, 10000)->size(), accepted);
  EXPECT_TRUE(holder.succeeded());
}

// A limit on the size of files stands for a full disk: the same system calls fail, at a place we choose.
TEST(StoreFailure, AFullDiskIsReportedAndWritingResumes) {
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  Child child([&] {
    ::signal(SIGXFSZ, SIG_IGN);  // else the limit ends the process
    const auto store = must_open(path);
    const AgentId agent = must_have_agent(*store);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 262144;
    ::setrlimit(RLIMIT_FSIZE, &limit);

    std::size_t queued = 0;
    std::int64_t confirmed = 0;
    Result<void> last;
    for (int i = 0; i < 100000 && last; ++i) {
      last = store->record(decision(*store, agent));
      if (last) ++queued;
      if (last && i % 10 == 0) {
        last = store->record(interaction(agent));
        if (last) ++confirmed;
      }
    }
    if (last || last.error().code != ErrorCode::unavailable || !contains(last.error().message, path) ||
        !contains(last.error().message, "no space left")) {
      std::fprintf(stderr, "unexpected: %s\n", last ? "no failure" : last.error().message.c_str());
      return false;
    }
    // What was given up may have been larger than what still fits.
    while (store->flush()) {
      if (store->record(decision(*store, agent))) ++queued;
    }
    if (store->record(decision(*store, agent)) || !store->status(agent)) return false;

    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (const auto done = store->flush(); !done) {
      std::fprintf(stderr, "not resumed: %s\n", done.error().message.c_str());
      return false;
    }
    return store->log(agent, 100000)->size() == queued &&
           store->budget_use(agent, now_ms())->daily_tokens == confirmed;
  });
  EXPECT_TRUE(child.succeeded());
}

TEST(StoreFailure, WritingResumesByItself) {
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  must_have_agent(*must_open(path));
  Signal locked;
  Signal release;
  Child holder([&] {
    auto database = Database::open(path, Database::Access::write, kShortMs);
    if (!database || !(*database)->execute("BEGIN IMMEDIATE")) return false;
    locked.give();
    return release.take() && (*database)->execute("COMMIT").has_value();
  });
  ASSERT_TRUE(locked.take());
  const auto store = sqlite::open(path, kShortMs);
  ASSERT_TRUE(store) << store.error().message;
  const AgentId agent = (*store)->agent_by_name("tester")->id;
  ASSERT_TRUE((*store)->record(decision(**store, agent)));
  ASSERT_FALSE((*store)->flush());
  ASSERT_FALSE((*store)->record(decision(**store, agent)));
  release.give();
  ASSERT_TRUE(holder.succeeded());
  bool accepted = false;
  for (int i = 0; i < 500 && !accepted; ++i) {
    accepted = (*store)->record(decision(**store, agent)).has_value();
    if (!accepted) ::usleep(10000);
  }
  EXPECT_TRUE(accepted) << "no flush was needed";
  EXPECT_TRUE((*store)->flush());
  EXPECT_EQ((*store)->log(agent, 10)->size(), 2U);
}

TEST(StoreFailure, EveryKindHasARemedy) {
  struct Case {
    int code, system_error;
    const char *what, *remedy;
  };
  const Case cases[] = {
      {SQLITE_FULL, 0, "no space left", "free space"},
      {SQLITE_IOERR_WRITE, ENOSPC, "no space left", "free space"},
      {SQLITE_IOERR_WRITE, EDQUOT, "no space left", "quota"},
      {SQLITE_IOERR_READ, EIO, "Input/output error", "check the disk under /data"},
      {SQLITE_BUSY, ENOSPC, "locked", "try again"},  // an old errno says nothing here
      {SQLITE_READONLY_DIRECTORY, 0, "read-only", "/data"},
      {SQLITE_NOTADB, 0, "not a database", "--store"},
      {SQLITE_CORRUPT_INDEX, 0, "damaged", "backup"},
      {SQLITE_CANTOPEN, EACCES, "Permission denied", "/data"},
      {SQLITE_NOMEM, 0, "failed", "the detail"},
  };
  for (const Case& c : cases) {
    const Error error = sqlite::explain("/data/aegis.db", c.code, c.system_error, "the detail");
    EXPECT_EQ(error.code, ErrorCode::unavailable) << c.code;
    for (const char* part : {"/data/aegis.db", c.what, c.remedy}) {
      EXPECT_TRUE(contains(error.message, part)) << part << " is not in: " << error.message;
    }
  }
}

}  // namespace
}  // namespace aegis::store
