#include "policy/entities.h"

#include <algorithm>
#include <string>

#include "base/json.h"
#include "policy/ancestors.h"
#include "policy/json_view.h"
#include "policy/limits.h"
#include "policy/names.h"
#include "policy/value_json.h"

namespace aegis::policy {

struct Entities::Data {
  Arena arena;
  std::vector<Entity> entities;  // sorted by uid
};

namespace {

bool same(const Entity& a, const Entity& b) {
  std::uint64_t work = 0;
  const auto sorted = [](std::span<const EntityUid> uids) {
    std::vector<EntityUid> out(uids.begin(), uids.end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  };
  return compare(a.attributes, b.attributes, work) == 0 && compare(a.tags, b.tags, work) == 0 &&
         sorted(a.parents) == sorted(b.parents);
}

Result<void> read_entity(simdjson::dom::element json, EntitiesBuilder& builder, const std::string& where,
                         Forms forms) {
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS)
    return invalid_input(where + ": an entity is a JSON object");
  simdjson::dom::element uid_json;
  simdjson::dom::object attributes_json;
  simdjson::dom::array parents_json;
  if (object.at_key("uid").get(uid_json) != simdjson::SUCCESS)
    return invalid_input(where + ": has no \"uid\"");
  if (object.at_key("attrs").get_object().get(attributes_json) != simdjson::SUCCESS)
    return invalid_input(where + ": has no object \"attrs\"");
  if (object.at_key("parents").get_array().get(parents_json) != simdjson::SUCCESS)
    return invalid_input(where + ": has no array \"parents\"");

  Arena& arena = builder.arena();
  const auto uid = uid_from_json(uid_json, arena, where + ", uid");
  if (!uid) return uid.error();
  std::vector<EntityUid> parents;
  for (const simdjson::dom::element parent_json : parents_json) {
    const auto parent = uid_from_json(parent_json, arena, where + ", parents");
    if (!parent) return parent.error();
    parents.push_back(*parent);
  }
  // The members one by one: `attrs` itself is a record even where its one member has the name of an escape.
  const auto fields_of = [&](const simdjson::dom::object& members, const std::string& what) -> Result<Value> {
    std::vector<Field> fields;
    for (const auto [name, element] : members) {
      const auto value = value_from_json(element, arena, where + ", " + what + " " + quoted(name), forms);
      if (!value) return value.error();
      fields.push_back({arena.copy(name), *value});
    }
    return arena.record(fields);
  };
  const auto attributes = fields_of(attributes_json, "attribute");
  if (!attributes) return attributes.error();
  simdjson::dom::element tags_json;
  Value tags = Value::sorted_record({});
  if (object.at_key("tags").get(tags_json) == simdjson::SUCCESS) {
    if (!tags_json.is_object()) return invalid_input(where + ": \"tags\" is no object");
    const auto read = fields_of(object_of(tags_json), "tag");
    if (!read) return read.error();
    tags = *read;
  }
  builder.add(*uid, *attributes, parents, tags);
  return {};
}

}  // namespace

bool Entity::in(const EntityUid& other) const {
  return std::binary_search(ancestors.begin(), ancestors.end(), other);
}

Entities Entities::over(std::span<const Entity> sorted) {
  Entities out;
  out.entities_ = sorted;
  return out;
}

Result<Entities> Entities::parse(std::string_view json, Forms forms) {
  JsonParser parser(kMaxEntitiesBytes);
  const auto parsed = parser.parse(json);
  if (!parsed) return parsed.error();
  simdjson::dom::array list;
  if (parsed->root.get_array().get(list) != simdjson::SUCCESS)
    return invalid_input("entities are a JSON array");
  EntitiesBuilder builder;
  std::size_t count = 0;
  for (const simdjson::dom::element entity : list) {
    if (count == kMaxEntities)
      return limit_reached("more than " + std::to_string(kMaxEntities) + " entities");
    const auto read = read_entity(entity, builder, "entity " + std::to_string(++count), forms);
    if (!read) return read.error();
  }
  return builder.build();
}

const Entity* Entities::find(const EntityUid& uid) const {
  const auto at = std::lower_bound(entities_.begin(), entities_.end(), uid,
                                   [](const Entity& e, const EntityUid& wanted) { return e.uid < wanted; });
  return at != entities_.end() && at->uid == uid ? &*at : nullptr;
}

bool Entities::in(const EntityUid& a, const EntityUid& b) const {
  if (a == b) return true;
  const Entity* entity = find(a);
  return entity != nullptr && entity->in(b);
}

std::span<const Entity> Entities::all() const { return entities_; }

EntitiesBuilder::EntitiesBuilder() : data_(std::make_shared<Entities::Data>()) {}

Arena& EntitiesBuilder::arena() { return data_->arena; }

void EntitiesBuilder::add(const EntityUid& uid, const Value& attributes, std::span<const EntityUid> parents,
                          const Value& tags) {
  Entity entity;
  entity.uid = data_->arena.copy(uid);
  entity.attributes = attributes;
  entity.tags = tags;
  const std::span<EntityUid> kept = data_->arena.array<EntityUid>(parents.size());
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = data_->arena.copy(parents[i]);
  entity.parents = kept;
  data_->entities.push_back(entity);
}

Result<Entities> EntitiesBuilder::build() {
  std::shared_ptr<Entities::Data> data = std::move(data_);
  data_ = std::make_shared<Entities::Data>();
  std::vector<Entity>& entities = data->entities;
  if (entities.size() > kMaxEntities)
    return limit_reached("more than " + std::to_string(kMaxEntities) + " entities");
  std::sort(entities.begin(), entities.end(), [](const Entity& a, const Entity& b) { return a.uid < b.uid; });
  for (std::size_t i = 1; i < entities.size(); ++i) {
    if (entities[i - 1].uid == entities[i].uid && !same(entities[i - 1], entities[i])) {
      return invalid_input("the entity " + to_string(entities[i].uid) + " is given twice, and differently");
    }
  }
  entities.erase(std::unique(entities.begin(), entities.end(),
                             [](const Entity& a, const Entity& b) { return a.uid == b.uid; }),
                 entities.end());
  for (const Entity& entity : entities) {
    if (!is_action_type(entity.uid.type)) continue;
    for (const EntityUid& parent : entity.parents) {
      if (!is_action_type(parent.type))
        return invalid_input("the action " + to_string(entity.uid) + " is in something that is no action");
    }
  }
  if (const auto linked = find_ancestors(entities, data->arena); !linked) return linked.error();
  Entities out;
  out.entities_ = data->entities;
  out.data_ = std::move(data);
  return out;
}

}  // namespace aegis::policy
