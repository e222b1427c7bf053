"""Texts written one by one for this classifier: `written/*.jsonl`, CC0. Breadth where the grammars have depth.

A row is {"text", "label", "kind", "lang"}. Where only a part of an attack's text is the attack, the part stands between
the brackets U+27E6 and U+27E7; the text without that part is a harmless example of its own.
"""
import json
import pathlib

FOLDER = pathlib.Path(__file__).parent / "written"
OPEN, CLOSE = "\u27e6", "\u27e7"
LANGUAGES = {"west", "north", "asia"}  # files; the others are named after what they hold; a 2 ends a file of the same kind
_CHAT = {"trigger", "userhard", "persona", "meta", "password", "user", "about", "chat"}


def family(name):
    name = name.rstrip("2")
    return "written_languages" if name in LANGUAGES else f"written_{name}"


def unmark(text):
    """(text without brackets, span of what they enclosed or None, text without what they enclosed or None)."""
    first, last = text.find(OPEN), text.rfind(CLOSE)
    if first < 0 or last < first:
        return text, None, None
    before, inside, after = text[:first], text[first + 1:last].replace(OPEN, "").replace(CLOSE, ""), text[last + 1:]
    start = len(before)
    return before + inside + after, (start, start + len(inside)), (before.rstrip() + " " + after.lstrip()).strip()


def rows():
    """Yields (text, label, part, family, span, chat), in the order of the files; a part is a kind or a language."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            text, span, rest = unmark(row["text"])
            of = family(path.stem)
            part = row["lang"] if of == "written_languages" else row["kind"]
            chat = row["label"] == 0 and row["kind"] in _CHAT
            if row["label"] == 0 or span is None or span[1] - span[0] > 0.95 * len(text):
                yield text, row["label"], part, of, None, chat
                continue
            yield text, 1, part, of, span, False
            if len(rest) >= 40:
                yield rest, 0, part, of, None, False
