#include "detectors/rules/families.h"

#include <array>
#include <iterator>
#include <utility>

namespace aegis::detectors {

std::vector<Rule> builtin_rules() {
  constexpr std::array kFamilies = {
      pii_numbers,     pii_identity,    pii_phone,      pii_network,       pii_americas, pii_europe_west,
      pii_germany,     pii_europe_east, pii_asia_east,  pii_asia_south,    injection,    injection_west,
      injection_north, injection_east,  injection_asia, injection_south,   output,       tool_poisoning,
      arguments_shell, arguments_data,  secrets_cloud,  secrets_developer, secrets_saas, secrets_ai,
      secrets_stated,  secrets_generic};
  std::vector<Rule> rules;
  for (const auto family : kFamilies) {
    std::vector<Rule> more = family();
    rules.insert(rules.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return rules;
}

}  // namespace aegis::detectors
