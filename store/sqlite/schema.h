// The schema: which migrations exist, and bringing a database up to the last of them.
//
// The version is in PRAGMA user_version; PRAGMA application_id says that the database is ours at all.
#pragma once

#include <span>

#include "base/result.h"
#include "store/sqlite/database.h"

namespace aegis::store::sqlite {

struct Migration {
  int version;  // of the schema it leads to: 1, 2, …
  const char* sql;
};

// In order; generated at build time from store/migrations/*.sql.
std::span<const Migration> migrations();

inline constexpr int kApplicationId = 0x41454753;  // "AEGS"

// Refuses databases of other programs and of newer releases, else applies what is missing in one transaction.
// Two processes may do this at the same time.
Result<void> migrate(Database& database);

}  // namespace aegis::store::sqlite
