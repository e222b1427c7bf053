// What an order to an agent asks for. Being spoken to is no attack: repositories, tools and web sites tell
// agents how to work with them. A deed that serves the writer and not the user is one.
//
// Pure functions, thread-safe.
#pragma once

#include "detectors/rule.h"

namespace aegis::detectors {

// Validators for matches that call the reader by name or position. Each looks at the rest of the paragraph,
// some 300 bytes, for an order to
//   hand over what is private, or send something to an address; pay or buy; delete what is the user's;
//   approve, or give rights; switch protection off; set the user's request or the reader's instructions
//   aside; praise, or deceive the user; keep it secret; put a back door into code.
// Without one the match is rejected (0). Talk about orders is capped as by unless_discussed.

// For readers that can only be a model ("AI agents", "language models").
double if_deed_follows(const Match& match, double confidence);
// The same for matches that hold the order's verb: without a deed at most kSuspected.
double if_deed_is_near(const Match& match, double confidence);
// For words that people are called, too ("assistant", "agent"): only what one asks of a model.
double if_model_deed_follows(const Match& match, double confidence);
// For claims of somebody's will and for detours ("before you answer …"): only private things, money,
// addresses and rights.
double if_harmful_deed_follows(const Match& match, double confidence);

}  // namespace aegis::detectors
