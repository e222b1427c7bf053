"""All examples, each with its source and family; what is not in the corpora is generated or fetched.

One seed decides everything. A family is what evaluation leaves out as a whole: embedded and misspelt copies of a
text belong to the family of the text.
"""
import dataclasses
import gzip
import json
import pathlib
import random
import re

import benign
import documents
import grammar
import multilingual
import written

SEED = 20261121


@dataclasses.dataclass
class Example:
    text: str
    label: int  # 1 attack
    source: str
    family: str
    split: str = "original"  # or embedded, noisy: never scored as if it were the source's own text
    span: tuple = None  # (start, end) in characters of the attack within a longer text
    weight: float = 1.0
    context: str = ""  # family of the document around an embedded text; left out with that family too
    outside: frozenset = frozenset()  # lines of a composed attack that are its harmless surroundings
    chat: bool = False  # what a person types to a model; other benign text is what tools return

    def attack(self):
        return self.text[self.span[0]:self.span[1]] if self.span else self.text


_FILES = ["injection_attacks", "injection_benign", "injection_overdefence_mof", "injection_synthetic_mirror"]

# Which sources leave training together: same authors, same collection, or one derived from the other.
_FAMILY = [("BIPIA", "bipia"), ("deepset", "deepset"), ("gandalf", "games"), ("mosscap", "games"), ("garak", "wild"), ("gptfuzz", "wild"),
           ("giskard", "wild"), ("jbb", "jbb"), ("spikee", "spikee"), ("synthetic", "synthetic"), ("mof_template", "mof_template"),
           ("mof_sent:tldr", "tldr"), ("tldr", "tldr"), ("oasst", "oasst"), ("arena", "arena"), ("gpteacher", "gpteacher"), ("p3_t0", "p3"),
           ("roleplay", "roleplay"), ("toolformer", "toolformer"), ("gsm", "gsm"), ("awesome", "awesome"), ("selfinstruct", "selfinstruct"),
           ("xstest", "xstest")]

_WRITTEN_DOCUMENTS = {"written_indirect", "written_code", "written_plain"}

# A row of mosscap whose words have nothing to do with the game is what somebody typed to pass the time.
_GAME_WORDS = re.compile(r"pass ?-?(word|phrase|code)|secret|instruct|prompt|told|hidden|rules?\b|code ?word|reveal|key\b|above|begin|first|system|spell|letter|"
                         r"not allowed|forbid|confiden|previous|guidelines|hint|context|said|know", re.I)


def family_of(source):
    bare = source.removeprefix("mined:").removeprefix("mof_sent:")
    if source.startswith("mof_sent:tldr"):
        return "tldr"
    for start, family in _FAMILY:
        if bare.startswith(start):
            return family
    raise ValueError(f"no family for source {source}")


