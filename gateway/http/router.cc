#include "gateway/http/router.h"

#include <utility>

namespace aegis::gateway {

void Router::add(std::string method, std::string path, HttpHandler handler, HttpGate gate) {
  const bool prefix = path.size() >= 2 && path.ends_with("/*");
  if (prefix) path.pop_back();
  (prefix ? prefixes_ : exact_)[std::move(path)].push_back(
      {std::move(method), std::move(handler), std::move(gate)});
}

const std::vector<Router::Route>* Router::routes_of(std::string_view path) const {
  if (const auto found = exact_.find(path); found != exact_.end()) return &found->second;
  for (std::size_t slash = path.rfind('/'); slash != std::string_view::npos;) {
    if (const auto found = prefixes_.find(path.substr(0, slash + 1)); found != prefixes_.end())
      return &found->second;
    if (slash == 0) break;
    slash = path.rfind('/', slash - 1);
  }
  return nullptr;
}

Router::Found Router::find(std::string_view method, std::string_view path) const {
  Found found;
  if (const auto* routes = routes_of(path)) {
    found.path = true;
    const Route* get = nullptr;
    const Route* any = nullptr;
    for (const Route& route : *routes) {
      if (route.method == method) found.route = &route;
      if (route.method == "GET") get = &route;
      if (route.method == "*") any = &route;
      if (route.method != "*") found.methods += route.method + (route.method == "GET" ? ", HEAD, " : ", ");
    }
    if (!found.route && method == "HEAD") found.route = get;
    if (!found.route) found.route = any;
    if (any) found.methods = "GET, HEAD, POST, PUT, PATCH, DELETE, ";
  }
  found.methods += "OPTIONS";
  return found;
}

}  // namespace aegis::gateway
