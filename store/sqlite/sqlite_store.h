// Opening a SQLite store with settings other than the usual ones; the usual way is open_sqlite() in
// store/store.h.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace aegis::store::sqlite {

// `busy_timeout_ms`: how long to wait for a lock of another process before an operation fails.
Result<std::unique_ptr<Store>> open(const std::string& path, int busy_timeout_ms);

}  // namespace aegis::store::sqlite
