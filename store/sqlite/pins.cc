#include "store/sqlite/pins.h"

#include <utility>

namespace aegis::store {

std::string_view text_of(Waits waits) {
  switch (waits) {
    case Waits::no: return "";
    case Waits::first_time: return "new";
    case Waits::changed: return "changed";
    case Waits::shadowing: return "shadowing";
  }
  return "changed";
}

namespace sqlite {
namespace {

// Anything unknown waits: the safe reading of a value we do not know.
Waits waits_of(std::string_view text) {
  for (const Waits waits : {Waits::no, Waits::first_time, Waits::shadowing}) {
    if (text == text_of(waits)) return waits;
  }
  return Waits::changed;
}

Pin pin_of(const Cursor& cursor) {
  return {.server = {std::string(cursor.text(0)), std::string(cursor.text(1))},
          .tool = std::string(cursor.text(2)),
          .hash = std::string(cursor.text(3)),
          .waits = waits_of(cursor.text(4)),
          .accepted_by = std::string(cursor.text(5)),
          .first_seen_at = cursor.integer(6),
          .last_seen_at = cursor.integer(7),
          .accepted_at = cursor.integer(8)};
}

ServerMark mark_of(const Cursor& cursor) {
  return {.server = {std::string(cursor.text(0)), std::string(cursor.text(1))},
          .kind = std::string(cursor.text(2)),
          .value = std::string(cursor.text(3)),
          .label = std::string(cursor.text(4)),
          .accepted = cursor.integer(5) != 0,
          .seen_at = cursor.integer(6)};
}

template <class Row>
Result<std::vector<Row>> all_rows(Cursor cursor, Row (*row_of)(const Cursor&)) {
  std::vector<Row> rows;
  while (true) {
    const Result<bool> found = cursor.next();
    if (!found) return found.error();
    if (!*found) return rows;
    rows.push_back(row_of(cursor));
  }
}

}  // namespace

Result<std::vector<Pin>> PinReader::pins(std::string_view server_name) {
  return all_rows(all_.query(server_name), pin_of);
}

Result<std::vector<Pin>> PinReader::pins_of(const ServerKey& server, std::string_view tool) {
  return all_rows(of_.query(server.name, server.origin, tool), pin_of);
}

Result<std::string> PinReader::definition(const Pin& pin) {
  Cursor cursor = definition_.query(pin.server.name, pin.server.origin, pin.tool, pin.hash);
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  if (!*found) return not_found("this definition is not kept any more");
  return std::string(cursor.text(0));
}

Result<std::vector<ServerMark>> PinReader::marks(std::string_view server_name) {
  return all_rows(marks_.query(server_name), mark_of);
}

Result<std::int64_t> PinWriter::count(Cursor cursor) {
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  return cursor.integer(0);
}

Result<bool> PinWriter::is_known(const ServerKey& server, std::string_view tool) {
  const auto rows = count(known_.query(server.name, server.origin, tool));
  if (!rows) return rows.error();
  return *rows > 0;
}

Result<std::vector<bool>> PinWriter::see(const ServerKey& server, const std::vector<SeenDefinition>& seen) {
  std::vector<bool> accepted;
  accepted.reserve(seen.size());
  const auto size = count(size_.query(server.name, server.origin));  // once: it reads every row of the server
  if (!size) return size.error();
  room_ = static_cast<std::int64_t>(kMaxPinsOfServer) - *size;
  for (const SeenDefinition& one : seen) {
    const auto is_accepted = see_one(server, one);
    if (!is_accepted) return is_accepted.error();
    accepted.push_back(*is_accepted);
  }
  return accepted;
}

Result<bool> PinWriter::see_one(const ServerKey& server, const SeenDefinition& seen) {
  const auto kept = all_rows(select_.query(server.name, server.origin, seen.tool, seen.hash), pin_of);
  if (!kept) return kept.error();
  return kept->empty() ? see_new(server, seen) : see_again(server, seen, kept->front());
}

Result<bool> PinWriter::see_again(const ServerKey& server, const SeenDefinition& seen, const Pin& kept) {
  Waits waits = kept.waits;
  std::string accepted_by = kept.accepted_by;
  UnixMillis accepted_at = kept.accepted_at;
  if (seen.waits == Waits::shadowing && accepted_by != "person") {
    waits = Waits::shadowing;
  } else if (seen.waits == Waits::no && waits == Waits::first_time) {
    const auto known = is_known(server, seen.tool);
    if (!known) return known.error();
    if (!*known) {
      waits = Waits::no;
      accepted_by = "first_sight";
      accepted_at = now_ms();
    }
  }
  if (auto done = update_.run(server.name, server.origin, seen.tool, seen.hash, text_of(waits), accepted_by,
                              accepted_at, now_ms());
      !done)
    return done.error();
  return waits == Waits::no;
}

Result<bool> PinWriter::see_new(const ServerKey& server, const SeenDefinition& seen) {
  Waits waits = seen.waits;
  const auto known = is_known(server, seen.tool);
  if (!known) return known.error();
  if (*known && waits != Waits::shadowing) waits = Waits::changed;
  // At most one waits: a server may have a new one each time it is asked.
  if (auto done = drop_waiting_.run(server.name, server.origin, seen.tool); !done) return done.error();
  if (!*known && room_ <= 0) return false;
  --room_;
  const bool accepted = waits == Waits::no;
  const UnixMillis now = now_ms();
  if (auto done = insert_.run(server.name, server.origin, seen.tool, seen.hash, seen.definition,
                              text_of(waits), accepted ? "first_sight" : "", now, accepted ? now : 0);
      !done)
    return done.error();
  return accepted;
}

Result<void> PinWriter::accept(const Pin& pin) {
  if (auto done = update_.run(pin.server.name, pin.server.origin, pin.tool, pin.hash, text_of(Waits::no),
                              "person", now_ms(), now_ms());
      !done)
    return done;
  if (!database_.last_changed_a_row()) return not_found("this definition is not kept any more");
  return {};
}

Result<SeenMark> PinWriter::see_mark(const ServerMark& mark) {
  SeenMark seen;
  const auto before =
      all_rows(mark_before_.query(mark.server.name, mark.server.origin, mark.kind, mark.value), mark_of);
  if (!before) return before.error();
  if (!before->empty()) {
    const ServerMark& kept = before->front();
    if (kept.value == mark.value && kept.server == mark.server) {
      seen.accepted = kept.accepted;
      return seen;
    }
    seen.before = kept;
  }
  seen.is_new = true;
  seen.accepted = before->empty();
  if (auto done = insert_mark_.run(mark.server.name, mark.server.origin, mark.kind, mark.value, mark.label,
                                   seen.accepted, now_ms());
      !done)
    return done.error();
  if (auto done = trim_marks_.run(mark.server.name, mark.kind, kMaxServerMarks); !done) return done.error();
  return seen;
}

Result<std::size_t> PinWriter::accept_marks(std::string_view server_name) {
  const auto waiting = count(waiting_marks_.query(server_name));
  if (!waiting) return waiting.error();
  if (auto done = accept_marks_.run(server_name); !done) return done.error();
  return static_cast<std::size_t>(*waiting);
}

}  // namespace sqlite
}  // namespace aegis::store
