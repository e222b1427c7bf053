#include "app/listen_address.h"

#include <charconv>

#include "gateway/auth/http_url.h"

namespace aegis::app {

using gateway::auth::is_host_name;
using gateway::auth::is_ipv6;

Result<ListenAddress> parse_listen_address(std::string_view text) {
  ListenAddress address;
  if (text.empty()) return invalid_input("the address is empty; write HOST:PORT, as in 127.0.0.1:8080");
  if (text.find("://") != std::string_view::npos)
    return invalid_input("this is a URL; write HOST:PORT, as in 127.0.0.1:8080");

  std::string_view port = text;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    const std::string_view host = text.substr(1, close == std::string_view::npos ? close : close - 1);
    if (close == std::string_view::npos || !is_ipv6(host))
      return invalid_input("what stands in brackets is no IPv6 address; write it as in [::1]:8080");
    address.host = host;
    port = text.substr(close + 1);
    if (!port.starts_with(':'))
      return invalid_input("there is no port after the address; write it as in [::1]:8080");
    port.remove_prefix(1);
  } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    const std::string_view host = text.substr(0, colon);
    if (is_ipv6(text) || host.find(':') != std::string_view::npos)
      return invalid_input("an IPv6 address needs brackets before the port, as in [::1]:8080");
    if (host == "*")
      return invalid_input("for every address of this machine write 0.0.0.0:PORT or [::]:PORT");
    if (!host.empty()) {
      if (!is_host_name(host)) return invalid_input("the host is neither a name nor an address");
      address.host = host;
    }
    port = text.substr(colon + 1);
  } else if (text.find_first_not_of("0123456789") != std::string_view::npos) {
    return invalid_input("there is no port; write HOST:PORT, as in 127.0.0.1:8080");
  }
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), address.port);
  const bool digits = parsed.ec == std::errc() && parsed.ptr == port.data() + port.size();
  if (!digits || address.port < 0 || address.port > 65535)
    return invalid_input("the port must be a number from 0 to 65535 (0: any free one)");
  return address;
}

}  // namespace aegis::app
