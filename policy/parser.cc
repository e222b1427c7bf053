#include "policy/parser.h"

#include <simdjson.h>

#include <algorithm>

#include "policy/expr_parser.h"
#include "policy/limits.h"
#include "policy/names.h"

namespace aegis::policy {

namespace {

class PolicyParser {
 public:
  PolicyParser(std::string_view text, Arena& arena)
      : arena_(arena), tokens_(text), builder_(arena), expressions_(tokens_, builder_) {}

  Result<std::vector<Policy>> policies() {
    std::vector<Policy> out;
    while (tokens_.peek().kind != Token::Kind::end) {
      if (out.size() == kMaxPolicies)
        return limit_reached("more than " + std::to_string(kMaxPolicies) + " policies");
      out.emplace_back();
      if (!policy(out.back())) return tokens_.error();
    }
    return out;
  }

  Result<const Expr*> expression() {
    const Expr* out = expressions_.expression();
    if (out != nullptr && tokens_.peek().kind != Token::Kind::end)
      tokens_.fail_expected("an operator or the end of the text");
    if (tokens_.failed()) return tokens_.error();
    return out;
  }

 private:
  bool policy(Policy& out) {
    out.at = tokens_.peek().at;
    if (!annotations(out)) return false;
    const Token effect = tokens_.peek();
    if (!effect.is_word("permit") && !effect.is_word("forbid"))
      return tokens_.fail_expected("`permit` or `forbid`");
    tokens_.take();
    out.effect = effect.text == "permit" ? Effect::permit : Effect::forbid;
    return scope(out) && conditions(out) && tokens_.expect(";");
  }

  bool annotations(Policy& out) {
    std::vector<Annotation> found;
    while (tokens_.accept("@")) {
      const Token name = tokens_.peek();
      if (name.kind != Token::Kind::identifier) return tokens_.fail_expected("an annotation's name");
      tokens_.take();
      Annotation annotation;
      annotation.name = arena_.copy(name.text);
      if (tokens_.accept("(")) {
        const Token value = tokens_.peek();
        if (value.kind != Token::Kind::string) return tokens_.fail_expected("a string");
        tokens_.take();
        const auto text = unescape(value.text);
        if (!text) return tokens_.fail(value.at, text.error().message);
        annotation.value = arena_.copy(*text);
        annotation.has_value = true;
        if (!tokens_.expect(")")) return false;
      }
      const bool twice = std::any_of(found.begin(), found.end(),
                                     [&](const Annotation& other) { return other.name == annotation.name; });
      if (twice) return tokens_.fail(name.at, "this policy has two annotations " + describe(name));
      found.push_back(annotation);
    }
    std::sort(found.begin(), found.end(),
              [](const Annotation& a, const Annotation& b) { return a.name < b.name; });
    out.annotations = arena_.copy<Annotation>(found);
    return true;
  }

  bool scope(Policy& out) {
    return tokens_.expect("(") && constraint("principal", out.principal) && tokens_.expect(",") &&
           constraint("action", out.action) && tokens_.expect(",") && constraint("resource", out.resource) &&
           (tokens_.accept(",") || true) && tokens_.expect(")");
  }

  bool constraint(std::string_view variable, Constraint& out) {
    if (!tokens_.accept_word(variable)) return tokens_.fail_expected("`" + std::string(variable) + "`");
    const bool action = variable == "action";
    const Token token = tokens_.peek();
    if (token.is(":")) return tokens_.fail(token.at, "a type is named with `is`");
    if (token.is("=")) return tokens_.fail(token.at, "`=` is no operator; `==` compares");
    if (!action && tokens_.accept_word("is")) {
      const auto type = expressions_.type_name();
      if (!type) return false;
      out.kind = Constraint::Kind::is;
      out.type = *type;
      if (!tokens_.accept_word("in")) return true;
      out.kind = Constraint::Kind::is_in;
      return one(variable, out);
    }
    if (tokens_.accept("==")) {
      out.kind = Constraint::Kind::equal;
      return action ? actions(out, false) : one(variable, out);
    }
    if (tokens_.accept_word("in")) {
      out.kind = Constraint::Kind::in;
      return action ? actions(out, true) : one(variable, out);
    }
    if (token.is(",") || token.is(")")) return true;
    return tokens_.fail_expected(action ? "`==`, `in`, `,` or `)`" : "`==`, `in`, `is`, `,` or `)`");
  }

