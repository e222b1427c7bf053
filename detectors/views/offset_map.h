// Where the bytes of a view stand in the text it was made of, and the tool that writes both at once.
//
// An OffsetMap is immutable once built: any thread may ask it. A ViewBuilder belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aegis::detectors {

// Offsets are kept in 32 bits: no text with views is longer. Unit: bytes.
inline constexpr std::size_t kMaxViewedBytes = std::size_t{1} << 30U;

class OffsetMap {
 public:
  struct Range {
    std::size_t start = 0;
    std::size_t end = 0;  // one past the last byte

    bool operator==(const Range&) const = default;
  };

  // What became of a stretch of the original.
  enum class Kind : std::uint8_t {
    same,   // copied
    exact,  // changed byte for byte
    block,  // decoded as a whole: each of its bytes stands for the whole stretch
  };
  struct Segment {
    std::uint32_t view = 0;      // where it starts in the view; it ends where the next one starts
    std::uint32_t original = 0;  // [original, original_end) in the original
    std::uint32_t original_end = 0;
    Kind kind = Kind::same;
  };

  OffsetMap() = default;

  // The bytes of the original that [start, end) of the view came from, with everything left out in between.
  // Within the original whatever is asked; monotone in both arguments. REQUIRES: start <= end.
  [[nodiscard]] Range original(std::size_t start, std::size_t end) const;

  // Whether [start, end) was copied in one piece.
  [[nodiscard]] bool copied(std::size_t start, std::size_t end) const;

  // The map of a view of this view: `child` maps to this map's view, the result to its original.
  [[nodiscard]] OffsetMap composed(const OffsetMap& child) const;

  [[nodiscard]] const std::vector<Segment>& segments() const { return segments_; }

 private:
  friend class ViewBuilder;

  void add(std::size_t view, std::size_t view_size, std::size_t original, std::size_t original_end,
           Kind kind);
  [[nodiscard]] std::size_t segment_at(std::size_t offset) const;
  [[nodiscard]] std::size_t view_end(std::size_t index) const {
    return index + 1 < segments_.size() ? segments_[index + 1].view : view_size_;
  }

  std::vector<Segment> segments_;  // ordered by both offsets; none empty in the view
  std::size_t view_size_ = 0;
};

// A text made of another, and how the two belong together.
struct Rewritten {
  std::string text;
  OffsetMap map;
};

// Writes a view from front to back.
class ViewBuilder {
 public:
  // `text` must outlive the builder.
  explicit ViewBuilder(std::string_view text) : text_(text) {}

  // Appends. REQUIRES: offsets never go back.
  void copy(std::size_t start, std::size_t end);
  void exact(std::size_t start, std::string_view bytes);  // stands for as many bytes from `start`
  void block(std::size_t start, std::size_t end, std::string_view bytes);

  // For views of the whole text: everything up to `start` is copied, and `bytes` stand for [start, end).
  void replace(std::size_t start, std::size_t end, std::string_view bytes);
  void overwrite(std::size_t start, std::string_view bytes);

  // For views of pieces: puts an empty line between what was written and what follows. It stands for the last
  // byte before it, so that offsets stay in order.
  void separate();

  // How far the original was used by replace() and overwrite().
  [[nodiscard]] std::size_t position() const { return copied_to_; }

  // The whole text with its replacements; nothing if there were none.
  std::optional<Rewritten> whole() &&;
  // What was appended; nothing if that is nothing.
  std::optional<Rewritten> pieces() &&;

 private:
  std::string_view text_;
  Rewritten out_;
  std::size_t copied_to_ = 0;
  bool changed_ = false;
};

}  // namespace aegis::detectors
