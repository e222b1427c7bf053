// What is asked: may this principal do this action to this resource, in this context?
#pragma once

#include "policy/value.h"

namespace aegis::policy {

// Views: what it names must outlive its use. Safe to read from any thread.
struct Request {
  EntityUid principal;
  EntityUid action;
  EntityUid resource;
  Value context = Value::sorted_record({});  // a record
};

}  // namespace aegis::policy
