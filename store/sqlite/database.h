// SQLite behind small owners: Database, Statement, Cursor, Transaction.
//
// A Database and everything made from it belongs to one thread at a time. Errors carry the store's path and
// what to do about them; their code is invalid_input for a broken constraint (the row is at fault, not the
// store) and unavailable for everything else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace aegis::store::sqlite {

// What an SQLite failure means for the user. `code` is an extended result code, `system_error` an errno or 0.
Error explain(const std::string& path, int code, int system_error, std::string_view detail);

class Database {
 public:
  enum class Access { read, write };

  // The file must exist. `busy_timeout_ms`: how long a statement waits for another process's lock.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Access access, int busy_timeout_ms);

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // One or more statements without parameters; rows they return are ignored.
  Result<void> execute(const char* sql);

  [[nodiscard]] Error last_error() const;
  // The last statement failed because another process holds a lock.
  [[nodiscard]] bool last_was_busy() const;
  [[nodiscard]] std::int64_t last_insert_id() const;
  [[nodiscard]] bool last_changed_a_row() const;

  // Fails when the file was deleted or replaced under us: SQLite would go on with the old one, unseen by
  // every other process. Costs one stat().
  Result<void> check_in_place();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] sqlite3* handle() const { return handle_; }

 private:
  Database(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}

  std::string path_;
  sqlite3* handle_;
};

// Bytes that are no text.
struct Blob {
  std::string_view bytes;
};

// The rows of one query. Resets its statement at the end of its life.
class Cursor {
 public:
  Cursor(Cursor&& other) noexcept
      : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}
  Cursor& operator=(Cursor&&) = delete;
  ~Cursor();

  // True: there is a row. False: there are no more.
  Result<bool> next();

  // REQUIRES: next() returned true. Columns count from 0; texts and blobs live until the next call of next().
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::string_view blob(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class Statement;
  Cursor(Database* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}

  Database* database_;
  sqlite3_stmt* statement_;  // none: it could not be prepared, and the database has the error
};

// A statement prepared on first use and kept. `database` and `sql` must outlive it.
class Statement {
 public:
  Statement(Database& database, const char* sql) : database_(&database), sql_(sql) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // Runs to the end, for statements that return no rows.
  template <class... Args>
  Result<void> run(const Args&... args) {
    Cursor cursor = query(args...);
    const Result<bool> row = cursor.next();
    if (!row) return row.error();
    return {};
  }

  // At most one Cursor of a statement lives at a time. Text arguments are copied.
  template <class... Args>
  Cursor query(const Args&... args) {
    if (prepare()) {
      [[maybe_unused]] int index = 0;
      (bind(++index, args), ...);
    }
    return {database_, statement_};
  }

 private:
  bool prepare();
  void bind(int index, std::int64_t value);
  void bind(int index, double value);
  void bind(int index, std::string_view value);
  void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
  void bind(int index, const char* value) { bind(index, std::string_view(value)); }
  void bind(int index, bool value) { bind(index, std::int64_t{value}); }
  void bind(int index, std::size_t value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, Blob value);
  void bind(int index, const std::optional<std::int64_t>& value);

  Database* database_;
  const char* sql_;
  sqlite3_stmt* statement_ = nullptr;
};

// BEGIN IMMEDIATE … COMMIT; rolls back unless commit() succeeded.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}

  Database* database_;
};

}  // namespace aegis::store::sqlite
