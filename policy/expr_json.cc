#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "policy/json_view.h"
#include "policy/limits.h"
#include "policy/names.h"
#include "policy/policy_json.h"
#include "policy/value_json.h"

namespace aegis::policy {

namespace {

using simdjson::dom::element;
using Nodes = std::vector<const Expr*>;

constexpr std::array<Op, 17> kBinary = {
    Op::and_,     Op::or_,           Op::equal,        Op::not_equal, Op::less,     Op::less_equal,
    Op::greater,  Op::greater_equal, Op::in,           Op::add,       Op::subtract, Op::multiply,
    Op::contains, Op::contains_all,  Op::contains_any, Op::get_tag,   Op::has_tag};

// Reads one expression; what it calls for the parts comes back to it. Bounded by the depth of JSON.
class Reader {
 public:
  explicit Reader(ExprBuilder& builder) : builder_(builder) {}

  Result<const Expr*> read(element json) {
    simdjson::dom::object object;
    if (json.get_object().get(object) != simdjson::SUCCESS || object.size() != 1) {
      return invalid_input("an expression is an object of one member");
    }
    const auto member = *object.begin();
    const std::string_view name = member.key;
    const element body = member.value;
    if (name == "Value") return value(body);
    if (name == "Var") return variable(body);
    if (name == "!") return unary(Op::not_, name, body);
    if (name == "neg") return unary(Op::negate, name, body);
    if (name == "isEmpty") return unary(Op::is_empty, name, body);
    if (name == "if-then-else") return conditional(body);
    if (name == ".") return attribute(body);
    if (name == "has") return has(body);
    if (name == "like") return like(body);
    if (name == "is") return is(body);
    if (name == "Set") return set(body);
    if (name == "Record") return record(body);
    for (const Op op : kBinary) {
      if (symbol(op) == name) return binary(op, body);
    }
    if (const FunctionInfo* function = find_function(name)) return call(*function, body);
    return invalid_input("an expression may not be " + quoted(name));
  }

 private:
  Result<const Expr*> made(const Expr* expr) const {
    if (expr == nullptr)
      return limit_reached("an expression nests more than " + std::to_string(kMaxExpressionDepth) +
                           " levels deep");
    return expr;
  }
  std::span<const std::string_view> kept(std::vector<std::string_view> names) {
    for (std::string_view& name : names) name = builder_.arena().copy(name);
    return builder_.arena().copy<std::string_view>(names);
  }

  // The members of an operation's body in this order; `optional` may be missing, all others must be there and
  // no more.
  Result<std::vector<element>> members(std::string_view of, element body,
                                       std::initializer_list<std::string_view> names,
                                       std::string_view optional = {}) {
    simdjson::dom::object object;
    if (body.get_object().get(object) != simdjson::SUCCESS)
      return invalid_input(quoted(of) + " is no object");
    std::vector<element> out;
    for (const std::string_view name : names) {
      element found;
      if (object.at_key(name).get(found) == simdjson::SUCCESS) {
        out.push_back(found);
      } else if (name != optional) {
        return invalid_input(quoted(of) + " has no member " + quoted(name));
      }
    }
    if (object.size() != out.size()) return invalid_input(quoted(of) + " has a member that means nothing");
    return out;
  }
  Result<Nodes> nodes(const std::vector<element>& parts) {
    Nodes out;
    for (const element part : parts) {
      const auto node = read(part);
      if (!node) return node.error();
      out.push_back(*node);
    }
    return out;
  }
  Result<const Expr*> built(Op op, const std::vector<element>& parts,
                            std::span<const std::string_view> names = {}) {
    const auto args = nodes(parts);
    if (!args) return args.error();
    return made(builder_.make(op, *args, {}, names));
  }

