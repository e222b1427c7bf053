"""Which words the model knows, and their vectors.

English words are embedded by the encoder. Words that share their first five letters with known ones fall back on a
*stem* row; so do the words of other languages that English has borrowed or lent. The rest of what other languages say is
the linear part's.

No label takes part in choosing words: words by how often they occur in all examples, stems by how many words fall back
on them.
"""
import collections
import pathlib
import re

import numpy as np

import features
from encoder import Encoder

WIDTH = 96  # dimensions kept of the encoder's 384; holds two thirds of the variance
ENGLISH, STEMS = 20000, 5000


def _english(encoder, counts, cache):
    """(words, vectors): whole words of the encoder's vocabulary and frequent words of the examples."""
    words = {w for w in encoder.vocabulary if re.fullmatch("[a-z]{1,24}", w)}
    words |= {w for w, n in counts.items() if n >= 60 and re.fullmatch("[a-z]{1,24}", w)}
    kept = cache / "english.npz"
    known = {}
    if kept.exists():  # the encoder's answer for a word never changes, and takes minutes for all
        stored = np.load(kept)
        known = dict(zip(stored["words"].tolist(), stored["vectors"]))
    missing = sorted(words - known.keys())
    if missing:
        for word, vector in zip(missing, encoder.embed([encoder.pieces(w) for w in missing], batch=512)):
            known[word] = vector.astype(np.float16)
        names = sorted(known)
        np.savez(kept, words=np.array(names), vectors=np.stack([known[w] for w in names]))
    names = sorted(words)
    vectors = np.stack([known[w] for w in names]).astype(np.float32)
    centred = vectors - vectors.mean(0)
    values, axes = np.linalg.eigh(centred.T @ centred)
    reduced = centred @ axes[:, ::-1][:, :WIDTH]
    # The sign of an eigenvector is arbitrary; fix it, so that every machine gets the same table.
    reduced *= np.sign(reduced[np.abs(reduced).argmax(0), np.arange(WIDTH)])
    return names, reduced / np.sqrt((reduced ** 2).mean())


class Table:
    """rows[0] is the unknown word; `row(word)` as the C++ looks words up."""

    def __init__(self, cache, words, tokenised):
        cache = pathlib.Path(cache)
        tally = np.zeros(len(words.list))
        for numbers, _, _ in tokenised:
            tally += np.bincount(np.unique(numbers), minlength=len(words.list))  # in how many texts
        counts = dict(zip(words.list, tally.tolist()))
        names, vectors = _english(Encoder(cache / "encoder"), counts, cache)
        place = {w: i for i, w in enumerate(names)}
        by_count = sorted(names, key=lambda w: (-counts.get(w, 0), w))
        chosen = {w: vectors[place[w]] for w in by_count[:ENGLISH]}

        stems = collections.defaultdict(list)
        for word, vector in zip(names, vectors):
            if len(word) > features.PREFIX:
                stems[word[:features.PREFIX]].append(vector)
        need = collections.Counter()
        for word, count in counts.items():
            if word not in chosen and len(word) > features.PREFIX and word[:features.PREFIX] in stems:
                need[word[:features.PREFIX]] += count
        for stem, group in stems.items():
            need[stem] += 0.05 * len(group)
        self.words = sorted(chosen)
        self.stems = sorted(s for s, _ in sorted(need.items(), key=lambda item: (-item[1], item[0]))[:STEMS])
        self.rows = np.stack([np.zeros(WIDTH)] + [chosen[w] for w in self.words] + [np.mean(stems[s], 0) for s in self.stems]).astype(np.float32)
        self._word = {w: i + 1 for i, w in enumerate(self.words)}
        self._stem = {s: i + 1 + len(self.words) for i, s in enumerate(self.stems)}

    def row(self, word):
        at = self._word.get(word, 0)
        if at == 0 and len(word) > features.PREFIX:
            at = self._stem.get(word[:features.PREFIX], 0)
        return at

    def keys(self):
        """Hash to row of every entry, as exported."""
        out = {}
        for word, row in self._word.items():
            out.setdefault(features.word_hash(word), row)
        for stem, row in self._stem.items():
            out.setdefault(features.join(features.word_hash(stem), 5), row)
        return out
