// What an expression is worth for one request.
//
// An Evaluator serves one request on one thread; what it reads (expressions, entities, the request) may be
// shared. Recursion is bounded by kMaxExpressionDepth and by the depth of values (kMaxJsonDepth where they
// came from JSON).
#pragma once

#include <cstdint>
#include <string>

#include "policy/ast.h"
#include "policy/entities.h"
#include "policy/limits.h"
#include "policy/request.h"

namespace aegis::policy {

struct EvaluationError {
  enum class Kind : std::uint8_t {
    type,
    missing_attribute,
    missing_entity,
    missing_tag,
    overflow,
    function,
    work
  };
  Kind kind = Kind::type;
  Position at;
  std::string message;  // for the policy's author; quotes names of the policy, never values of the request
};

class Evaluator {
 public:
  // REQUIRES: all outlive the evaluator; values it gives live as long as `scratch` and what they were read
  // from.
  Evaluator(const Request& request, const Entities& entities, Arena& scratch,
            std::uint64_t work_limit = kMaxDecisionWork)
      : request_(request), entities_(entities), scratch_(scratch), work_limit_(work_limit) {}

  // False where there is no value; error() then says why.
  bool evaluate(const Expr& expr, Value& out);
  // The same for what must be a boolean.
  bool evaluate_bool(const Expr& expr, bool& out);

  const EvaluationError& error() const { return error_; }
  // Spent so far, over all expressions. Once above the limit every evaluation fails.
  std::uint64_t work() const { return work_; }
  bool exhausted() const { return work_ > work_limit_; }

 private:
  bool variable(const Expr& expr, Value& out) const;
  bool logical(const Expr& expr, Value& out);
  bool conditional(const Expr& expr, Value& out);
  bool unary(const Expr& expr, Value& out);
  bool binary(const Expr& expr, Value& out);
  bool ordered(const Expr& expr, const Value& a, const Value& b, Value& out);
  bool arithmetic(const Expr& expr, const Value& a, const Value& b, Value& out);
  bool set_operation(const Expr& expr, const Value& a, const Value& b, Value& out);
  bool tag(const Expr& expr, const Value& a, const Value& b, Value& out);
  bool member_of(const Expr& expr, const Value& a, const Value& b, Value& out);
  bool attribute(const Expr& expr, Value& out);
  bool has(const Expr& expr, Value& out);
  bool is(const Expr& expr, Value& out);
  bool like(const Expr& expr, Value& out);
  bool collection(const Expr& expr, Value& out);

  bool fail(EvaluationError::Kind kind, const Expr& expr, std::string message);
  bool wrong_type(const Expr& expr, std::string_view wanted, const Value& found);
  bool out_of_work(const Expr& expr);
  bool within_limit(const Expr& expr) { return work_ <= work_limit_ || out_of_work(expr); }

  const Request& request_;
  const Entities& entities_;
  Arena& scratch_;
  std::uint64_t work_ = 0;
  std::uint64_t work_limit_;
  EvaluationError error_;
};

}  // namespace aegis::policy