  Result<const Expr*> value(element body) {
    Arena& arena = builder_.arena();
    switch (body.type()) {
      case simdjson::dom::element_type::BOOL:
        return builder_.literal(Value::boolean(body.get_bool().value_unsafe()), {});
      case simdjson::dom::element_type::INT64:
        return builder_.literal(Value::integer(body.get_int64().value_unsafe()), {});
      case simdjson::dom::element_type::STRING:
        return builder_.literal(arena.string(body.get_string().value_unsafe()), {});
      case simdjson::dom::element_type::ARRAY: return value_set(body);
      case simdjson::dom::element_type::OBJECT: return value_record(object_of(body));
      default: return invalid_input("a \"Value\" is no null and no fraction");
    }
  }
  Result<const Expr*> value_set(element body) {
    Nodes args;
    for (const element part : array_of(body)) {
      const auto node = value(part);
      if (!node) return node;
      args.push_back(*node);
    }
    return made(builder_.make(Op::set, args, {}));
  }
  Result<const Expr*> value_record(const simdjson::dom::object& object) {
    element escape;
    if (object.at_key("__entity").get(escape) == simdjson::SUCCESS && object.size() == 1) {
      const auto uid = uid_from_json(escape, builder_.arena(), "Value");
      if (!uid) return uid.error();
      return builder_.literal(Value::entity(builder_.arena().make(*uid)), {});
    }
    if (object.at_key("__extn").get(escape) == simdjson::SUCCESS && object.size() == 1)
      return value_extension(escape);
    Nodes args;
    std::vector<std::string_view> names;
    for (const auto [name, part] : object) {
      if (name == "__entity" || name == "__extn" || name == "__expr")
        return invalid_input("an escape must be its object's only member");
      const auto node = value(part);
      if (!node) return node;
      args.push_back(*node);
      names.push_back(name);
    }
    return made(builder_.make(Op::record, args, {}, kept(names)));
  }
  Result<const Expr*> value_extension(element body) {
    const bool one = body.is_object() && body["arg"].error() == simdjson::SUCCESS;
    const auto parts = members("__extn", body, {"fn", one ? "arg" : "args"});
    if (!parts) return parts.error();
    std::string_view name;
    const FunctionInfo* function =
        (*parts)[0].get_string().get(name) == simdjson::SUCCESS ? find_function(name) : nullptr;
    if (function == nullptr) return invalid_input("\"fn\" names no function");
    Nodes args;
    std::vector<element> values;
    if (one) {
      values.push_back((*parts)[1]);
    } else {
      simdjson::dom::array list;
      if ((*parts)[1].get_array().get(list) != simdjson::SUCCESS)
        return invalid_input("\"args\" is no array");
      values.assign(list.begin(), list.end());
    }
    for (const element part : values) {
      const auto node = value(part);
      if (!node) return node;
      args.push_back(*node);
    }
    return made(builder_.call(function->function, args, {}));
  }

