"""Word-by-word translation with the FreeDict dictionaries: rough, like an early translation machine.

It teaches that the same request in another language is the same request. Word order and inflection stay wrong, so
what is learnt from it is the words; multilingual.py has whole sentences.
"""
import gzip
import pathlib
import re

_HEAD = re.compile(r"^(\S[^/<\[]*?) /+[^/]*/+")
_NUMBER = re.compile(r"^\s*(?:[IVX]+\.\s*)?(?:<\w+>\s*)?\d+\.\s+")
_ASIDE = re.compile(r"<[^>]*>|\[[^\]]*\]|\([^)]*\)|\{[^}]*\}")
# Articles and such: dropped, as many languages have none and dictionaries explain rather than translate them.
_DROPPED = set("a an the of to do does did is are be been am was were it its 's".split())


def read_dictionary(folder):
    """{english word: [counterparts]} of one dictionary package."""
    out = {}
    for path in pathlib.Path(folder).rglob("*.dict.dz"):
        word, lines = None, 0
        for line in gzip.open(path, "rt", encoding="utf-8", errors="replace"):
            head = _HEAD.match(line)
            if head:
                word, lines = head.group(1).strip().lower(), 0
                continue
            if word is None or line.lstrip().startswith(('"', "Synonyms", "see:", "Note")) or not line.strip():
                continue
            lines += 1
            # After the first line come further numbered senses, or an explanation in English: only the former count.
            if lines > 1 and not _NUMBER.match(line) or " " in word:
                continue
            for part in re.split(r"[,;]", _ASIDE.sub("", _NUMBER.sub("", line))):
                part = part.replace("\u0301", "").replace("~", " ").strip(" .\n\t-")
                if 0 < len(part) < 30 and part.count(" ") < 3 and not re.search(r"[\d=/]", part):
                    choices = out.setdefault(word, [])
                    if part not in choices and len(choices) < 3:
                        choices.append(part)
    return out


def _lookup(dictionary, word):
    for form in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ed"), word.removesuffix("d"),
                 word.removesuffix("ing"), word.removesuffix("ing") + "e", word.removesuffix("ies") + "y", word.removesuffix("ly")):
        if form in dictionary:
            return dictionary[form]
    return None


def translate(text, dictionary, rng):
    """`text` with its English words replaced, and the share of words that were."""
    known = total = 0

    def word(match):
        nonlocal known, total
        original = match.group(0)
        lower = original.lower()
        if lower in _DROPPED:
            return ""
        total += 1
        choices = _lookup(dictionary, lower)
        if not choices:
            return original
        known += 1
        chosen = choices[0] if rng.random() < 0.85 else rng.choice(choices)
        return chosen.upper() if original.isupper() and len(original) > 1 else chosen

    out = re.sub(r"[A-Za-z]+", word, text)
    return re.sub(r" {2,}", " ", out).strip(), known / max(1, total)
