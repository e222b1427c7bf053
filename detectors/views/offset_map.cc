#include "detectors/views/offset_map.h"

#include <algorithm>
#include <utility>

namespace aegis::detectors {

void OffsetMap::add(std::size_t view, std::size_t view_size, std::size_t original, std::size_t original_end,
                    Kind kind) {
  if (view_size == 0) return;
  view_size_ = view + view_size;
  if (!segments_.empty() && kind != Kind::block) {
    const Segment& last = segments_.back();
    if (last.kind == kind && last.original_end == original) {
      segments_.back().original_end = static_cast<std::uint32_t>(original_end);
      return;
    }
  }
  segments_.push_back({static_cast<std::uint32_t>(view), static_cast<std::uint32_t>(original),
                       static_cast<std::uint32_t>(original_end), kind});
}

std::size_t OffsetMap::segment_at(std::size_t offset) const {
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), offset,
                                      [](std::size_t at, const Segment& s) { return at < s.view; });
  return static_cast<std::size_t>(after - segments_.begin()) - 1;
}

OffsetMap::Range OffsetMap::original(std::size_t start, std::size_t end) const {
  if (segments_.empty()) return {};
  start = std::min(start, view_size_);
  end = std::min(end, view_size_);
  if (start == view_size_) return {segments_.back().original_end, segments_.back().original_end};
  const Segment& first = segments_[segment_at(start)];
  Range range;
  range.start = first.kind == Kind::block ? first.original : first.original + (start - first.view);
  if (end <= start) return {range.start, range.start};
  const Segment& last = segments_[segment_at(end - 1)];
  range.end = last.kind == Kind::block ? last.original_end : last.original + (end - last.view);
  return range;
}

bool OffsetMap::copied(std::size_t start, std::size_t end) const {
  if (segments_.empty() || start >= view_size_) return false;
  const std::size_t index = segment_at(start);
  return segments_[index].kind == Kind::same && end <= view_end(index);
}

OffsetMap OffsetMap::composed(const OffsetMap& child) const {
  OffsetMap result;
  result.segments_.reserve(child.segments_.size());
  std::size_t index = 0;  // of the first segment here that ends after where the child's segment starts
  for (std::size_t i = 0; i < child.segments_.size(); ++i) {
    const Segment& part = child.segments_[i];
    const std::size_t size = child.view_end(i) - part.view;
    while (index + 1 < segments_.size() && view_end(index) <= part.original) ++index;
    if (part.kind == Kind::block || segments_.empty()) {
      const Range range = original(part.original, part.original_end);
      result.add(part.view, size, range.start, range.end, Kind::block);
      continue;
    }
    for (std::size_t k = index, at = part.original; at < part.original_end && k < segments_.size(); ++k) {
      const Segment& here = segments_[k];
      const std::size_t end = std::min<std::size_t>(view_end(k), part.original_end);
      const std::size_t view = part.view + (at - part.original);
      if (here.kind == Kind::block) {
        result.add(view, end - at, here.original, here.original_end, Kind::block);
      } else {
        const std::size_t original = here.original + (at - here.view);
        result.add(view, end - at, original, original + (end - at), std::max(here.kind, part.kind));
      }
      at = end;
    }
  }
  return result;
}

void ViewBuilder::copy(std::size_t start, std::size_t end) {
  if (start >= end) return;
  out_.map.add(out_.text.size(), end - start, start, end, OffsetMap::Kind::same);
  out_.text.append(text_, start, end - start);
}

void ViewBuilder::exact(std::size_t start, std::string_view bytes) {
  out_.map.add(out_.text.size(), bytes.size(), start, start + bytes.size(), OffsetMap::Kind::exact);
  out_.text += bytes;
}

void ViewBuilder::block(std::size_t start, std::size_t end, std::string_view bytes) {
  out_.map.add(out_.text.size(), bytes.size(), start, end, OffsetMap::Kind::block);
  out_.text += bytes;
}

void ViewBuilder::replace(std::size_t start, std::size_t end, std::string_view bytes) {
  if (!changed_) out_.text.reserve(text_.size() + text_.size() / 16 + bytes.size());
  changed_ = true;
  copy(copied_to_, start);
  block(start, end, bytes);
  copied_to_ = end;
}

void ViewBuilder::overwrite(std::size_t start, std::string_view bytes) {
  if (!changed_) out_.text.reserve(text_.size());
  changed_ = true;
  copy(copied_to_, start);
  exact(start, bytes);
  copied_to_ = start + bytes.size();
}

void ViewBuilder::separate() {
  if (out_.text.empty()) return;
  const std::size_t at = out_.map.segments_.back().original_end;
  block(at - 1, at, "\n\n");
}

std::optional<Rewritten> ViewBuilder::whole() && {
  if (!changed_) return std::nullopt;
  copy(copied_to_, text_.size());
  return std::move(out_);
}

std::optional<Rewritten> ViewBuilder::pieces() && {
  if (out_.text.empty()) return std::nullopt;
  return std::move(out_);
}

}  // namespace aegis::detectors
