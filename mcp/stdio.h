// The stdio transport of a server of our own: one message a line on two descriptors.
#pragma once

#include "mcp/server.h"

namespace aegis::mcp {

// Reads `input` until it ends and answers on `output`; returns when every call was answered, or the reader of
// `output` is gone. Blocking; starts one worker thread and joins it.
void serve_stdio(ServerInfo info, ToolProvider* tools, int input, int output);

}  // namespace aegis::mcp
