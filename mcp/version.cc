#include "mcp/version.h"

#include <array>

namespace aegis::mcp {
namespace {

constexpr std::array kRevisions{
    Revision{.name = "2024-11-05"},
    Revision{.name = "2025-03-26", .batches = true},
    Revision{.name = "2025-06-18"},
    Revision{.name = "2025-11-25", .error_without_id = true},
    Revision{.name = "2026-07-28", .modern = true, .error_without_id = true},
};

}  // namespace

std::span<const Revision> revisions() { return kRevisions; }

const Revision* find_revision(std::string_view name) {
  for (const auto& revision : kRevisions) {
    if (revision.name == name) return &revision;
  }
  return nullptr;
}

const Revision& negotiate(std::string_view requested) {
  constexpr const Revision& kLatestWithHandshake = kRevisions[kRevisions.size() - 2];
  static_assert(!kLatestWithHandshake.modern && kRevisions.back().modern);
  const Revision* revision = find_revision(requested);
  return revision != nullptr && !revision->modern ? *revision : kLatestWithHandshake;
}

}  // namespace aegis::mcp
