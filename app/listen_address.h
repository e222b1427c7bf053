// Where to listen, as given with --http. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace aegis::app {

struct ListenAddress {
  std::string host = "127.0.0.1";  // a name or an address; an IPv6 address without its brackets
  int port = 0;                    // 0: any free one
};

// HOST:PORT, [::1]:PORT, :PORT or PORT. Without a host it is this machine only: being reachable from outside
// is something to be said, not to be left out (0.0.0.0:PORT or [::]:PORT).
// Errors (invalid_input) say what is wrong and what to write instead.
Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace aegis::app
