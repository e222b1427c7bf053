#include "store/sqlite/file.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace aegis::store::sqlite {
namespace fs = std::filesystem;
namespace {

Error system_failure(const std::string& path, const std::string& what, int error) {
  const std::string remedy = error == ENOSPC || error == EDQUOT
                                 ? "free space on its disk"
                                 : "make it writable for this user or choose another path with --store";
  return unavailable("store " + path + ": " + what + " (" + std::generic_category().message(error) + "); " +
                     remedy);
}

// Like `mkdir -p`, but each new folder is private from its first moment.
Result<void> make_folders(const std::string& path, const fs::path& folder) {
  fs::path made;
  for (const fs::path& part : folder) {
    made /= part;
    struct stat info {};
    if (::stat(made.c_str(), &info) == 0) {
      if (S_ISDIR(info.st_mode)) continue;
      return unavailable("store " + path + ": " + made.string() +
                         " is not a folder; move it away or choose another path with --store");
    }
    if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST) {
      return system_failure(path, "cannot make the folder " + made.string(), errno);
    }
  }
  return {};
}

}  // namespace

Result<std::string> prepare_file(const std::string& path) {
  if (path.empty()) return invalid_input("the store's path is empty; give a file with --store");
  if (path.find('\0') != std::string::npos) return invalid_input("the store's path holds a NUL byte");
  // Absolute, so that a later chdir() changes nothing and SQLite reads neither ":memory:" nor "file:…" into
  // it.
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error).lexically_normal();
  if (error) return system_failure(path, "cannot find the current folder", error.value());
  const std::string whole = absolute.string();
  if (auto made = make_folders(whole, absolute.parent_path()); !made) return made.error();

  // mknod() makes the file without opening it: closing a descriptor of a database file would drop every lock
  // that this process holds on it. SQLite gives the WAL and its index the mode of this file.
  if (::mknod(whole.c_str(), S_IFREG | 0600, 0) != 0 && errno != EEXIST) {
    return system_failure(whole, "cannot make the file", errno);
  }
  struct stat info {};
  if (::stat(whole.c_str(), &info) != 0) return system_failure(whole, "cannot be opened", errno);
  if (!S_ISREG(info.st_mode)) {
    return unavailable("store " + whole + ": this is not a file; give the path of a file with --store");
  }
  return whole;
}

}  // namespace aegis::store::sqlite
