#include "store/sqlite/database.h"

#include <sqlite3.h>

#include <cerrno>
#include <system_error>

namespace aegis::store::sqlite {
namespace {

// Settings of every connection. NORMAL: a commit survives the end of this process without an fsync; the WAL
// is synced at checkpoints. The size limit cuts the WAL back after a burst.
constexpr const char* kSettings =
    "PRAGMA foreign_keys = ON;"
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA journal_size_limit = 8388608;";

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

bool is_disk_full(int code, int system_error) {
  return (code & 0xff) == SQLITE_FULL || system_error == ENOSPC || system_error == EDQUOT ||
         system_error == EFBIG;
}

}  // namespace

Error explain(const std::string& path, int code, int system_error, std::string_view detail) {
  const std::string store = "store " + path + ": ";
  // Several SQLite codes leave an old errno behind; only those that come from a system call look at it.
  const int primary = code & 0xff;
  const bool from_system = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN || primary == SQLITE_FULL;
  if (is_disk_full(code, from_system ? system_error : 0)) {
    return unavailable(
        store + "no space left to write; free space on its disk (or raise the quota or file size limit)");
  }
  switch (primary) {
    case SQLITE_CONSTRAINT: return invalid_input(store + "the row does not fit: " + std::string(detail));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable(store + "locked by another process for too long; end that process or try again");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return unavailable(store + "read-only; make the file and the folder " + folder_of(path) +
                         " writable for this user, or choose another path with --store");
    case SQLITE_NOTADB:
      return unavailable(store + "not a database; move the file away or choose another path with --store");
    case SQLITE_CORRUPT:
      return unavailable(store + "damaged; move it away (a new one is made) or restore a backup");
    case SQLITE_CANTOPEN:
      return unavailable(
          store + "cannot be opened" +
          (system_error != 0 ? " (" + std::generic_category().message(system_error) + ")" : "") +
          "; check that the folder " + folder_of(path) + " exists and is writable for this user");
    case SQLITE_IOERR:
      return unavailable(
          store + "cannot be read or written" +
          (system_error != 0 ? " (" + std::generic_category().message(system_error) + ")" : "") +
          "; check the disk under " + folder_of(path));
    default: return unavailable(store + "failed: " + std::string(detail));
  }
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Access access,
                                                 int busy_timeout_ms) {
  // NOMUTEX: one thread at a time is this class's contract. A reader, too, needs write access to the WAL's
  // index.
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(path, handle));
  if (code != SQLITE_OK) {
    return explain(path, handle ? sqlite3_extended_errcode(handle) : code,
                   handle ? sqlite3_system_errno(handle) : 0, sqlite3_errstr(code));
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // SQLite falls back to reading alone without a word.
  if (sqlite3_db_readonly(handle, "main") == 1) return explain(path, SQLITE_READONLY, 0, "");
  if (auto done = database->execute(kSettings); !done) return done.error();
  if (access == Access::read) {
    if (auto done = database->execute("PRAGMA query_only = ON"); !done) return done.error();
  }
  return database;
}

Database::~Database() { sqlite3_close_v2(handle_); }

Result<void> Database::execute(const char* sql) {
  errno = 0;
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return last_error();
  return {};
}

// SQLite keeps the errno of a failed open, but not of a failed write: then the thread's own is still there.
Error Database::last_error() const {
  const int now = errno;
  const int kept = sqlite3_system_errno(handle_);
  return explain(path_, sqlite3_extended_errcode(handle_), kept != 0 ? kept : now, sqlite3_errmsg(handle_));
}

bool Database::last_was_busy() const { return (sqlite3_errcode(handle_) & 0xff) == SQLITE_BUSY; }
std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }
bool Database::last_changed_a_row() const { return sqlite3_changes(handle_) > 0; }

Result<void> Database::check_in_place() {
  int moved = 0;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved == 0) return {};
  return unavailable("store " + path_ + ": the file was removed or replaced while in use; restart aegis-mcp");
}

Cursor::~Cursor() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Result<bool> Cursor::next() {
  if (statement_ == nullptr) return database_->last_error();
  errno = 0;
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: return database_->last_error();
  }
}

std::int64_t Cursor::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Cursor::real(int column) const { return sqlite3_column_double(statement_, column); }
bool Cursor::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::string_view Cursor::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Cursor::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Statement::~Statement() { sqlite3_finalize(statement_); }

bool Statement::prepare() {
  if (statement_ == nullptr) {
    sqlite3_prepare_v3(database_->handle(), sql_, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  }
  return statement_ != nullptr;
}

// A failed bind (out of memory, an index of our own making) leaves NULL, which the table's NOT NULL then
// refuses.
void Statement::bind(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); }
void Statement::bind(int index, double value) { sqlite3_bind_double(statement_, index, value); }

void Statement::bind(int index, std::string_view value) {
  const char* bytes = value.data() == nullptr ? "" : value.data();  // a null pointer would bind NULL
  sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind(int index, Blob value) {
  const char* bytes = value.bytes.data() == nullptr ? "" : value.bytes.data();
  sqlite3_bind_blob64(statement_, index, bytes, value.bytes.size(), SQLITE_TRANSIENT);
}

void Statement::bind(int index, const std::optional<std::int64_t>& value) {
  if (value) {
    bind(index, *value);
  } else {
    sqlite3_bind_null(statement_, index);
  }
}

Result<Transaction> Transaction::begin(Database& database) {
  if (auto done = database.execute("BEGIN IMMEDIATE"); !done) return done.error();
  return Transaction(database);
}

Result<void> Transaction::commit() {
  if (auto done = database_->execute("COMMIT"); !done) return done;
  database_ = nullptr;
  return {};
}

Transaction::~Transaction() {
  // Some failures (disk full, input/output) have already rolled back; a second ROLLBACK would be an error.
  if (database_ != nullptr && sqlite3_get_autocommit(database_->handle()) == 0) {
    sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

}  // namespace aegis::store::sqlite
