"""Examples as numbers: tokens, blocks, windows, and the sparse rows of the linear part.

A *block* is BLOCK tokens, the last one shorter. A *window* is up to WINDOW consecutive blocks and starts at each block
(windows that would only repeat the tail of the one before are left out). A text of at most WINDOW blocks is one window.
"""
import numpy as np
import scipy.sparse

import features

BLOCK = 32
WINDOW = 3
BUCKETS = 1 << 16
MOST_TOKENS = 4096  # of one example; training and evaluation see no more of a text

_MULTIPLIER = np.uint32(0x9E3779B1)


def mix(values):
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x7FEB352D)
    values = (values ^ (values >> np.uint32(15))) * np.uint32(0x846CA68B)
    return values ^ (values >> np.uint32(16))


def join(first, second):
    return mix(first * _MULTIPLIER + np.asarray(second, np.uint32))


class Words:
    """Every distinct word of all examples, numbered, with its hashes."""

    def __init__(self):
        self.index, self.list = {}, []

    def number(self, word):
        at = self.index.get(word)
        if at is None:
            at = self.index[word] = len(self.list)
            self.list.append(word)
        return at

    def finish(self, grams=True):
        self.hash = np.array([features.word_hash(w) for w in self.list], np.uint32)
        lists = [features.gram_hashes(w) if grams else () for w in self.list]
        self.gram_start = np.concatenate([[0], np.cumsum([len(g) for g in lists])]).astype(np.int64)
        self.grams = np.array([h for g in lists for h in g], np.uint32)


def tokenise(examples, words):
    """Per example (word numbers, starts-a-sentence flags, label per token)."""
    out = []
    for example in examples:
        data = example.text.encode("utf-8", "replace")
        if len(data) > 40 * MOST_TOKENS:
            data = data[:40 * MOST_TOKENS]
        found = features.tokens(data)[:MOST_TOKENS]
        inside = None
        if example.span:
            first = len(example.text[:example.span[0]].encode())
            last = len(example.text[:example.span[1]].encode())
            inside = np.array([first <= t[1] and t[2] <= last for t in found], bool)
        elif example.outside:
            marks, at = [], 0
            for line in example.text.split("\n"):
                size = len(line.encode("utf-8", "replace")) + 1
                marks.append((at, at + size, line.strip() not in example.outside))
                at += size
            edges = np.array([m[0] for m in marks])
            spots = np.searchsorted(edges, [t[1] for t in found], side="right") - 1
            inside = np.array([marks[i][2] for i in spots], bool)
        out.append((np.array([words.number(t[0]) for t in found], np.int32), np.array([t[3] for t in found], bool), inside))
    return out


def windows(count):
    """[(first token, one past the last)] of a text of `count` tokens."""
    blocks = -(-count // BLOCK)
    if blocks <= WINDOW:
        return [(0, count)]
    return [(b * BLOCK, min(count, (b + WINDOW) * BLOCK)) for b in range(blocks - WINDOW + 1)]


def token_features(numbers, fresh, words):
    """Hashes of every feature, and the token each belongs to."""
    here = words.hash[numbers]
    start = np.uint32(features.START)
    one = np.concatenate([[start], here[:-1]]).astype(np.uint32) if len(here) else here
    one[fresh] = start
    two = np.concatenate([[start], one[:-1]]).astype(np.uint32) if len(here) else here
    two[fresh] = start
    position = np.arange(len(here))
    pair = join(one, here)
    hashes = [here, mix(pair + np.uint32(features.PAIR)), mix(join(two, here) + np.uint32(features.SKIP)),
              mix(join(two, pair) + np.uint32(features.TRIPLE))]
    owner = [position] * 4
    if len(words.grams):
        sizes = words.gram_start[numbers + 1] - words.gram_start[numbers]
        index = np.repeat(words.gram_start[numbers] - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes) + np.arange(sizes.sum())
        hashes.append(words.grams[index])
        owner.append(np.repeat(position, sizes))
    return np.concatenate(hashes), np.concatenate(owner)


def sparse_rows(tokenised, spans, words, buckets=BUCKETS):
    """CSR matrix, a row a span (example, first, last): counts over the square root of how many there are."""
    indptr, indices, data = [0], [], []
    last, hashes, owner = None, None, None
    shift = np.uint32(32 - buckets.bit_length() + 1)
    for example, first, stop in spans:
        if example != last:
            numbers, fresh, _ = tokenised[example]
            hashes, owner = token_features(numbers, fresh, words)
            hashes = hashes >> shift
            last = example
        chosen = hashes[(owner >= first) & (owner < stop)]
        columns, counts = np.unique(chosen, return_counts=True)
        indices.append(columns.astype(np.int32))
        data.append((counts / np.sqrt(max(1, len(chosen)))).astype(np.float32))
        indptr.append(indptr[-1] + len(columns))
    return scipy.sparse.csr_matrix((np.concatenate(data), np.concatenate(indices), np.array(indptr)), shape=(len(spans), buckets))
