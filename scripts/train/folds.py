"""Leave one source out: which families go together, and how examples become weighted training windows."""
import numpy as np

import vectors

# Each fold leaves whole families out, attacks and benign text alike; each family is left out exactly once.
FOLDS = [
    {"bipia", "debian-security", "tldr"},
    {"deepset", "oasst", "gsm"},
    {"games", "arena", "awesome"},
    {"wild", "p3"},
    {"spikee", "debian-docs", "selfinstruct"},
    {"jbb", "gpteacher", "roleplay"},
    {"synthetic", "xstest", "toolformer", "debian-code", "npm", "written_indirect", "written_code", "written_plain"},
    {"own_chat", "mof_template", "written_direct", "written_benign"},
    {"own_doc", "own_languages", "debian-languages", "written_languages"},
]

LANGUAGE_SHARE = 0.5  # of what a language's own size would give it: some thirty of them stand against all that is English
TRAIN_WINDOWS_ATTACK = 6
TRAIN_WINDOWS_BENIGN = 3


def left_out(examples, fold):
    """Which examples a fold must not see: those of its families, and attacks embedded in their documents."""
    return np.array([e.family in fold or e.context in fold for e in examples])


class Windows:
    """All windows of all examples: arrays of one entry a window."""

    def __init__(self, examples, tokenised, most=24):
        spans, labels, weights = [], [], []
        rng = np.random.default_rng(1)
        for number, (example, (numbers, _, inside)) in enumerate(zip(examples, tokenised)):
            found = vectors.windows(len(numbers))
            if len(found) > most:
                found = [found[i] for i in sorted(rng.choice(len(found), most, replace=False))]
            if inside is not None and inside.sum():
                # A window is an attack where it holds most of it; one that holds a little of it is neither.
                need = min(0.7 * inside.sum(), 0.35 * vectors.BLOCK * vectors.WINDOW)
                shares = [inside[a:b].sum() for a, b in found]
                best = max(shares)
                for (a, b), share in zip(found, shares):
                    hit = share >= need or share == best
                    spans.append((number, a, b))
                    labels.append(1 if hit else -1)
                    weights.append(1.0 if hit else 0.0)
                hits = sum(1 for s in shares if s >= need or s == best)
                for back in range(1, len(found) + 1):
                    weights[-back] /= np.sqrt(hits)
                continue
            keep = set(range(len(found)))
            limit = TRAIN_WINDOWS_ATTACK if example.label else TRAIN_WINDOWS_BENIGN
            if len(found) > limit:
                keep = set(rng.choice(len(found), limit, replace=False).tolist())
            for at, (a, b) in enumerate(found):
                spans.append((number, a, b))
                labels.append(example.label)
                weights.append((1 / np.sqrt(len(keep)) if example.label else 1.0) if at in keep else 0.0)
        self.example = np.array([s[0] for s in spans])
        self.spans = spans
        self.label = np.array(labels)
        self.weight = np.array(weights) * np.array([examples[s[0]].weight for s in spans])


def _group(example):
    # What was written by hand is one family for leaving out, but each language and kind of it stands for itself.
    return example.source if example.family.startswith("written") else example.family


def family_weights(examples, windows, power=0.55):
    """A family counts by a power of its size, so that none drowns the others; attacks and benign text count alike."""
    key = np.array([f"{_group(e)}/{e.label}" for e in examples])[windows.example]
    weight = windows.weight.copy()
    for name in np.unique(key):
        chosen = key == name
        total = weight[chosen].sum()
        if total > 0:
            weight[chosen] *= total ** power / total
    weight[np.array([e.family == "written_languages" for e in examples])[windows.example]] *= LANGUAGE_SHARE
    for label in (0, 1):
        chosen = windows.label == label
        weight[chosen] *= 1 / weight[chosen].sum()
    weight[windows.label < 0] = 0
    return weight * (weight > 0).sum() / weight.sum()


def document_scores(windows, scores, count):
    """The highest score of each example's windows."""
    out = np.full(count, -np.inf)
    np.maximum.at(out, windows.example, scores)
    return out