  Result<const Expr*> variable(element body) {
    std::string_view name;
    if (body.get_string().get(name) == simdjson::SUCCESS) {
      for (const Variable one :
           {Variable::principal, Variable::action, Variable::resource, Variable::context}) {
        if (name_of(one) == name) return builder_.variable(one, {});
      }
    }
    return invalid_input("\"Var\" is principal, action, resource or context");
  }
  Result<const Expr*> unary(Op op, std::string_view name, element body) {
    const auto parts = members(name, body, {"arg"});
    return parts ? built(op, *parts) : parts.error();
  }
  Result<const Expr*> binary(Op op, element body) {
    const auto parts = members(symbol(op), body, {"left", "right"});
    return parts ? built(op, *parts) : parts.error();
  }
  Result<const Expr*> conditional(element body) {
    const auto parts = members("if-then-else", body, {"if", "then", "else"});
    return parts ? built(Op::if_, *parts) : parts.error();
  }
  Result<const Expr*> attribute(element body) {
    const auto parts = members(".", body, {"left", "attr"});
    if (!parts) return parts.error();
    std::string_view name;
    if ((*parts)[1].get_string().get(name) != simdjson::SUCCESS)
      return invalid_input("\"attr\" is no string");
    return built(Op::attribute, {(*parts)[0]}, kept({name}));
  }
  Result<const Expr*> has(element body) {
    const auto parts = members("has", body, {"left", "attr"});
    if (!parts) return parts.error();
    std::vector<std::string_view> names;
    simdjson::dom::array several;
    if ((*parts)[1].get_array().get(several) == simdjson::SUCCESS) {
      for (const element part : several) {
        std::string_view name;
        if (part.get_string().get(name) != simdjson::SUCCESS)
          return invalid_input("\"attr\" is a string or an array of strings");
        names.push_back(name);
      }
    } else {
      std::string_view name;
      if ((*parts)[1].get_string().get(name) != simdjson::SUCCESS)
        return invalid_input("\"attr\" is a string or an array of strings");
      names.push_back(name);
    }
    const auto plain = [](std::string_view name) { return is_identifier(name) && !is_reserved(name); };
    if (names.empty() || (names.size() > 1 && !std::all_of(names.begin(), names.end(), plain))) {
      return invalid_input("a path of \"has\" is made of identifiers");
    }
    return built(Op::has, {(*parts)[0]}, kept(names));
  }
  Result<const Expr*> like(element body) {
    const auto parts = members("like", body, {"left", "pattern"});
    if (!parts) return parts.error();
    simdjson::dom::array pattern;
    if ((*parts)[1].get_array().get(pattern) != simdjson::SUCCESS)
      return invalid_input("\"pattern\" is no array");
    std::vector<std::string> pieces(1);
    for (const element part : pattern) {
      std::string_view text;
      if (part.get_string().get(text) == simdjson::SUCCESS && text == "Wildcard") {
        pieces.emplace_back();
      } else if (part.is_object() && object_of(part).size() == 1 &&
                 part["Literal"].get_string().get(text) == simdjson::SUCCESS) {
        pieces.back() += text;
      } else {
        return invalid_input("a pattern is made of \"Wildcard\" and {\"Literal\": …}");
      }
    }
    return built(Op::like, {(*parts)[0]}, kept({pieces.begin(), pieces.end()}));
  }
  Result<const Expr*> is(element body) {
    auto parts = members("is", body, {"left", "entity_type", "in"}, "in");
    if (!parts) return parts.error();
    std::string_view type;
    if ((*parts)[1].get_string().get(type) != simdjson::SUCCESS || !is_name(type))
      return invalid_input("\"entity_type\" is no name of a type");
    parts->erase(parts->begin() + 1);
    return built(Op::is, *parts, kept({type}));
  }
  Result<const Expr*> set(element body) {
    simdjson::dom::array list;
    if (body.get_array().get(list) != simdjson::SUCCESS) return invalid_input("\"Set\" is no array");
    return built(Op::set, {list.begin(), list.end()});
  }
  Result<const Expr*> record(element body) {
    simdjson::dom::object object;
    if (body.get_object().get(object) != simdjson::SUCCESS) return invalid_input("\"Record\" is no object");
    std::vector<element> parts;
    std::vector<std::string_view> names;
    for (const auto [name, part] : object) {
      parts.push_back(part);
      names.push_back(name);
    }
    return built(Op::record, parts, kept(names));
  }
  Result<const Expr*> call(const FunctionInfo& function, element body) {
    simdjson::dom::array list;
    if (body.get_array().get(list) != simdjson::SUCCESS)
      return invalid_input(quoted(function.name) + " is no array of arguments");
    // Without a receiver a method could be neither written nor called.
    if (function.method && list.size() == 0)
      return invalid_input(quoted(function.name) + " is a method and needs what it is called on");
    const auto args = nodes({list.begin(), list.end()});
    if (!args) return args.error();
    return made(builder_.call(function.function, *args, {}));
  }

  ExprBuilder& builder_;
};

}  // namespace

Result<const Expr*> expr_from_json(element json, ExprBuilder& builder) { return Reader(builder).read(json); }

}  // namespace aegis::policy
