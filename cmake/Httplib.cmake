# httplib::httplib and AEGIS_HTTPLIB_VERSION: cpp-httplib, for the HTTP listener and client.
# Older than 0.41 it buffers chunked bodies without limit and accepts conflicting lengths, so older is refused.
# Looked for in this order: what scripts/setup fetched, an installed one (by its CMake package, then by
# pkg-config), and, only when asked for, a clone of the project's repository at a pinned tag.
set(AEGIS_HTTPLIB_MINIMUM 0.41.0)
option(AEGIS_FETCH_DEPS "Clone cpp-httplib from AEGIS_HTTPLIB_REPOSITORY where no fit one is found" OFF)
set(AEGIS_HTTPLIB_REPOSITORY "" CACHE STRING "Git URL of the cpp-httplib project (yhirose/cpp-httplib) or of a mirror")
set(AEGIS_HTTPLIB_TAG "v0.41.0" CACHE STRING "Tag of AEGIS_HTTPLIB_REPOSITORY to build with")

# Makes the target from a directory that holds httplib.h, and reads the version out of the header.
macro(aegis_httplib_from_header dir)
  file(STRINGS ${dir}/httplib.h _define REGEX "^#define CPPHTTPLIB_VERSION \"" LIMIT_COUNT 1)
  string(REGEX REPLACE ".*\"([0-9.]+)\".*" "\\1" AEGIS_HTTPLIB_VERSION "${_define}")
  add_library(httplib::httplib INTERFACE IMPORTED)
  target_include_directories(httplib::httplib INTERFACE ${dir})   # imported: its warnings are not ours
  target_link_libraries(httplib::httplib INTERFACE Threads::Threads)
endmacro()

if(EXISTS ${CMAKE_SOURCE_DIR}/build/deps/httplib/httplib.h)
  aegis_httplib_from_header(${CMAKE_SOURCE_DIR}/build/deps/httplib)
else()
  find_package(httplib QUIET CONFIG)   # without a version: its package file calls every other minor version unfit
  if(httplib_FOUND)
    set(AEGIS_HTTPLIB_VERSION ${httplib_VERSION})
  else()
    pkg_check_modules(HTTPLIB QUIET IMPORTED_TARGET cpp-httplib)
    if(HTTPLIB_FOUND AND HTTPLIB_VERSION VERSION_GREATER_EQUAL AEGIS_HTTPLIB_MINIMUM)
      set(AEGIS_HTTPLIB_VERSION ${HTTPLIB_VERSION})
      add_library(httplib::httplib INTERFACE IMPORTED)
      target_link_libraries(httplib::httplib INTERFACE PkgConfig::HTTPLIB)
    elseif(AEGIS_FETCH_DEPS)
      if(NOT AEGIS_HTTPLIB_REPOSITORY)
        message(FATAL_ERROR "AEGIS_FETCH_DEPS is on: set -DAEGIS_HTTPLIB_REPOSITORY=<git URL of yhirose/cpp-httplib>")
      endif()
      include(FetchContent)
      FetchContent_Declare(httplib_source GIT_REPOSITORY ${AEGIS_HTTPLIB_REPOSITORY} GIT_TAG ${AEGIS_HTTPLIB_TAG}
                           GIT_SHALLOW ON SOURCE_SUBDIR none)   # its header is wanted, not its build
      FetchContent_MakeAvailable(httplib_source)
      aegis_httplib_from_header(${httplib_source_SOURCE_DIR})
    else()
      set(AEGIS_HTTPLIB_VERSION ${HTTPLIB_VERSION})
    endif()
  endif()
endif()

if(NOT AEGIS_HTTPLIB_VERSION OR AEGIS_HTTPLIB_VERSION VERSION_LESS AEGIS_HTTPLIB_MINIMUM)
  set(_found "none was found")
  if(AEGIS_HTTPLIB_VERSION)
    set(_found "the one found is ${AEGIS_HTTPLIB_VERSION}")
  endif()
  message(FATAL_ERROR "cpp-httplib ${AEGIS_HTTPLIB_MINIMUM} or newer is needed; ${_found}. "
                      "Run scripts/setup, which puts a fit one into build/deps/httplib, or install one.")
endif()
message(STATUS "Found cpp-httplib: ${AEGIS_HTTPLIB_VERSION}")
