#include "guard/pins.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/log.h"
#include "guard/recordable.h"

namespace aegis::guard {
namespace {

using store::Pin;
using store::Waits;

// In sentences of ours.
std::string_view kind_for_people(std::string_view kind) {
  return kind == "tls_key" ? "shows another TLS key" : "is configured differently";
}

}  // namespace

std::string_view name(PinState state) {
  switch (state) {
    case PinState::none: return "none";
    case PinState::pinned: return "pinned";
    case PinState::first_seen: return "first_seen";
    case PinState::changed: return "changed";
    case PinState::shadowing: return "shadowing";
    case PinState::server_changed: return "server_changed";
    case PinState::unknown: return "unknown";
  }
  return "unknown";
}

bool is_about_pins(std::string_view policy) { return policy.starts_with("pin-"); }

std::string pinned_name(const detectors::Detector& detector, std::string_view tool) {
  std::string name = recordable(detector, tool);
  if (name.size() <= kMaxPinnedName) return name;
  std::size_t end = kMaxPinnedName;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return name.substr(0, end) + "~" + sha256_hex(tool);
}

Pins::Pins(store::PinStore* store, std::shared_ptr<const detectors::Detector> detector, bool strict,
           std::string server, ServerIdentity identity)
    : store_(store),
      detector_(std::move(detector)),
      strict_(strict),
      identity_(std::move(identity)),
      key_{std::move(server), recordable(*detector_, identity_.origin)} {}

void Pins::begin_list(ToolNames own) {
  own_ = std::move(own);
  pinned_.clear();
  others_.clear();
  names_.clear();
  seen_.clear();
  readable_ = false;
  if (store_ == nullptr) return;
  auto rows = store_->pins();
  if (!rows) {
    log::error(rows.error().message);
    return;
  }
  readable_ = true;
  for (Pin& row : *rows) {
    if (row.server == key_) {
      own_.insert(row.tool);  // a list may come in pages
      pinned_[row.tool].push_back(std::move(row));
    } else if (row.server.name != key_.name && row.server.origin != key_.origin) {
      // The same program under another name has the same tools, and a reason to speak of them.
      others_.emplace(std::move(row.tool), std::move(row.server.name));
    }
  }
}

PinState Pins::of_tool(const std::vector<Pin>& rows, std::string_view hash) const {
  bool known = false;
  for (const Pin& row : rows) {
    if (row.hash == hash && row.waits == Waits::no) return PinState::pinned;
    if (row.hash == hash && row.waits == Waits::shadowing) return PinState::shadowing;
    known |= row.waits != Waits::first_time;
  }
  return known ? PinState::changed : PinState::first_seen;
}

Pins::Judged Pins::judge(std::string_view tool, const std::string& definition,
                         std::span<const std::string_view> fields) {
  Judged judged{.state = PinState::unknown, .hash = sha256_hex(definition)};
  if (!readable_) return judged;
  const auto& rows = pinned_[pinned_name(*detector_, tool)];
  judged.state = of_tool(rows, judged.hash);
  const bool by_person = std::any_of(rows.begin(), rows.end(), [&](const Pin& row) {
    return row.hash == judged.hash && row.waits == Waits::no && row.accepted_by == "person";
  });
  if (!by_person && judged.state != PinState::changed) {
    for (const std::string_view field : fields) {
      const std::string_view other = shadowed_tool(field, tool, own_, others_);
      if (other.empty()) continue;
      log::info("tool '" + std::string(tool) + "' of server '" + key_.name + "' gives orders about '" +
                std::string(other) + "' of server '" + others_.find(other)->second + "'");
      judged.state = PinState::shadowing;
      break;
    }
  }
  judged.state = with_server(judged.state);
  return judged;
}

void Pins::keep(std::string_view tool, const std::string& definition, const Judged& judged) {
  if (!readable_) return;
  std::string name = pinned_name(*detector_, tool);
  const auto& rows = pinned_[name];
  const auto same =
      std::find_if(rows.begin(), rows.end(), [&](const Pin& row) { return row.hash == judged.hash; });
  const bool latest = same != rows.end() && std::all_of(rows.begin(), rows.end(), [&](const Pin& row) {
                        return row.last_seen_at <= same->last_seen_at;
                      });
  const bool is_shadowing = judged.state == PinState::shadowing;
  const bool settled = same != rows.end() && (is_shadowing ? same->waits == Waits::shadowing
                                                           : strict_ || same->waits != Waits::first_time);
  if (latest && settled) return;
  store::SeenDefinition seen{.tool = std::move(name),
                             .hash = judged.hash,
                             .definition = {},
                             .waits = is_shadowing ? Waits::shadowing
                                      : strict_    ? Waits::first_time
                                                   : Waits::no};
  if (same == rows.end() && definition.size() <= kMaxKeptDefinition)
    seen.definition = recordable(*detector_, definition);
  names_.emplace_back(tool);
  seen_.push_back(std::move(seen));
}

std::vector<std::string> Pins::end_list() {
  std::vector<std::string> refused;
  if (seen_.empty()) return refused;
  const auto accepted = store_->see(key_, seen_);
  if (!accepted) log::error(accepted.error().message);
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    if (!accepted || !(*accepted)[i]) refused.push_back(std::move(names_[i]));
  }
  names_.clear();
  seen_.clear();
  return refused;
}