  // An entity or the variable's slot, in parentheses or not.
  bool one(std::string_view variable, Constraint& out) {
    const std::size_t open = parentheses();
    const Token token = tokens_.peek();
    if (token.kind == Token::Kind::slot) {
      if (token.text.substr(1) != variable)
        return tokens_.fail_expected("an entity or `?" + std::string(variable) + "`");
      tokens_.take();
      out.slot = true;
    } else {
      const auto uid = expressions_.entity();
      if (!uid) return false;
      out.entities = {arena_.make(*uid), 1};
    }
    return close(open);
  }

  // One action, or a list of them where the scope says `in`.
  bool actions(Constraint& out, bool list) {
    const std::size_t open = parentheses();
    std::vector<EntityUid> found;
    const auto add = [this, &found] {
      const std::size_t inner = parentheses();
      const Position at = tokens_.peek().at;
      const auto uid = expressions_.entity();
      if (!uid) return false;
      if (!is_action_type(uid->type))
        return tokens_.fail(at, "only an entity of the type Action may stand here");
      found.push_back(*uid);
      return close(inner);
    };
    if (list && tokens_.accept("[")) {
      while (!tokens_.accept("]")) {
        if (!add()) return false;
        if (!tokens_.accept(",") && !tokens_.peek().is("]")) return tokens_.fail_expected("`,` or `]`");
      }
    } else if (!add()) {
      return false;
    }
    out.entities = arena_.copy<EntityUid>(found);
    return close(open);
  }

  std::size_t parentheses() {
    std::size_t open = 0;
    while (tokens_.accept("(")) ++open;
    return open;
  }
  bool close(std::size_t open) {
    for (; open > 0; --open) {
      if (!tokens_.expect(")")) return false;
    }
    return true;
  }

  bool conditions(Policy& out) {
    std::vector<Condition> found;
    while (tokens_.peek().is_word("when") || tokens_.peek().is_word("unless")) {
      Condition condition;
      condition.unless = tokens_.take().text == "unless";
      if (!tokens_.expect("{")) return false;
      condition.body = expressions_.expression();
      if (condition.body == nullptr || !tokens_.accept("}"))
        return tokens_.fail_expected("an operator or `}`");
      found.push_back(condition);
    }
    if (!tokens_.peek().is(";")) return tokens_.fail_expected("`when`, `unless` or `;`");
    out.conditions = arena_.copy<Condition>(found);
    return true;
  }

  Arena& arena_;
  TokenStream tokens_;
  ExprBuilder builder_;
  ExprParser expressions_;
};

Result<void> check_text(std::string_view text) {
  if (text.size() > kMaxPolicyBytes)
    return limit_reached("policy text of more than " + std::to_string(kMaxPolicyBytes) + " bytes");
  if (!simdjson::validate_utf8(text.data(), text.size()))
    return invalid_input("the policy text is not valid UTF-8");
  return {};
}

}  // namespace

Result<std::vector<Policy>> parse_policies(std::string_view text, Arena& arena) {
  if (const auto checked = check_text(text); !checked) return checked.error();
  return PolicyParser(text, arena).policies();
}

Result<const Expr*> parse_expression(std::string_view text, Arena& arena) {
  if (const auto checked = check_text(text); !checked) return checked.error();
  return PolicyParser(text, arena).expression();
}

}  // namespace aegis::policy