def corpora(folder):
    for name in _FILES:
        with gzip.open(pathlib.Path(folder) / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                source = row["source"]
                example = Example(row["text"], row["label"], source, family_of(source))
                example.chat = row["category"] in {"user", "user_hard", "assistant"} or source.startswith(("mined", "mof_sent", "mof_temp", "synthetic_mirror"))
                if source == "jbb_PAIR":
                    example.weight = 0.0  # harm asked for politely: no injection, and it teaches to block role play
                elif source == "mosscap":
                    example.weight = 0.5 if _GAME_WORDS.search(row["text"]) else 0.0
                elif source.startswith("mof_template"):
                    example.weight = 0.3
                elif source.startswith("mof_sent"):
                    example.weight = 0.5
                elif source == "BIPIA_text_attack_train":
                    example.weight = 0.3  # alone, without a document around it, most of it is an ordinary request
                elif source == "BIPIA_text_inctx_train":
                    example.weight = 0.5
                elif source == "garak_inthewild" and len(row["text"]) < 120:
                    example.weight = 0.3
                yield example


def own(rng, count):
    """Texts of the grammars; `count` attacks of each kind, and about as many harmless ones in all."""
    out = []
    for kind, templates in grammar.ATTACKS.items():
        for _ in range(count):
            out.append(Example(grammar.expand(rng.choice(templates), rng, grammar.SLOTS), 1, f"own:{kind}", f"own_{'doc' if kind in {'tooltext', 'frame', 'hijack', 'codeplant'} else 'chat'}"))
    for _ in range(count * 6):
        out.append(Example(grammar.expand(rng.choice(benign.USER), rng, benign.SLOTS), 0, "own:benign_user", "own_chat", chat=True))
    for _ in range(count * 4):
        out.append(Example(grammar.expand(rng.choice(benign.DOCUMENT), rng, benign.SLOTS), 0, "own:benign_document", "own_doc"))
    slots = {**grammar.SLOTS, **multilingual.SLOTS}
    for code in multilingual.ATTACK:
        for _ in range(max(1, count // 7)):
            out.append(Example(grammar.expand(rng.choice(multilingual.ATTACK[code]), rng, slots), 1, f"own:languages", "own_languages"))
            out.append(Example(grammar.expand(rng.choice(multilingual.MIRROR[code]), rng, slots), 0, f"own:languages", "own_languages", chat=True))
    seen, unique = set(), []
    for example in out:
        if example.text not in seen:
            seen.add(example.text)
            unique.append(example)
    return unique


def by_hand():
    for text, label, part, family, span, chat in written.rows():
        yield Example(text, label, f"{family}:{part}", family, span=span, chat=chat)


def _as_json(before, attack, after, rng):
    fields = [("id", str(rng.randrange(10_000))), (rng.choice(["title", "name", "subject", "from"]), before[:60].replace("\n", " ").strip()),
              (rng.choice(["body", "content", "text", "description", "review", "message", "notes", "product_details", "bio"]), None)]
    inner = f"{before[60:260]} {attack} {after[:200]}".strip() if rng.random() < 0.6 else attack
    record = {key: inner if value is None else value for key, value in fields}
    if rng.random() < 0.5:
        record["status"] = rng.choice(["ok", "open", "read", "active"])
    return json.dumps(record, ensure_ascii=False, indent=rng.choice([None, 2])), json.dumps(attack, ensure_ascii=False)[1:-1]


def embed(attack, context, rng):
    """`attack` inside a benign `context`: (text, span)."""
    cut = rng.choice([0, len(context), rng.randrange(len(context) + 1)])
    if 0 < cut < len(context):
        spot = max(context.rfind("\n", 0, cut), context.rfind(". ", 0, cut) + 1, context.rfind(", ", 0, cut) + 1 if rng.random() < 0.2 else 0)
        cut = spot if spot > 0 else cut
    before, after = context[max(0, cut - 700):cut], context[cut:cut + 700]
    if rng.random() < 0.3:
        text, needle = _as_json(before, attack, after, rng)
    else:
        glue = rng.choice(["\n", "\n\n", " ", "\n", " "])
        needle = rng.choice([attack, attack, attack, f"# {attack}", f"<!-- {attack} -->", f"// {attack}", f"> {attack}", f"| {attack} |"])
        text = f"{before}{glue if before else ''}{needle}{glue if after else ''}{after}"
    start = text.find(needle)
    return text, (start, start + len(needle))


def noisy(text, rng):
    """What people do to slip past filters: capitals, typing errors, missing spaces."""
    how = rng.randrange(4)
    if how == 0:
        return text.upper()
    letters = list(text)
    for _ in range(max(1, len(letters) // 25)):
        at = rng.randrange(len(letters))
        if how == 1:
            letters[at] = ""
        elif how == 2 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif letters[at] != " ":
            letters[at] = letters[at] * 2
    return "".join(letters)


def find_surroundings(examples):
    """Sources compose attacks from documents they also give alone: lines seen there are no part of the attack."""
    harmless = set()
    for example in examples:
        if example.label == 0:
            harmless.update(line.strip() for line in example.text.splitlines() if len(line.strip()) >= 12)
    for example in examples:
        if example.label == 1 and len(example.text) > 300:
            lines = [line.strip() for line in example.text.splitlines()]
            outside = frozenset(line for line in lines if line in harmless)
            if outside and sum(map(len, outside)) > 0.2 * len(example.text) and any(line and line not in outside for line in lines):
                example.outside = outside


def build(corpora_folder, cache, count=450):
    rng = random.Random(SEED)
    examples = list(corpora(corpora_folder)) + own(rng, count) + list(by_hand())
    near = [(e.family, e.text) for e in examples if e.family in _WRITTEN_DOCUMENTS and e.label == 0]
    contexts = []
    for family, source, text in documents.passages(cache, rng):
        examples.append(Example(text, 0, source, family))
        contexts.append((family, text))
    originals = list(examples)
    find_surroundings(originals)

    # Attacks within documents. What only a document makes an attack, and orders to agents, most often.
    short = [e for e in originals if e.label == 1 and 12 <= len(e.attack()) <= 900 and e.weight > 0 and "inctx" not in e.source]
    at_home = [e for e in short if e.family in {"own_doc", "bipia", "spikee", *_WRITTEN_DOCUMENTS}]
    for pool, number in ((at_home, 3500), (short, 3500)):
        for _ in range(number):
            base = rng.choice(pool)
            home, context = rng.choice(contexts)
            if rng.random() < 0.35:  # short contexts: a mail, a record, a log line or two
                context = "\n".join(grammar.expand(rng.choice(benign.DOCUMENT), rng, benign.SLOTS) for _ in range(rng.randrange(1, 4)))
                home = "own_doc"
            elif near and rng.random() < 0.3:  # mails, pages, records and guides that somebody wrote
                home, context = rng.choice(near)
            attack = base.attack().replace("<PLACEHOLDER>", "").strip() or base.text
            text, span = embed(attack, context, rng)
            examples.append(Example(text, 1, base.source, base.family, "embedded", span, context=home))
    # Their mirror: ordinary requests and sentences within documents are no attack.
    requests = [e for e in originals if e.label == 0 and 12 <= len(e.text) <= 500 and e.family not in {"debian-code", "gsm"}]
    for _ in range(3500):
        base = rng.choice(requests)
        home, context = rng.choice(contexts)
        text, _ = embed(base.text, context, rng)
        examples.append(Example(text, 0, base.source, base.family, "embedded", context=home))

    for label, number in ((1, 1500), (0, 1500)):
        pool = [e for e in originals if e.label == label and 15 <= len(e.text) <= 500 and e.weight > 0]
        for _ in range(number):
            base = rng.choice(pool)
            examples.append(Example(noisy(base.attack(), rng), label, base.source, base.family, "noisy", None, 0.5, chat=base.chat))
    return examples
