#include <simdjson.h>

#include "policy/limits.h"
#include "policy/names.h"
#include "policy/schema_declarations.h"
#include "policy/token_stream.h"

namespace aegis::policy {

namespace {

constexpr std::size_t kMaxTypeDepth = 64;

//   schema = {[annotations] "namespace" name "{" {decl} "}" | decl}
//   entity = "entity" names ["in" types] [["="] record] ["tags" type] ";"  |  "entity" names "enum" "["
//   strings "]" ";" action = "action" ids ["in" (id | "[" ids "]")] ["appliesTo" "{" applies "}"] ";" common
//   = "type" NAME "=" type ";"        type = name | "Set" "<" type ">" | "{" {[annotations] id ["?"] ":"
//   type} "}"
class SchemaParser {
 public:
  SchemaParser(std::string_view text, Arena& arena) : arena_(arena), tokens_(text) {}

  Result<Declarations> schema() {
    while (tokens_.peek().kind != Token::Kind::end) {
      if (!annotations()) return tokens_.error();
      const bool fine = tokens_.accept_word("namespace") ? space() : declaration("");
      if (!fine) return tokens_.error();
    }
    return std::move(out_);
  }

 private:
  bool space() {
    std::string_view name;
    if (!path(name) || !tokens_.expect("{")) return false;
    while (!tokens_.accept("}")) {
      if (!annotations() || !declaration(name)) return false;
    }
    return true;
  }

  bool declaration(std::string_view space) {
    const Position at = tokens_.peek().at;
    if (tokens_.accept_word("entity")) return entity(space, at);
    if (tokens_.accept_word("action")) return action(space, at);
    if (tokens_.accept_word("type")) return common(space, at);
    return tokens_.fail_expected("`entity`, `action`, `type` or `namespace`");
  }

  bool entity(std::string_view space, Position at) {
    std::vector<std::string_view> names;
    do {
      std::string_view name;
      if (!identifier(name)) return false;
      names.push_back(name);
    } while (tokens_.accept(","));
    DeclaredEntity one;
    one.space = space;
    one.at = at;
    if (tokens_.accept_word("enum")) {
      if (!tokens_.expect("[")) return false;
      while (!tokens_.accept("]")) {
        std::string_view id;
        if (!string(id)) return false;
        one.ids.push_back(id);
        if (!tokens_.accept(",") && !tokens_.peek().is("]")) return tokens_.fail_expected("`,` or `]`");
      }
      if (one.ids.empty()) return tokens_.fail(at, "an enumeration has at least one id");
    } else {
      if (tokens_.accept_word("in") && !types(one.in)) return false;
      if (tokens_.accept("=") || tokens_.peek().is("{")) {
        if (!type(one.shape.emplace())) return false;
      }
      if (tokens_.accept_word("tags") && !type(one.tags.emplace())) return false;
    }
    if (!tokens_.expect(";")) return false;
    for (const std::string_view name : names) {
      one.name = name;
      out_.entities.push_back(one);
    }
    return true;
  }

  bool action(std::string_view space, Position at) {
    std::vector<std::string_view> ids;
    do {
      std::string_view id;
      if (!name(id)) return false;
      ids.push_back(id);
    } while (tokens_.accept(","));
    DeclaredAction one;
    one.space = space;
    one.at = at;
    if (tokens_.accept_word("in")) {
      if (tokens_.accept("[")) {
        while (!tokens_.accept("]")) {
          if (!group(one.in.emplace_back())) return false;
          if (!tokens_.accept(",") && !tokens_.peek().is("]")) return tokens_.fail_expected("`,` or `]`");
        }
      } else if (!group(one.in.emplace_back())) {
        return false;
      }
    }
    if (tokens_.accept_word("appliesTo") && !applies(one)) return false;
    if (!tokens_.expect(";")) return false;
    for (const std::string_view id : ids) {
      one.id = id;
      out_.actions.push_back(one);
    }
    return true;
  }

  bool applies(DeclaredAction& out) {
    if (!tokens_.expect("{")) return false;
    while (!tokens_.accept("}")) {
      const Token what = tokens_.peek();
      if (!what.is_word("principal") && !what.is_word("resource") && !what.is_word("context"))
        return tokens_.fail_expected("`principal`, `resource` or `context`");
      tokens_.take();
      if (!tokens_.expect(":")) return false;
      if (what.text == "context" ? !type(out.context.emplace())
                                 : !types(what.text == "principal" ? out.principals : out.resources))
        return false;
      if (!tokens_.accept(",") && !tokens_.peek().is("}")) return tokens_.fail_expected("`,` or `}`");
    }
    return true;
  }

