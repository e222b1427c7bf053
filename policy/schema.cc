#include "policy/schema.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "policy/limits.h"
#include "policy/schema_declarations.h"

namespace aegis::policy {

struct Schema::Data {
  Arena arena;
  std::vector<EntityType> entities;  // sorted by name
  std::vector<ActionType> actions;   // sorted by uid
};

namespace {

constexpr std::string_view kBuiltin = "__cedar::";

std::string qualified(std::string_view space, std::string_view name) {
  return space.empty() ? std::string(name) : std::string(space) + "::" + std::string(name);
}

Error at(Position position, const std::string& message) {
  return invalid_input(std::to_string(position.line) + ":" + std::to_string(position.column) + ": " +
                       message);
}

const Type* builtin(std::string_view name) {
  static const std::map<std::string_view, Type> kTypes = {
      {"Bool", {Type::Kind::boolean}},
      {"Boolean", {Type::Kind::boolean}},
      {"Long", {Type::Kind::integer}},
      {"String", {Type::Kind::string}},
      {"ipaddr", {Type::Kind::extension, "ipaddr"}},
      {"decimal", {Type::Kind::extension, "decimal"}},
      {"datetime", {Type::Kind::extension, "datetime"}},
      {"duration", {Type::Kind::extension, "duration"}},
  };
  const auto found = kTypes.find(name);
  return found == kTypes.end() ? nullptr : &found->second;
}

}  // namespace

// Turns declarations into a schema: a name means what its own namespace declares, else what none does, else a
// builtin.
class SchemaResolver {
 public:
  explicit SchemaResolver(Declarations declared) : declared_(std::move(declared)) {}

  Result<Schema> schema(std::shared_ptr<Schema::Data> data) {
    data_ = std::move(data);
    for (const DeclaredEntity& entity : declared_.entities) {
      const std::string name = qualified(entity.space, entity.name);
      if (!entities_.emplace(name, &entity).second)
        return at(entity.at, "the entity type " + name + " is declared twice");
    }
    for (const DeclaredCommon& common : declared_.types) {
      const std::string name = qualified(common.space, common.name);
      if (!commons_.emplace(name, &common).second)
        return at(common.at, "the type " + name + " is declared twice");
    }
    for (const DeclaredCommon& common : declared_.types) {
      const auto resolved = resolve(common.type, common.space);
      if (!resolved) return resolved.error();
    }
    if (const auto done = entities(); !done) return done.error();
    if (const auto done = actions(); !done) return done.error();
    Schema out;
    out.data_ = data_;
    return out;
  }

 private:
  Result<std::string_view> entity_name(const DeclaredName& declared, std::string_view space) {
    for (const std::string& name : {qualified(space, declared.name), std::string(declared.name)}) {
      const auto found = entities_.find(name);
      if (found != entities_.end()) return data_->arena.copy(name);
    }
    return at(declared.at, "the entity type " + std::string(declared.name) + " is not declared");
  }

  // Bounded by kMaxExpressionDepth, as names lead from one declaration to the next.
  Result<const Type*> resolve(const DeclaredType& declared, std::string_view space) {
    if (depth_ >= kMaxExpressionDepth)
      return at(declared.at, "types nest more than " + std::to_string(kMaxExpressionDepth) + " levels deep");
    ++depth_;
    auto type = resolve_at_depth(declared, space);
    --depth_;
    return type;
  }

  Result<const Type*> resolve_at_depth(const DeclaredType& declared, std::string_view space) {
    Type type;
    if (declared.kind == DeclaredType::Kind::set) {
      const auto element = resolve(declared.element[0], space);
      if (!element) return element;
      type.kind = Type::Kind::set;
      type.element = *element;
      return data_->arena.make(type);
    }
    if (declared.kind == DeclaredType::Kind::record) return record(declared, space);
    if (declared.name.starts_with(kBuiltin)) {
      const Type* found = builtin(declared.name.substr(kBuiltin.size()));
      if (found != nullptr) return found;
    }
    for (const std::string& name : {qualified(space, declared.name), std::string(declared.name)}) {
      const auto common = commons_.find(name);
      if (common != commons_.end()) return resolve_common(name, *common->second, declared.at);
      if (entities_.find(name) != entities_.end()) {
        type.kind = Type::Kind::entity;
        type.name = data_->arena.copy(name);
        return data_->arena.make(type);
      }
    }
    const Type* found = builtin(declared.name);
    if (found != nullptr) return found;
    return at(declared.at, "the type " + std::string(declared.name) + " is not declared");
  }

  Result<const Type*> resolve_common(const std::string& name, const DeclaredCommon& common, Position used) {
    const auto known = resolved_.find(name);
    if (known != resolved_.end()) {
      if (known->second == nullptr) return at(used, "the type " + name + " is made of itself");
      return known->second;
    }
    resolved_[name] = nullptr;
    const auto type = resolve(common.type, common.space);
    if (type) resolved_[name] = *type;
    return type;
  }

  Result<const Type*> record(const DeclaredType& declared, std::string_view space) {
    std::vector<AttributeType> attributes;
    for (const DeclaredField& field : declared.fields) {
      const auto type = resolve(field.type, space);
      if (!type) return type;
      attributes.push_back({field.name, *type, field.required});
    }
    std::sort(attributes.begin(), attributes.end(),
              [](const AttributeType& a, const AttributeType& b) { return a.name < b.name; });
    const auto twice =
        std::adjacent_find(attributes.begin(), attributes.end(),
                           [](const AttributeType& a, const AttributeType& b) { return a.name == b.name; });
    if (twice != attributes.end())
      return at(declared.at, "this record declares " + std::string(twice->name) + " twice");
    Type type;
    type.kind = Type::Kind::record;
    type.attributes = data_->arena.copy<AttributeType>(attributes);
    return data_->arena.make(type);
  }

