// The schema: which migrations exist, and bringing a database up to the last of them.
//
// The version is in PRAGMA user_version; PRAGMA application_id says that the database is ours at all.
#pragma once

#include <span>

#include "base/embedded.h"
#include "base/result.h"
#include "store/sqlite/database.h"

namespace aegis::store::sqlite {

// store/migrations/NNNN_what.sql in order, built in; numbered 0001, 0002, … without gaps (CMake checks).
std::span<const EmbeddedFile> migrations();

inline constexpr int kApplicationId = 0x41454753;  // "AEGS"

// Refuses databases of other programs and of newer releases, else applies what is missing in one transaction.
// Two processes may do this at the same time.
Result<void> migrate(Database& database);

}  // namespace aegis::store::sqlite
