// ServerOffers: the prompts, resources and resource templates a guarded server lists, judged when it lists
// them. Clients show their descriptions to the model, so they can carry orders as a tool's definition can.
//
// Not thread-safe; part of one proxied session. The Guard must outlive it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/json.h"
#include "guard/guard.h"

namespace aegis::gateway {

// Withheld ones remembered, to refuse them when they are asked for all the same. Past it the first ones are
// still withheld from lists.
inline constexpr std::size_t kMaxWithheldOffers = 10'000;

class ServerOffers {
 public:
  explicit ServerOffers(guard::Guard* guard) : guard_(guard) {}

  // Judges what the result of `method` lists. Returns the message without what is withheld, or nothing when
  // that is nothing, or when `method` is no such list. `result` is the view of `text`'s result member.
  std::optional<std::string> take_list(guard::Session& session, std::string_view method,
                                       simdjson::dom::element result, std::string_view text);

  // Whether the prompt or resource was withheld. `method`: the request for it.
  [[nodiscard]] bool withheld(std::string_view method, std::string_view name) const;

 private:
  guard::Guard* guard_;
  std::unordered_set<std::string> withheld_;  // "prompts/get name", "resources/read uri"
  std::vector<std::string_view> fields_;
};

}  // namespace aegis::gateway
