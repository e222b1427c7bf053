// The built-in decision table: facts about an event in, the strongest applicable row out.
//
// Pure and immutable; thread-safe. Rows are data, one line each in decision_table.cc.
#pragma once

#include <span>
#include <string_view>

#include "guard/event.h"

namespace aegis::guard {

// Everything a row may depend on.
struct Facts {
  Point point = Point::call;
  ToolLabels labels;
  bool agent_paused = false;
  bool tool_withheld = false;
  bool scan_incomplete = false;
  bool certain_injection = false;    // injection or tool poisoning, confidence >= kCertain
  bool suspected_injection = false;  // the same, below kCertain
  bool certain_secret = false;
  bool critical_pii = false;
  bool after_injection = false;       // a result of this session carried certain injection a short while ago
  bool redacted_placeholder = false;  // the arguments hold a placeholder we put where a secret was
};

struct Row {
  std::string_view id;
  Point point;
  bool (*applies)(const Facts&);
  Effect balanced;
  Effect strict;
  bool always;              // enforced in observe mode too
  std::string_view reason;  // a sentence for the model: what happened, and what to do next
};

std::span<const Row> decision_table();

// nullptr: nothing applies, so the event is allowed. Of equally strong rows the first in the table.
const Row* decide(const Facts& facts, Mode mode);

Effect effect_of(const Row& row, Mode mode);

}  // namespace aegis::guard
