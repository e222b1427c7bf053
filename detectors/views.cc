#include "detectors/views.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "detectors/views/ascii.h"
#include "detectors/views/signs.h"
#include "detectors/views/transforms.h"

namespace aegis::detectors {
namespace {

struct WholeStep {
  Sign sign;
  ViewKind kind;
  std::optional<Rewritten> (*apply)(std::string_view);
};

// In the order in which encodings usually lie around each other, from the outside in.
constexpr WholeStep kWholeSteps[] = {
    {Sign::json_escape, ViewKind::json_escapes, unescape_json},
    {Sign::html_entity, ViewKind::html_entities, unescape_html},
    {Sign::percent, ViewKind::percent, unescape_percent},
    {Sign::concatenation, ViewKind::joined_strings, join_strings},
    {Sign::non_ascii, ViewKind::characters, fold_characters},
    {Sign::spaced, ViewKind::spacing, close_up},
    {Sign::leet, ViewKind::leet, fold_leet},
};

struct PieceStep {
  Sign sign;
  ViewKind kind;
  std::optional<Rewritten> (*take)(const Source&);
};

constexpr PieceStep kPieceSteps[] = {
    {Sign::non_ascii, ViewKind::hidden, decode_hidden},     {Sign::encoded, ViewKind::encoded, decode_runs},
    {Sign::hex_pairs, ViewKind::encoded, decode_hex_pairs}, {Sign::rot13, ViewKind::rot13, decode_rot13},
    {Sign::comment, ViewKind::comment, join_comments},
};

// A text on the way: a view, and what of its text was copied from the text it was made of.
struct Item {
  View view;
  std::optional<OffsetMap> made_by;  // only where copied parts were looked at before
};

// Moves a cut off the middle of a word or character, forward to at most `limit`.
std::size_t clean_cut(std::string_view text, std::size_t at, std::size_t limit) {
  constexpr std::size_t kFarthest = 32;
  const std::size_t end = std::min(limit, at + kFarthest);
  while (at < end && (is_alnum(text[at]) || !is_ascii(text[at]))) ++at;
  return at;
}

// What `whole` changed, with the context around it. Texts that changed throughout, and short ones, stay
// whole.
Rewritten changed_parts(Rewritten whole) {
  if (whole.text.size() <= kWholeView) return whole;
  std::vector<OffsetMap::Range> parts;
  const auto add = [&](std::size_t start, std::size_t end) {
    start = start < kViewContext ? 0 : start - kViewContext;
    end = std::min(whole.text.size(), end + kViewContext);
    if (!parts.empty() && start <= parts.back().end + kViewContext / 4) {
      parts.back().end = end;
    } else {
      parts.push_back({start, end});
    }
  };
  std::size_t expected = 0;  // in the original
  const auto& segments = whole.map.segments();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::size_t end = i + 1 < segments.size() ? segments[i + 1].view : whole.text.size();
    if (segments[i].kind != OffsetMap::Kind::same) {
      add(segments[i].view, end);
    } else if (segments[i].original != expected) {
      add(segments[i].view, segments[i].view);
    }
    expected = segments[i].original_end;
  }
  ViewBuilder out(whole.text);
  for (const OffsetMap::Range& part : parts) {
    const std::size_t start = part.start == 0 ? 0 : clean_cut(whole.text, part.start, part.end);
    out.separate();
    out.copy(start, clean_cut(whole.text, part.end, whole.text.size()));
  }
  std::optional<Rewritten> cut = std::move(out).pieces();
  if (!cut) return whole;
  cut->map = whole.map.composed(cut->map);
  return std::move(*cut);
}

class Maker {
 public:
  Maker(std::string_view text, const ViewLimits& limits) : text_(text), limits_(limits) {
    const std::size_t room = kMaxViewedBytes;
    left_ = std::min(room, text.size() * limits.max_times + limits.max_more);
  }

  Views make() && {
    std::vector<Item> level;
    look_at(text_, nullptr, level);
    for (unsigned depth = 1; !level.empty() && depth < limits_.max_depth; ++depth) {
      std::vector<Item> next;
      for (Item& item : level) look_at(item.view.text, &item, next);
      keep(level);
      level = std::move(next);
    }
    for (const Item& item : level) {
      if (hides_more(item)) views_.complete = false;
    }
    keep(level);
    return std::move(views_);
  }

