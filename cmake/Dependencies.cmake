# Every library the product links, each from the system (scripts/setup installs them) and each for one job.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)                       # SHA-256, random bytes
find_package(nlohmann_json 3.10 REQUIRED)            # configuration, changed messages
find_package(simdjson REQUIRED)                      # strict parsing on the hot path
find_package(CLI11 REQUIRED)                         # the command line
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)   # rules
pkg_check_modules(SQLITE3 REQUIRED IMPORTED_TARGET sqlite3)    # the store
