#include "gateway/server_offers.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "gateway/fields.h"
#include "gateway/members.h"

namespace aegis::gateway {
namespace {

namespace dom = simdjson::dom;

struct Listing {
  std::string_view method;
  const char* member;         // of the result
  const char* name;           // the member of an item that it is asked for by
  std::string_view asked_by;  // the request that does; empty: none does by this name
};
constexpr Listing kListings[] = {
    {"prompts/list", "prompts", "name", "prompts/get"},
    {"resources/list", "resources", "uri", "resources/read"},
    {"resources/templates/list", "resourceTemplates", "uriTemplate", ""},
};

const Listing* listing_of(std::string_view method) {
  const auto* found = std::find_if(std::begin(kListings), std::end(kListings),
                                   [&](const Listing& listing) { return listing.method == method; });
  return found == std::end(kListings) ? nullptr : found;
}

std::string key(std::string_view method, std::string_view name) {
  return std::string(method) + " " + std::string(name);
}

}  // namespace

std::optional<std::string> ServerOffers::take_list(guard::Session& session, std::string_view method,
                                                   dom::element result, std::string_view text) {
  const Listing* listing = listing_of(method);
  dom::array items;
  if (listing == nullptr || !result.is_object() || result[listing->member].get(items) != simdjson::SUCCESS)
    return std::nullopt;
  std::vector<bool> kept;
  for (const dom::element item : items) {
    fields_.clear();
    collect_fields(item, &fields_);
    const std::string_view name = string_member(item, listing->name);
    const guard::Verdict verdict = guard_->check(
        session,
        {.point = guard::Point::definition,
         .operation = method,
         .target = name,
         .fields = fields_,
         .pointers = [&](std::span<const std::size_t> fields) { return field_pointers(item, fields); }});
    const bool withheld = verdict.enforced == guard::Effect::deny;
    kept.push_back(!withheld);
    const std::string known_as = key(listing->asked_by, name);
    if (!withheld) {
      withheld_.erase(known_as);
      continue;
    }
    log::warn("'" + printable(name) + "' of server '" + session.server + "' is withheld: " + verdict.reason);
    if (withheld_.size() < kMaxWithheldOffers) withheld_.insert(known_as);
  }
  if (std::find(kept.begin(), kept.end(), false) == kept.end()) return std::nullopt;

  Json changed = Json::parse(text, nullptr, false);
  Json& list = changed["result"][listing->member];
  Json rest = Json::array();
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i]) rest.push_back(std::move(list[i]));
  }
  list = std::move(rest);
  return dump_json(changed);
}

bool ServerOffers::withheld(std::string_view method, std::string_view name) const {
  return !withheld_.empty() && withheld_.contains(key(method, name));
}

}  // namespace aegis::gateway
