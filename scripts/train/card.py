"""Writes the figures of a training run into the model card: what stands between "## Figures" and "## Limits".

usage: card.py OUT CARD.md

OUT holds report.json of train.py and, if halves.py was run, its halves.json.
"""
import json
import pathlib
import sys

from evaluate import CHAT_RATE, NONCHAT_RATE, wilson


def percent(share, digits=0):
    return f"{100 * share:.{digits}f} %"


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def counted(entry, digits=0):
    hits, count = entry
    low, high = wilson(hits, count)
    return [str(count), percent(hits / count, digits), f"{100 * low:.{digits}f}–{100 * high:.{digits}f}"]


def figures(report, halves):
    half = lambda label, name, digits=0: percent(halves[label][name], digits) if name in halves.get(label, {}) else "–"
    yield f"""## Figures

Each row is measured by a model that saw nothing of the row's source: neither its texts and their misspellings nor documents
of that source around other attacks. Families that share authors leave together. Intervals are Wilson's, 95 %.
One threshold, logit {report['threshold']:.2f}, fixed on these held-out scores: the highest of {100 * NONCHAT_RATE:.1f} % false alarms on tool and document
text (without tldr), {100 * CHAT_RATE:.0f} % on chat, and a confidence of 0.85. *Half seen* is measured on one half of a source's texts by a
model that saw the other half, which is nearer to what texts of a known kind meet.
"""
    best = report["candidates"]["sum"]
    yield from table(["attack source", "texts", "caught", "interval", "half seen", "AUC", "at 1 % pooled"],
                     ([name, *counted(entry), half("1", name), f"{best[name][2]:.2f}" if name in best else "–",
                       percent(best[name][1]) if name in best else "–"] for name, entry in report["recall"].items()))
    yield """`own:` rows are our own generators and `written_…` the texts of `scripts/train/written`, each held out with everything of its
kind; written rows avoid the usual wording on purpose. `jbb_PAIR` asks for harm politely and injects nothing; passing it is
intended.
"""
    yield from table(["benign family", "texts", "false alarms", "interval", "half seen"],
                     ([name, *counted(entry, 2), half("0", name, 2)] for name, entry in report["false alarms"].items()))
    yield """`own_…`, `written_…`, `mof_template`, `synthetic`, `xstest` and `awesome` are harmless texts written to look like attacks; they
measure over-defence and have no say in the threshold.
"""
    yield from table(["copies of held-out texts", "texts", "above the threshold"],
                     ([f"{name.split('/')[0]}, {'attacks' if name.endswith('1') else 'benign'}", str(count), percent(hits / max(1, count), 1)]
                      for name, (hits, count) in report["variants"].items()))
    yield """### Candidates

Recall at the candidate's own threshold (chosen the same way) / AUC, source left out. *Linear*: hashed n-grams alone. *Phrase*: the
convolution over distilled vectors alone. *Sum*: both logits, weights fitted on held-out scores. Tried and left out: character
n-grams in the linear part (better on long jailbreaks, worse elsewhere, twice the time), 48 filters instead of 24, windows of
half the size, means over windows instead of their maximum: no better.
"""
    names = ("linear", "phrase", "sum")
    yield from table(["source", *names], ([source, *(f"{percent(report['candidates'][n][source][0])} / {report['candidates'][n][source][2]:.2f}" for n in names)] for source in best))
    yield f"""### Calibration

Isotonic on the held-out scores, for a prior of {report['prior']:g}: as many attacks as harmless texts, of the latter half chat, sources
counting by the root of their size. Confidence at the threshold: {report['confidence at the threshold']:.2f}. With rarer attacks fewer findings are right: odds
scale with the prior's odds. The table is made of the scores the curve was fitted to, so it shows the curve's steps and no more;
other people's data decides.
"""
    yield from table(["confidence from", "to", "texts", "mean confidence", "share of attacks"],
                     ([f"{r[0]:.2f}", f"{r[1]:.2f}", str(r[2]), f"{r[3]:.3f}", f"{r[4]:.3f}"] for r in report["reliability"]))


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    out, card = map(pathlib.Path, arguments)
    kept = out / "halves.json"
    halves = json.loads(kept.read_text()) if kept.exists() else {}
    text = card.read_text(encoding="utf-8")
    before, rest = text.split("## Figures\n", 1)
    after = rest[rest.index("## Limits\n"):]
    card.write_text(before + "\n".join(figures(json.loads((out / "report.json").read_text()), halves)) + "\n" + after, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
