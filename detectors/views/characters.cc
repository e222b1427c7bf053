#include "detectors/views/characters.h"

#include <array>
#include <cstddef>
#include <vector>

namespace aegis::detectors {
namespace {

struct Row {
  char32_t first;
  std::uint16_t count;
  CharClass kind;
  std::string_view ascii;
  bool counts_up;
};

constexpr Row kRows[] = {
#include "detectors/views/characters.inc"
};

constexpr std::array<char, 128> make_ascii() {
  std::array<char, 128> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(i);
  return all;
}

constexpr std::array<char, 128> kAscii = make_ascii();

constexpr std::size_t kTableEnd = 0x20000;  // what lies beyond is told apart in character()
constexpr std::size_t kBlock = 64;          // characters

// Two levels, because nearly all blocks are empty: block of a code point, then the character in it.
struct Table {
  std::array<std::uint16_t, kTableEnd / kBlock> blocks{};
  std::vector<Character> characters = std::vector<Character>(kBlock);  // block 0 is empty

  Table() {
    for (const Row& row : kRows) {
      for (std::uint16_t i = 0; i < row.count; ++i) {
        const std::size_t code = row.first + i;
        std::uint16_t& block = blocks[code / kBlock];
        if (block == 0) {
          block = static_cast<std::uint16_t>(characters.size() / kBlock);
          characters.resize(characters.size() + kBlock);
        }
        const std::string_view ascii =
            row.counts_up ? std::string_view(&kAscii[static_cast<unsigned char>(row.ascii[0]) + i], 1)
                          : row.ascii;
        characters[block * kBlock + code % kBlock] = {row.kind, ascii};
      }
    }
  }
};

}  // namespace

Character character(char32_t code) {
  static const Table table;
  if (code < kTableEnd) return table.characters[table.blocks[code / kBlock] * kBlock + code % kBlock];
  // Tags, which some flags need, and variation selectors.
  if ((code >= 0xE0000 && code < 0xE0080) || (code >= 0xE0100 && code < 0xE01F0))
    return {CharClass::control, {}};
  return {};
}

}  // namespace aegis::detectors
