#include "store/sqlite/schema.h"

#include <string>

namespace aegis::store::sqlite {
namespace {

struct State {
  std::int64_t version = 0;
  bool foreign = false;  // has tables, and they are not ours
};

// One statement, so that another process's migration is seen whole or not at all.
Result<State> read_state(Database& database) {
  Statement statement(database,
                      "SELECT user_version, application_id, EXISTS (SELECT 1 FROM sqlite_schema)"
                      " FROM pragma_user_version, pragma_application_id");
  Cursor cursor = statement.query();
  const Result<bool> row = cursor.next();
  if (!row) return row.error();
  const std::int64_t version = cursor.integer(0);
  const std::int64_t application = cursor.integer(1);
  const bool has_tables = cursor.integer(2) != 0;
  return State{version, application != kApplicationId && (version != 0 || application != 0 || has_tables)};
}

Result<State> acceptable_state(Database& database) {
  auto state = read_state(database);
  if (!state) return state;
  if (state->foreign) {
    return unavailable("store " + database.path() +
                       ": this is a database of another program; choose another path with --store");
  }
  const int known = static_cast<int>(migrations().size());
  if (state->version > known) {
    return unavailable("store " + database.path() + ": its schema " + std::to_string(state->version) +
                       " is newer than this release knows (" + std::to_string(known) +
                       "); use a newer aegis-mcp or another path with --store");
  }
  return state;
}

// In WAL mode readers never wait for the writer, and a commit needs no fsync to survive a crash of the
// process.
Result<void> use_wal(Database& database) {
  Statement statement(database, "PRAGMA journal_mode = WAL");
  Cursor cursor = statement.query();
  const Result<bool> row = cursor.next();
  if (!row) return row.error();
  if (*row && cursor.text(0) == "wal") return {};
  return unavailable(
      "store " + database.path() +
      ": its file system cannot share memory between processes (a network folder?); choose a local "
      "path with --store");
}

}  // namespace

Result<void> migrate(Database& database) {
  const int known = static_cast<int>(migrations().size());
  const auto before = acceptable_state(database);
  if (!before) return before.error();
  if (auto done = use_wal(database); !done) return done;  // only now: it changes the file
  if (before->version == known) return {};

  auto transaction = Transaction::begin(database);
  if (!transaction) return transaction.error();
  const auto now = acceptable_state(database);  // again: another process may have been faster
  if (!now) return now.error();
  // The files are numbered without gaps, so the n-th leads to schema n.
  for (const EmbeddedFile& migration : migrations().subspan(static_cast<std::size_t>(now->version))) {
    if (auto done = database.execute(std::string(migration.text).c_str()); !done) return done;
  }
  const std::string marks = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                            "; PRAGMA user_version = " + std::to_string(known);
  if (auto done = database.execute(marks.c_str()); !done) return done;
  return transaction->commit();
}

}  // namespace aegis::store::sqlite
