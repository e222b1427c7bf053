// What a POST to the MCP endpoint holds: media types checked, the body read strictly, its era told.
//
// Values; an Inbound is used by the thread that read it. Nothing here knows sessions or principals.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "gateway/http/listener.h"
#include "mcp/message.h"
#include "mcp/meta.h"
#include "mcp/version.h"

namespace aegis::gateway {

// Messages of one batch (2025-03-26): as many as the reference SDK takes.
inline constexpr std::size_t kMaxBatchItems = 100;

// Whether an Accept header takes `type` ("application/json"), wildcards included. Absent: no, since the
// specification has clients name both types and the reference servers insist on the header.
bool accepts(const std::optional<std::string>& accept, std::string_view type);

// Whether a Content-Type header means JSON, whatever its parameters.
bool is_json(const std::optional<std::string>& content_type);

// An answer that ends a request before any conversation saw it.
struct Refusal {
  int status = 400;
  int code = mcp::kInvalidRequest;
  std::string text;
  std::string id;     // of the request, as JSON text; empty: not known
  std::string allow;  // the Allow header of a 405
};

// `revision`: the one the client speaks; null: not known.
HttpResponse refuse(const Refusal& refusal, const mcp::Revision* revision);

struct Inbound {
  mcp::Era era = mcp::Era::legacy;
  const mcp::Revision* header_revision = nullptr;  // of MCP-Protocol-Version; null: absent or not known
  bool has_version_header = false;
  bool batch = false;

  // Not for a batch. `line` is the message without a raw line break (which JSON allows between tokens, and
  // which would make two messages of one where a line is a message).
  mcp::Message message;
  std::string_view line;

  // A batch: its items, byte for byte but for raw line breaks; none of them was read yet.
  std::vector<std::string_view> items;
};

// Reads the POST. Views in the Inbound live as long as the reader and the request's body.
class InboundReader {
 public:
  // False fills *refusal. Revision-dependent parts of refusals are left to refuse().
  bool read(const HttpRequest& request, Inbound* inbound, Refusal* refusal);

 private:
  JsonParser parser_{kMaxBodyBytes};
  std::string line_;
};

}  // namespace aegis::gateway
