// The protocol revisions and everything in which they differ for us, in one place.
#pragma once

#include <span>
#include <string_view>

namespace aegis::mcp {

struct Revision {
  std::string_view name;
  bool modern = false;   // no handshake: version and capabilities travel in every request's _meta
  bool batches = false;  // a JSON array of messages is allowed
  bool error_without_id =
      false;  // an unaddressed error omits "id" instead of writing null (the schema's rule)
};

// Oldest first. The last one that is not modern is what `initialize` settles on when the client asks for a
// revision we do not know, as the specification's lifecycle section says.
std::span<const Revision> revisions();

// nullptr: unknown.
const Revision* find_revision(std::string_view name);

// What a server answers to `initialize`.
const Revision& negotiate(std::string_view requested);

}  // namespace aegis::mcp