Pins::Judged Pins::for_call(std::string_view tool, const Judged& listed) {
  if (listed.state == PinState::pinned && server_accepted_ &&
      (identity_.keys == nullptr || identity_.keys->all().size() == keys_looked_at_))
    return listed;
  Judged now = listed;
  now.state = PinState::unknown;
  if (store_ == nullptr) return now;
  const auto rows = store_->pins_of(key_, pinned_name(*detector_, tool));
  if (!rows) {
    log::error(rows.error().message);
    return now;
  }
  if (now.hash.empty()) {
    const auto latest = std::max_element(rows->begin(), rows->end(), [](const Pin& a, const Pin& b) {
      return a.last_seen_at < b.last_seen_at;
    });
    now.state = latest == rows->end() ? PinState::first_seen : of_tool(*rows, latest->hash);
  } else {
    now.state = of_tool(*rows, now.hash);
  }
  now.state = with_server(now.state);
  return now;
}

PinState Pins::with_server(PinState state) {
  if (state == PinState::changed || state == PinState::shadowing) return state;
  return server_is_accepted() ? state : PinState::server_changed;
}

bool Pins::server_is_accepted() {
  const auto keys = identity_.keys == nullptr ? std::vector<std::string>() : identity_.keys->all();
  if (server_accepted_ && keys.size() == keys_looked_at_) return true;
  bool accepted =
      identity_.fingerprint.empty() ||
      accepts_mark(
          "configuration", identity_.fingerprint,
          key_.origin + (identity_.version.empty() ? "" : " " + recordable(*detector_, identity_.version)));
  for (const std::string& digest : keys) accepted &= accepts_mark("tls_key", digest, "SHA-256 " + digest);
  server_accepted_ = accepted;
  keys_looked_at_ = keys.size();
  return accepted;
}

bool Pins::accepts_mark(const std::string& kind, const std::string& value, const std::string& label) {
  const auto known = store_->marks(key_.name);
  if (!known) {
    log::error(known.error().message);
    return false;
  }
  for (const auto& mark : *known) {
    if (mark.kind == kind && mark.value == value && mark.server == key_) return mark.accepted;
  }
  const auto seen = store_->see_mark({.server = key_, .kind = kind, .value = value, .label = label});
  if (!seen) {
    log::error(seen.error().message);
    return false;
  }
  if (seen->is_new && seen->before) {
    const bool same_label = seen->before->label == label;
    log::warn("server '" + key_.name + "' " + std::string(kind_for_people(kind)) + " than before (" +
              (same_label ? "other arguments" : seen->before->label + " became " + label) +
              "); `aegis-mcp pins accept --server NAME` says that this is right");
  }
  return seen->accepted;
}

}  // namespace aegis::guard