 private:
  void keep(std::vector<Item>& level) {
    for (Item& item : level) views_.views.push_back(std::move(item.view));
  }

  // Adds the views of `text`, which is `parent`'s unless it is the original.
  void look_at(std::string_view text, const Item* parent, std::vector<Item>& out) {
    const Signs signs = signs_of(text);
    if (!signs.any()) return;
    if (std::optional<Item> whole = rewrite(text, signs)) add(std::move(*whole), parent, out);
    const Source source{text, parent != nullptr && parent->made_by ? &*parent->made_by : nullptr};
    for (const PieceStep& step : kPieceSteps) {
      if (!signs.has(step.sign)) continue;
      std::optional<Rewritten> pieces = step.take(source);
      if (!pieces) continue;
      Item item;
      item.view = {{}, std::move(pieces->text), std::move(pieces->map)};
      item.view.kinds.add(step.kind);
      if (step.kind == ViewKind::comment) item.made_by = item.view.map;
      add(std::move(item), parent, out);
    }
  }

  // One view for all steps that rewrite the text as a whole; each looks at what the one before left.
  static std::optional<Item> rewrite(std::string_view text, Signs signs) {
    Rewritten whole;
    bool changed = false;
    ViewKinds kinds;
    for (const WholeStep& step : kWholeSteps) {
      if (!signs.has(step.sign)) continue;
      std::optional<Rewritten> next = step.apply(changed ? std::string_view(whole.text) : text);
      if (!next) continue;
      if (changed) next->map = whole.map.composed(next->map);
      whole = std::move(*next);
      changed = true;
      kinds.add(step.kind);
      signs = signs_of(whole.text);
    }
    if (!changed) return std::nullopt;
    Rewritten parts = changed_parts(std::move(whole));
    Item item;
    item.made_by = parts.map;
    item.view = {kinds, std::move(parts.text), std::move(parts.map)};
    return item;
  }

  void add(Item item, const Item* parent, std::vector<Item>& out) {
    if (item.view.text.size() > left_) {
      views_.complete = false;
      return;
    }
    left_ -= item.view.text.size();
    if (parent != nullptr) {
      item.view.kinds.add(parent->view.kinds);
      item.view.map = parent->view.map.composed(item.view.map);
    }
    out.push_back(std::move(item));
  }

  // Whether a text at the last level would have views.
  bool hides_more(const Item& item) {
    std::vector<Item> more;
    const std::size_t left = std::exchange(left_, kMaxViewedBytes);
    look_at(item.view.text, &item, more);
    left_ = left;
    return !more.empty();
  }

  std::string_view text_;
  ViewLimits limits_;
  std::size_t left_ = 0;  // bytes that views may still have
  Views views_;
};

}  // namespace

std::string ViewKinds::describe() const {
  struct Name {
    ViewKind kind;
    std::string_view name;
  };
  constexpr Name kNames[] = {
      {ViewKind::encoded, "base64, base32 or hex"},
      {ViewKind::hidden, "invisible characters"},
      {ViewKind::rot13, "rot13"},
      {ViewKind::json_escapes, "JSON escapes"},
      {ViewKind::html_entities, "HTML entities"},
      {ViewKind::percent, "percent-encoding"},
      {ViewKind::joined_strings, "joined strings"},
      {ViewKind::characters, "look-alike characters"},
      {ViewKind::spacing, "spaced letters"},
      {ViewKind::leet, "leetspeak"},
      {ViewKind::comment, "comment lines"},
  };
  std::string out;
  for (const Name& name : kNames) {
    if (!has(name.kind)) continue;
    if (!out.empty()) out += " + ";
    out += name.name;
  }
  return out;
}

bool needs_views(std::string_view text) { return signs_of(text).any(); }

Views views_of(std::string_view text, const ViewLimits& limits) {
  if (text.size() > kMaxViewedBytes) {
    Views none;
    none.complete = !needs_views(text);
    return none;
  }
  return Maker(text, limits).make();
}

}  // namespace aegis::detectors
