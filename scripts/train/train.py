"""Everything from the corpora to the weights: data, one model a fold, calibration, the shipped model, its figures.

usage: train.py CORPORA CACHE OUT [--folds-only | --reuse-folds]

CORPORA holds the detection corpora, CACHE what fetch.py fetched (and keeps intermediate results), OUT receives
injection-v2.bin, report.json and report.txt. Seeded; one core; README.md says how long it takes.
"""
import json
import pathlib
import sys
import time

import numpy as np

import data
import evaluate
import export
import folds
import linear
import phrases
import table as tables
import vectors

FILTERS = 24
EPOCHS = 2
LENGTH = vectors.BLOCK * vectors.WINDOW
LINEAR_L2 = 3e-3
SEED = 7


def prepare(corpora, cache):
    examples = data.build(corpora, cache)
    words = vectors.Words()
    tokenised = vectors.tokenise(examples, words)
    words.finish(grams=False)
    table = tables.Table(cache, words, tokenised)
    windows = folds.Windows(examples, tokenised)
    count = len(windows.spans)
    rows = np.array([table.row(w) for w in words.list], np.int32)
    inputs = {"ids": np.zeros((count, LENGTH), np.int32), "fresh": np.zeros((count, LENGTH), np.float32), "lengths": np.zeros(count, np.int32)}
    for number, (example, first, last) in enumerate(windows.spans):
        numbers, fresh, _ = tokenised[example]
        inputs["ids"][number, :last - first] = rows[numbers[first:last]]
        inputs["fresh"][number, :last - first] = fresh[first:last]
        inputs["lengths"][number] = last - first
    return examples, table, windows, inputs, vectors.sparse_rows(tokenised, windows.spans, words)


def fit(prepared, excluded):
    """(linear weights, bias, phrase parameters), from every window whose example is not `excluded`."""
    examples, table, windows, inputs, sparse = prepared
    weight = folds.family_weights(examples, windows)
    weight[excluded[windows.example]] = 0
    target = windows.label == 1
    weights, bias = linear.fit(sparse, target, weight, SEED, l2=LINEAR_L2)
    phrase = phrases.train(table.rows, inputs["ids"], inputs["fresh"], inputs["lengths"], target, weight, SEED, filters=FILTERS, epochs=EPOCHS)
    return weights, bias, phrase


def score(prepared, model, chosen):
    """The logits of both parts for the windows `chosen`."""
    _, table, _, inputs, sparse = prepared
    weights, bias, phrase = model
    return (sparse[chosen] @ weights + bias,
            phrases.score(phrase, table.rows, inputs["ids"], inputs["fresh"], inputs["lengths"], chosen)[chosen])


def leave_out(prepared):
    """Both parts' logits for every window, each from the model that saw nothing of the window's family."""
    examples, _, windows, _, _ = prepared
    out = np.full((2, len(windows.spans)), -9.0)
    for fold in folds.FOLDS:
        started = time.time()
        model = fit(prepared, folds.left_out(examples, fold))
        chosen = np.flatnonzero(np.array([e.family in fold for e in examples])[windows.example])
        out[:, chosen] = score(prepared, model, chosen)
        print(f"without {', '.join(sorted(fold))}: {time.time() - started:.0f} s", flush=True)
    return out


def main(arguments):
    names = [a for a in arguments if not a.startswith("--")]
    if len(names) != 3:
        sys.exit(__doc__)
    corpora, cache, out = (pathlib.Path(n).resolve() for n in names)
    out.mkdir(parents=True, exist_ok=True)
    started = time.time()
    prepared = prepare(corpora, cache)
    examples, table, windows, _, _ = prepared
    print(f"{len(examples)} examples, {len(windows.spans)} windows, {len(table.rows)} rows: {time.time() - started:.0f} s", flush=True)
    kept = cache / "folds.npy"
    if "--reuse-folds" in arguments:
        held_out = np.load(kept)
    else:
        held_out = leave_out(prepared)
        np.save(kept, held_out)
    finish(prepared, held_out, out, "--folds-only" in arguments)
    print(f"all of it: {time.time() - started:.0f} s")


def finish(prepared, held_out, out, report_only):
    """The report from held-out scores and, unless `report_only`, the shipped model from all examples."""
    examples, table, windows, _, _ = prepared
    report = evaluate.Report(examples, windows, held_out)
    (out / "report.txt").write_text(report.text())
    (out / "report.json").write_text(json.dumps(report.figures, indent=1, sort_keys=True) + "\n")
    print(report.text(), flush=True)
    if report_only:
        return
    weights, bias, phrase = fit(prepared, np.zeros(len(examples), bool))
    parts = export.quantise(table, weights, bias, phrase, report.mix)
    export.write(out / "injection-v2.bin", table, parts, report.threshold, report.knots, phrases.BEFORE)
    print(f"wrote injection-v2.bin: {(out / 'injection-v2.bin').stat().st_size} bytes", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
