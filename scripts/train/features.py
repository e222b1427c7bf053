"""How a text becomes tokens and features. The C++ in detectors/classifier.cc follows this line by line.

Everything works on the UTF-8 bytes of a text; nothing depends on a locale or on a Unicode database.

1. Decode. A byte that starts no well-formed UTF-8 sequence (overlong, surrogate, above U+10FFFF, cut off) is read
   as a space, and reading goes on at the next byte.
2. Fold each code point (`fold`): ASCII and Latin letters to lower-case ASCII without their accents, Greek and
   Cyrillic capitals to small ones, full-width ASCII to ASCII. Combining marks U+0300..036F, U+00AD and the zero-width
   characters U+200B..200F, U+2060, U+FEFF vanish: they neither make nor end a word.
3. Classify what is left: *digit* 0-9, *single* (a character of a script that does not part words, or of Hangul, whose
   words end in ever different particles; SINGLES: each is a word), *letter* (a-z and every code point from
   U+0080 that is not a single and not in PUNCTUATION_RANGES), else *other*.
4. A *word* is a run of letters and digits, or one single. A run of digits counts as one `0`, whatever its length. The
   hash of a word is `hash_bytes` of its folded UTF-8; only its first 24 folded code points count.
5. Sentence ends: . ! ? : ; line feed, and U+3002 U+FF01 U+FF1F U+FF1A (the last three arrive folded). After one, and at
   the start of the text, the two words of context are START. Other characters do not part a phrase.
   A dot, colon or semicolon ends a sentence only before a space, a line feed or the end: `a.b` and `10:30` go on.

A *token* is a word with the byte span it came from. All arithmetic is on unsigned 32-bit integers, modulo 2^32.
"""
import functools

MASK = 0xFFFFFFFF
START = 0x2545F491  # stands for "nothing before this in the sentence"
LONGEST_WORD = 24  # folded code points of a word that are hashed; base64 is no word
PREFIX = 5  # code points of a word's stem, which stands in for words the table does not hold

# Latin-1 Supplement and Latin Extended-A, U+00C0..U+017F, without accents. Two-letter foldings would change lengths.
_LATIN = ("aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
          "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln"
          "nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs")
assert len(_LATIN) == 0x180 - 0xC0

PUNCTUATION_RANGES = [(0x80, 0xA9), (0xAB, 0xB4), (0xB6, 0xB9), (0xBB, 0xBF), (0x2000, 0x206F), (0x2190, 0x2BFF),
                      (0x3000, 0x303F), (0xFE10, 0xFE6F), (0xFF61, 0xFF65), (0xE000, 0xF8FF), (0x1F000, 0x1FAFF)]
# Thai and Lao, Myanmar, Khmer, kana, Han, Hangul syllables, Han again.
SINGLES = [(0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3),
           (0xF900, 0xFAFF), (0x20000, 0x3FFFF)]
_VANISHING = {0xAD, 0x2060, 0xFEFF, *range(0x300, 0x370), *range(0x200B, 0x2010)}


@functools.lru_cache(maxsize=None)
def fold(code):
    """The folded code point, or 0 where it vanishes."""
    if code in _VANISHING:
        return 0
    if 0xFF01 <= code <= 0xFF5E:
        code -= 0xFEE0
    if 0x41 <= code <= 0x5A:
        return code + 0x20
    if 0xC0 <= code <= 0x17F:
        return ord(_LATIN[code - 0xC0])
    if 0x391 <= code <= 0x3A9 or 0x410 <= code <= 0x42F:
        return code + 0x20
    if 0x400 <= code <= 0x40F:
        return code + 0x50
    if code == 0x3002:
        return 0x2E
    return code


@functools.lru_cache(maxsize=None)
def kind(code):
    """'d' digit, 's' single, 'l' letter, 'o' other; of a folded code point."""
    if code < 0x80:
        return "d" if 0x30 <= code <= 0x39 else "l" if 0x61 <= code <= 0x7A else "o"
    if any(low <= code <= high for low, high in SINGLES):
        return "s"
    return "o" if any(low <= code <= high for low, high in PUNCTUATION_RANGES) else "l"


def mix(value):
    """Spreads 32 bits over 32 bits, one to one."""
    value = ((value ^ (value >> 16)) * 0x7FEB352D) & MASK
    value = ((value ^ (value >> 15)) * 0x846CA68B) & MASK
    return value ^ (value >> 16)


def hash_bytes(data):
    """FNV-1a, then mix."""
    value = 0x811C9DC5
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & MASK
    return mix(value)


def join(first, second):
    """The hash of an ordered pair of hashes."""
    return mix((first * 0x9E3779B1 + second) & MASK)


def decode(data):
    """[(code point, start byte, end byte)] of `data`; malformed bytes as spaces."""
    try:  # the usual case, quickly
        text = data.decode("utf-8")
        if len(text) == len(data):
            return [(byte, at, at + 1) for at, byte in enumerate(data)]
    except UnicodeDecodeError:
        text = None
    out = []
    at = 0
    if text is not None:
        for character in text:
            code = ord(character)
            width = 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
            out.append((code, at, at + width))
            at += width
        return out
    while at < len(data):
        for width in (1, 2, 3, 4):
            try:
                out.append((ord(data[at:at + width].decode("utf-8")), at, at + width))
                at += width
                break
            except (UnicodeDecodeError, TypeError):
                continue
        else:
            out.append((0x20, at, at + 1))
            at += 1
    return out


def tokens(data):
    """[(word as folded str, start, end, starts a sentence)] of the bytes `data`."""
    out = []
    codes = decode(data)
    word, begin, end, fresh = [], 0, 0, True
    append = out.append
    for index, (code, start, stop) in enumerate(codes):
        code = fold(code)
        if code == 0:
            continue
        what = kind(code)
        if what in "ld":
            if not word:
                begin = start
            end = stop
            if what == "l":
                word.append(chr(code))
            elif not word or word[-1] != "0":
                word.append("0")
            continue
        if word:
            append(("".join(word[:LONGEST_WORD]), begin, end, fresh))
            word, fresh = [], False
        if what == "s":
            append((chr(code), start, stop, fresh))
            fresh = False
        elif code in (0x21, 0x3F, 0x0A):
            fresh = True
        elif code in (0x2E, 0x3A, 0x3B):
            # Full stops of Chinese and Japanese need no space after them; they are three bytes wide.
            if stop - start > 1 or index + 1 == len(codes) or codes[index + 1][0] in (0x20, 0x0A, 0x0D, 0x09):
                fresh = True
    if word:
        append(("".join(word[:LONGEST_WORD]), begin, end, fresh))
    return out


@functools.lru_cache(maxsize=1 << 20)
def word_hash(word):
    return hash_bytes(word.encode("utf-8"))


@functools.lru_cache(maxsize=1 << 20)
def stem_hash(word):
    """Of the first PREFIX code points and a mark; 0 for a word that is no longer than that."""
    return join(word_hash(word[:PREFIX]), 0x5) if len(word) > PREFIX else 0


# Which features a token has besides its word: each kind has its own constant, so that they do not share buckets.
PAIR, SKIP, TRIPLE, GRAM = 0x11, 0x22, 0x33, 0x44


@functools.lru_cache(maxsize=1 << 20)
def gram_hashes(word):
    """Runs of four folded bytes of `<word>`; a word of two bytes or less has none of its own."""
    marked = b"<" + word.encode("utf-8") + b">"
    return tuple(mix((int.from_bytes(marked[at:at + 4], "little") * 0x9E3779B1 + GRAM) & MASK)
                 for at in range(len(marked) - 3))
