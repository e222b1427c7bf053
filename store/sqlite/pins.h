// Reading and writing pins, within the caller's transaction.
//
// A PinReader belongs to its Reader's thread, a PinWriter to the writer's, with its Database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/pins.h"
#include "store/sqlite/database.h"

namespace aegis::store::sqlite {

#define AEGIS_PIN_COLUMNS \
  "server, origin, tool, hash, waits, accepted_by, first_seen_at, last_seen_at, accepted_at"
#define AEGIS_MARK_COLUMNS "server, origin, kind, value, label, accepted, seen_at"

class PinReader {
 public:
  explicit PinReader(Database& database) : database_(database) {}

  Result<std::vector<Pin>> pins(std::string_view server_name);
  Result<std::vector<Pin>> pins_of(const ServerKey& server, std::string_view tool);
  Result<std::string> definition(const Pin& pin);
  Result<std::vector<ServerMark>> marks(std::string_view server_name);

 private:
  Database& database_;
  Statement all_{database_, "SELECT " AEGIS_PIN_COLUMNS
                            " FROM pin WHERE ?1 = '' OR server = ?1"
                            " ORDER BY server, origin, tool, first_seen_at, id"};
  Statement of_{database_, "SELECT " AEGIS_PIN_COLUMNS
                           " FROM pin WHERE server = ? AND origin = ? AND tool = ?"
                           " ORDER BY first_seen_at, id"};
  Statement definition_{
      database_, "SELECT definition FROM pin WHERE server = ? AND origin = ? AND tool = ? AND hash = ?"};
  Statement marks_{database_,
                   "SELECT " AEGIS_MARK_COLUMNS
                   " FROM server_mark WHERE ?1 = '' OR server = ?1 ORDER BY server, kind, seen_at, id"};
};

// Every method: errors with invalid_input or not_found have written nothing.
class PinWriter {
 public:
  explicit PinWriter(Database& database) : database_(database) {}

  Result<std::vector<bool>> see(const ServerKey& server, const std::vector<SeenDefinition>& seen);
  Result<void> accept(const Pin& pin);
  Result<SeenMark> see_mark(const ServerMark& mark);
  Result<std::size_t> accept_marks(std::string_view server_name);

 private:
  Result<bool> see_one(const ServerKey& server, const SeenDefinition& seen);
  Result<bool> see_again(const ServerKey& server, const SeenDefinition& seen, const Pin& kept);
  Result<bool> see_new(const ServerKey& server, const SeenDefinition& seen);
  Result<bool> is_known(const ServerKey& server, std::string_view tool);
  Result<std::int64_t> count(Cursor cursor);

  Database& database_;
  std::int64_t room_ = 0;  // for further pins of the server that see() is at work on
  Statement select_{database_, "SELECT " AEGIS_PIN_COLUMNS
                               " FROM pin WHERE server = ? AND origin = ? AND tool = ? AND hash = ?"};
  // What waits only because nobody has accepted its tool yet says nothing about the next definition.
  Statement known_{
      database_, "SELECT count(*) FROM pin WHERE server = ? AND origin = ? AND tool = ? AND waits != 'new'"};
  Statement size_{database_, "SELECT count(*) FROM pin WHERE server = ? AND origin = ?"};
  // Later than every other definition of the tool, also within one millisecond.
#define AEGIS_SEEN_LAST                                                                                     \
  "max(?8, (SELECT 1 + ifnull(max(last_seen_at), 0) FROM pin WHERE server = ?1 AND origin = ?2 AND tool = " \
  "?3))"
  Statement insert_{
      database_,
      "INSERT INTO pin (server, origin, tool, hash, definition, waits, accepted_by, first_seen_at,"
      " last_seen_at, accepted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, " AEGIS_SEEN_LAST ", ?9)"};
  Statement update_{
      database_,
      "UPDATE pin SET waits = ?5, accepted_by = ?6, accepted_at = ?7, last_seen_at = " AEGIS_SEEN_LAST
      " WHERE server = ?1 AND origin = ?2 AND tool = ?3 AND hash = ?4"};
#undef AEGIS_SEEN_LAST
  Statement drop_waiting_{
      database_, "DELETE FROM pin WHERE server = ? AND origin = ? AND tool = ? AND accepted_by = ''"};
  Statement mark_before_{database_,
                         "SELECT " AEGIS_MARK_COLUMNS
                         " FROM server_mark WHERE server = ?1 AND kind = ?3"
                         " AND (?3 = 'configuration' OR origin = ?2)"
                         " ORDER BY value = ?4 AND origin = ?2 DESC, seen_at DESC, id DESC LIMIT 1"};
  Statement insert_mark_{database_,
                         "INSERT INTO server_mark (server, origin, kind, value, label, accepted, seen_at)"
                         " VALUES (?, ?, ?, ?, ?, ?, ?)"};
  Statement trim_marks_{database_,
                        "DELETE FROM server_mark WHERE id IN (SELECT id FROM server_mark"
                        " WHERE server = ? AND kind = ? ORDER BY id DESC LIMIT -1 OFFSET ?)"};
  Statement accept_marks_{database_, "UPDATE server_mark SET accepted = 1 WHERE server = ? AND accepted = 0"};
  Statement waiting_marks_{database_, "SELECT count(*) FROM server_mark WHERE server = ? AND accepted = 0"};
};

}  // namespace aegis::store::sqlite
