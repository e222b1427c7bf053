# Writes OUTPUT, a C++ source holding every FOLDER/NNNN_name.sql in order; NNNN is the schema version it leads to.
file(GLOB files ${FOLDER}/*.sql)
list(SORT files)
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_")
    message(FATAL_ERROR "${name}.sql: a migration is named NNNN_what.sql")
  endif()
  math(EXPR version "1${CMAKE_MATCH_1} - 10000")
  file(READ ${file} sql)
  string(APPEND entries "    {${version}, R\"aegis_sql(${sql})aegis_sql\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from the store's migrations; edit those.
#include \"store/sqlite/schema.h\"

namespace aegis::store::sqlite {
namespace {
constexpr Migration kMigrations[] = {
${entries}};
}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

}  // namespace aegis::store::sqlite
")