  bool common(std::string_view space, Position at) {
    DeclaredCommon one;
    one.space = space;
    one.at = at;
    if (!identifier(one.name) || !tokens_.expect("=") || !type(one.type) || !tokens_.expect(";"))
      return false;
    out_.types.push_back(std::move(one));
    return true;
  }

  bool types(std::vector<DeclaredName>& out) {
    const auto one = [&] {
      DeclaredName found;
      found.at = tokens_.peek().at;
      if (!path(found.name)) return false;
      out.push_back(found);
      return true;
    };
    if (!tokens_.accept("[")) return one();
    while (!tokens_.accept("]")) {
      if (!one()) return false;
      if (!tokens_.accept(",") && !tokens_.peek().is("]")) return tokens_.fail_expected("`,` or `]`");
    }
    return true;
  }

  // "id", id, or Namespace::Action::"id".
  bool group(DeclaredAction::Group& out) {
    out.at = tokens_.peek().at;
    if (tokens_.peek().kind == Token::Kind::string) return string(out.id);
    std::string_view first;
    bool open = false;
    if (!path(first, &open)) return false;
    if (!open) {
      out.id = first;
      return true;
    }
    out.type = first;
    return string(out.id);
  }

  bool type(DeclaredType& out) {
    out.at = tokens_.peek().at;
    if (depth_ >= kMaxTypeDepth)
      return tokens_.fail(out.at,
                          "this type nests more than " + std::to_string(kMaxTypeDepth) + " levels deep");
    ++depth_;
    const bool fine = type_at_depth(out);
    --depth_;
    return fine;
  }
  bool type_at_depth(DeclaredType& out) {
    if (tokens_.accept("{")) return record(out);
    if (!path(out.name)) return false;
    if (out.name != "Set" || !tokens_.accept("<")) return true;
    out.kind = DeclaredType::Kind::set;
    return type(out.element.emplace_back()) && tokens_.expect(">");
  }
  bool record(DeclaredType& out) {
    out.kind = DeclaredType::Kind::record;
    while (!tokens_.accept("}")) {
      if (!annotations()) return false;
      DeclaredField field;
      if (!name(field.name)) return false;
      field.required = !tokens_.accept("?");
      if (!tokens_.expect(":") || !type(field.type)) return false;
      out.fields.push_back(std::move(field));
      if (!tokens_.accept(",") && !tokens_.peek().is("}")) return tokens_.fail_expected("`,` or `}`");
    }
    return true;
  }

  // They mean nothing to validation.
  bool annotations() {
    while (tokens_.accept("@")) {
      std::string_view ignored;
      if (!identifier(ignored)) return false;
      if (tokens_.accept("(") && (!string(ignored) || !tokens_.expect(")"))) return false;
    }
    return true;
  }
  bool identifier(std::string_view& out) {
    if (tokens_.peek().kind != Token::Kind::identifier) return tokens_.fail_expected("a name");
    out = arena_.copy(tokens_.take().text);
    return true;
  }
  bool string(std::string_view& out) {
    const Token token = tokens_.peek();
    if (token.kind != Token::Kind::string) return tokens_.fail_expected("a string");
    tokens_.take();
    const auto text = unescape(token.text);
    if (!text) return tokens_.fail(token.at, text.error().message);
    out = arena_.copy(*text);
    return true;
  }
  bool name(std::string_view& out) {
    return tokens_.peek().kind == Token::Kind::string ? string(out) : identifier(out);
  }
  // A::B; with `open` it may end in `::`, and says so.
  bool path(std::string_view& out, bool* open = nullptr) {
    std::string whole;
    while (true) {
      std::string_view part;
      if (!identifier(part)) return false;
      whole += part;
      if (!tokens_.accept("::")) break;
      if (open != nullptr && tokens_.peek().kind == Token::Kind::string) {
        *open = true;
        break;
      }
      whole += "::";
    }
    out = arena_.copy(whole);
    return true;
  }

  Arena& arena_;
  TokenStream tokens_;
  Declarations out_;
  std::size_t depth_ = 0;
};

}  // namespace

Result<Declarations> parse_declarations(std::string_view text, Arena& arena) {
  if (text.size() > kMaxPolicyBytes)
    return limit_reached("schema of more than " + std::to_string(kMaxPolicyBytes) + " bytes");
  if (!simdjson::validate_utf8(text.data(), text.size()))
    return invalid_input("the schema is not valid UTF-8");
  return SchemaParser(text, arena).schema();
}

}  // namespace aegis::policy
