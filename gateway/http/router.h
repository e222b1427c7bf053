// Router: which handler serves a path and method.
//
// Filled before the first lookup; lookups are thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/listener.h"

namespace aegis::gateway {

class Router {
 public:
  void add(std::string method, std::string path, HttpHandler handler, HttpGate gate);

  struct Route {
    std::string method;
    HttpHandler handler;
    HttpGate gate;  // empty: everybody may send a body
  };
  struct Found {
    bool path = false;             // some route has it
    const Route* route = nullptr;  // null: not for this method
    std::string methods;           // the Allow header; for a path nobody has too
  };
  [[nodiscard]] Found find(std::string_view method, std::string_view path) const;

 private:
  using Routes = std::map<std::string, std::vector<Route>, std::less<>>;
  [[nodiscard]] const std::vector<Route>* routes_of(std::string_view path) const;

  Routes exact_, prefixes_;  // prefixes end with '/'
};

}  // namespace aegis::gateway