  Result<const Type*> record_or_empty(const std::optional<DeclaredType>& declared, std::string_view space) {
    if (!declared) return record({}, space);
    const auto type = resolve(*declared, space);
    if (type && (*type)->kind != Type::Kind::record) return at(declared->at, "this must be a record");
    return type;
  }

  Result<void> entities() {
    std::map<std::string_view, std::vector<std::string_view>> ancestors;
    for (const auto& [name, declared] : entities_) {
      EntityType entity;
      entity.name = data_->arena.copy(name);
      entity.ids = declared->ids;
      const auto shape = record_or_empty(declared->shape, declared->space);
      if (!shape) return shape.error();
      entity.shape = *shape;
      if (declared->tags) {
        const auto tags = resolve(*declared->tags, declared->space);
        if (!tags) return tags.error();
        entity.tags = *tags;
      }
      for (const DeclaredName& parent : declared->in) {
        const auto resolved = entity_name(parent, declared->space);
        if (!resolved) return resolved.error();
        ancestors[entity.name].push_back(*resolved);
      }
      data_->entities.push_back(std::move(entity));
    }
    // Entities of one type may be in others of it, so types may be in themselves: steps until nothing is new.
    for (EntityType& entity : data_->entities) {
      std::vector<std::string_view> open = ancestors[entity.name];
      while (!open.empty()) {
        const std::string_view next = open.back();
        open.pop_back();
        const auto place = std::lower_bound(entity.ancestors.begin(), entity.ancestors.end(), next);
        if (place != entity.ancestors.end() && *place == next) continue;
        entity.ancestors.insert(place, next);
        open.insert(open.end(), ancestors[next].begin(), ancestors[next].end());
      }
    }
    return {};
  }

  Result<void> actions() {
    std::map<EntityUid, std::vector<EntityUid>> ancestors;
    for (const DeclaredAction& declared : declared_.actions) {
      ActionType action;
      action.uid = data_->arena.copy(entity_uid(qualified(declared.space, "Action"), declared.id));
      const auto context = record_or_empty(declared.context, declared.space);
      if (!context) return context.error();
      action.context = *context;
      for (const auto& [from, to] : {std::pair(&declared.principals, &action.principals),
                                     std::pair(&declared.resources, &action.resources)}) {
        for (const DeclaredName& name : *from) {
          const auto resolved = entity_name(name, declared.space);
          if (!resolved) return resolved.error();
          to->push_back(*resolved);
        }
      }
      std::vector<EntityUid>& groups = ancestors[action.uid];
      for (const DeclaredAction::Group& group : declared.in) {
        const std::string type =
            group.type.empty() ? qualified(declared.space, "Action") : std::string(group.type);
        groups.push_back(data_->arena.copy(entity_uid(type, group.id)));
      }
      data_->actions.push_back(std::move(action));
    }
    auto& all = data_->actions;
    std::sort(all.begin(), all.end(), [](const ActionType& a, const ActionType& b) { return a.uid < b.uid; });
    const auto twice = std::adjacent_find(
        all.begin(), all.end(), [](const ActionType& a, const ActionType& b) { return a.uid == b.uid; });
    if (twice != all.end())
      return invalid_input("the action " + to_string(twice->uid) + " is declared twice");
    for (const auto& [uid, groups] : ancestors) {
      for (const EntityUid& group : groups) {
        if (ancestors.find(group) == ancestors.end())
          return invalid_input("the action " + to_string(uid) + " is in " + to_string(group) +
                               ", which is not declared");
      }
    }
    std::size_t pairs = 0;
    for (ActionType& action : all) {
      std::set<EntityUid> found;
      std::vector<EntityUid> open = ancestors[action.uid];
      while (!open.empty()) {
        const EntityUid next = open.back();
        open.pop_back();
        if (next == action.uid) return invalid_input("the action " + to_string(next) + " is in itself");
        if (!found.insert(next).second) continue;
        open.insert(open.end(), ancestors[next].begin(), ancestors[next].end());
      }
      pairs += found.size();
      if (pairs > kMaxAncestors)
        return limit_reached("actions with more than " + std::to_string(kMaxAncestors) + " ancestors in all");
      action.ancestors.assign(found.begin(), found.end());
    }
    return {};
  }

  Declarations declared_;
  std::shared_ptr<Schema::Data> data_;
  std::map<std::string, const DeclaredEntity*> entities_;
  std::map<std::string, const DeclaredCommon*> commons_;
  std::map<std::string, const Type*> resolved_;  // null while it is being resolved
  std::size_t depth_ = 0;
};

Result<Schema> Schema::parse(std::string_view text) {
  auto data = std::make_shared<Data>();
  auto declared = parse_declarations(text, data->arena);
  if (!declared) return declared.error();
  return SchemaResolver(std::move(*declared)).schema(std::move(data));
}

const EntityType* Schema::entity(std::string_view name) const {
  const auto found = std::lower_bound(
      data_->entities.begin(), data_->entities.end(), name,
      [](const EntityType& entity, std::string_view wanted) { return entity.name < wanted; });
  return found != data_->entities.end() && found->name == name ? &*found : nullptr;
}

const ActionType* Schema::action(const EntityUid& uid) const {
  const auto found =
      std::lower_bound(data_->actions.begin(), data_->actions.end(), uid,
                       [](const ActionType& action, const EntityUid& wanted) { return action.uid < wanted; });
  return found != data_->actions.end() && found->uid == uid ? &*found : nullptr;
}

std::span<const ActionType> Schema::actions() const { return data_->actions; }

}  // namespace aegis::policy
