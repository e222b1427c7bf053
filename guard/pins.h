// Pins: one session's view of what is pinned of its server's tools, and of the server itself.
//
// A tool's definition is accepted when it is first seen (in strict mode by a person) and is what it was then
// from there on: another one is withheld until a person accepts it, and nothing here ever does. Of several
// accepted ones each will do: a person, or the first sight, has had it.
//
// Belongs to one session, and like it to one thread at a time. Other processes may write the same pins at the
// same time: who pins first wins, and the other one's tool is withheld.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/detector.h"
#include "guard/event.h"
#include "guard/server_identity.h"
#include "guard/shadowing.h"
#include "store/pins.h"

namespace aegis::guard {

// A definition beyond this is pinned by its hash, but not kept to be shown. The largest of public servers
// have some 30 KB.
inline constexpr std::size_t kMaxKeptDefinition = std::size_t{256} << 10;
// Longer names are pinned under a shorter one.
inline constexpr std::size_t kMaxPinnedName = 200;

// What a tool is pinned under: its name, but for secrets in it, and for the end of one that is very long.
std::string pinned_name(const detectors::Detector& detector, std::string_view tool);

// Whether the policy of that name is about pins: a person may accept the definition it refuses.
bool is_about_pins(std::string_view policy);

class Pins {
 public:
  // `store` may be null: nothing is known then. `strict`: a first sight accepts nothing.
  Pins(store::PinStore* store, std::shared_ptr<const detectors::Detector> detector, bool strict,
       std::string server, ServerIdentity identity);

  // Reads what is pinned, before the tools of one list are judged. `own`: their names.
  void begin_list(ToolNames own);

  struct Judged {
    PinState state = PinState::none;
    std::string hash;
  };
  // `definition`: its canonical form. `fields`: all strings it holds.
  Judged judge(std::string_view tool, const std::string& definition,
               std::span<const std::string_view> fields);
  // Nothing else speaks against that definition: it is to be written down.
  void keep(std::string_view tool, const std::string& definition, const Judged& judged);
  // Writes. Returns the names of tools that were taken for accepted and are not: another process was faster
  // with another definition, or nothing could be written.
  std::vector<std::string> end_list();

  // What holds for a call now. `listed`: what judge() said in this session; none: it was not listed.
  Judged for_call(std::string_view tool, const Judged& listed);

 private:
  [[nodiscard]] PinState of_tool(const std::vector<store::Pin>& rows, std::string_view hash) const;
  bool server_is_accepted();
  bool accepts_mark(const std::string& kind, const std::string& value, const std::string& label);
  [[nodiscard]] PinState with_server(PinState state);

  store::PinStore* store_;
  std::shared_ptr<const detectors::Detector> detector_;
  bool strict_;
  ServerIdentity identity_;
  store::ServerKey key_;

  // Of the list that is being judged.
  bool readable_ = false;
  std::map<std::string, std::vector<store::Pin>, std::less<>> pinned_;  // by the name it is pinned under
  ToolNames own_;
  OtherTools others_;
  std::vector<std::string> names_;  // of what is in `seen_`, as listed
  std::vector<store::SeenDefinition> seen_;

  bool server_accepted_ = false;
  std::size_t keys_looked_at_ = 0;
};

}  // namespace aegis::guard
