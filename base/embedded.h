// Files built into the binary by cmake/EmbedFiles.cmake, so that it needs none of its own at run time.
#pragma once

#include <string_view>

namespace aegis {

struct EmbeddedFile {
  std::string_view name;  // without its folder
  std::string_view text;
};

}  // namespace aegis
