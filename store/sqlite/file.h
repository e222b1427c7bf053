// The store's file: an absolute path, private to the user, made before SQLite sees it.
#pragma once

#include <string>

#include "base/result.h"

namespace aegis::store::sqlite {

// Returns the absolute path after making missing folders (0700) and the file (0600). What exists is not
// changed. Errors name the path and what to do.
Result<std::string> prepare_file(const std::string& path);

}  // namespace aegis::store::sqlite
