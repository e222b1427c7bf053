"""What a source's texts are worth once others of the same source were seen: half of each is trained on, half measured.

Leaving whole sources out is the harder and the safer measure; this one is nearer to meeting a known kind of attack. The
mixing and the threshold are those of OUT/report.json. Copies of texts of the corpora (embedded, misspelt) are
left out, as they may be copies of the measured half; attacks of BIPIA are halved by the attack, not by the text around it.

usage: halves.py CORPORA CACHE OUT
"""
import json
import pathlib
import sys
import zlib

import numpy as np

import folds
import train


def _even(text):
    return zlib.crc32(text.encode()) % 2 == 0


def measured(examples):
    """(texts to measure, texts that training must not see)."""
    orders = [e.text.split("\n")[0] for e in examples if e.split == "original" and e.source.startswith("BIPIA") and "attack" in e.source]
    hidden = [order for order in orders if _even(order)]
    excluded = np.zeros(len(examples), bool)
    for number, e in enumerate(examples):
        if e.family == "bipia" and e.label == 1:
            excluded[number] = e.split == "noisy" or any(order in e.text for order in hidden)
        elif e.split == "original":
            # Near copies begin alike, so a text's half is decided by how it begins.
            excluded[number] = not e.source.startswith("own") and _even("".join(c for c in e.text.lower() if c.isalpha())[:24])
        else:
            excluded[number] = not e.family.startswith("own_")
    return excluded & np.array([e.split == "original" for e in examples]), excluded


def main(arguments):
    if len(arguments) != 3:
        sys.exit(__doc__)
    corpora, cache, out = (pathlib.Path(a).resolve() for a in arguments)
    figures = json.loads((out / "report.json").read_text())
    prepared = train.prepare(corpora, cache)
    examples, _, windows, _, _ = prepared
    wanted, excluded = measured(examples)
    model = train.fit(prepared, excluded)
    chosen = np.flatnonzero(wanted[windows.example])
    linear, phrase = train.score(prepared, model, chosen)
    logits = np.full(len(windows.spans), -99.0)
    logits[chosen] = figures["mix"][0] * linear + figures["mix"][1] * phrase + figures["mix"][2]
    score = folds.document_scores(windows, logits, len(examples))
    shares = {"1": {}, "0": {}}
    for label, name in ((1, "source"), (0, "family")):
        groups = np.array([getattr(e, name) for e in examples])
        this = wanted & (np.array([e.label for e in examples]) == label)
        for group in np.unique(groups[this]):
            rows = this & (groups == group)
            shares[str(label)][str(group)] = float((score[rows] > figures["threshold"]).mean())
            print(f"{label} {group} {rows.sum()} {100 * shares[str(label)][str(group)]:.2f}")
    (out / "halves.json").write_text(json.dumps(shares, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
