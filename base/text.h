// Text that comes from servers and agents, made safe to show on one line of a terminal. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace aegis {

// Control characters (C0, DEL, C1), line and paragraph separators and bidirectional controls become blanks:
// on a terminal they could move the cursor, hide text or turn it round.
std::string printable(std::string_view text);

// The same and every other character that shows nothing (zero-width, variation selectors, tags) or is no
// UTF-8, written out as \u{202E}: for who has to see what is there.
std::string visible(std::string_view text);

}  // namespace aegis
