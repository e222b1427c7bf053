// The entities a request is judged with: attributes, tags, and who is in whom.
//
// Immutable once built, cheap to copy, safe to read from any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "policy/json_forms.h"
#include "policy/value.h"

namespace aegis::policy {

struct Entity {
  EntityUid uid;
  Value attributes;                      // a record
  Value tags;                            // a record
  std::span<const EntityUid> parents;    // as given
  std::span<const EntityUid> ancestors;  // parents, their parents and so on; sorted, without doubles

  bool in(const EntityUid& other) const;  // itself not included
};

class Entities {
 public:
  Entities() = default;  // none
  // Over entities of the caller's, for a request that brings its own few; nothing is copied or allocated.
  // REQUIRES: sorted by uid, each once, `ancestors` complete and sorted; all of it outlives the copies too.
  static Entities over(std::span<const Entity> sorted);

  // A JSON array of {"uid", "attrs", "parents", "tags"?}. The same entity may be listed twice if the two are
  // equal. Errors name the entity by its position, and the attribute.
  static Result<Entities> parse(std::string_view json, Forms forms = Forms::escaped);

  // Null for an entity that is not listed: it has no attributes and is in nothing but itself.
  const Entity* find(const EntityUid& uid) const;
  // Whether `a` is `b` or in it.
  bool in(const EntityUid& a, const EntityUid& b) const;

  std::span<const Entity> all() const;

 private:
  friend class EntitiesBuilder;
  struct Data;
  std::shared_ptr<const Data> data_;  // keeps what was built; null where the caller does
  std::span<const Entity> entities_;  // sorted by uid
};

// Gathers entities. One thread.
class EntitiesBuilder {
 public:
  EntitiesBuilder();

  // What values given to add() are made in; Entities keeps it.
  Arena& arena();
  // REQUIRES: `attributes` and `tags` are records in arena() or in memory that outlives the entities. Uids
  // are copied.
  void add(const EntityUid& uid, const Value& attributes, std::span<const EntityUid> parents,
           const Value& tags = Value::sorted_record({}));

  // invalid_input for an entity given twice differently, a cycle, or an action in something that is none;
  // limit. The builder is empty afterwards.
  Result<Entities> build();

 private:
  std::shared_ptr<Entities::Data> data_;
};

}  // namespace aegis::policy
