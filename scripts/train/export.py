"""The weights file: fixed layout, little-endian, integers where it matters for speed; and a reader that scores.

    offset  what
    0       magic "AEGISPI1"
    8       u32 version (1), u32 bytes of the whole file, u32 FNV-1a of everything from byte 20 on
    20      u32 log2 of the buckets, u32 filters, u32 places, u32 places before, u32 block, u32 window, u32 log2 of the
            slots, u32 rows, u32 calibration knots
    56      f32 linear scale, f32 linear bias, f32 threshold (logit), f32 out
    72      f32 head of the maxima [filters], f32 head of the means [filters]
    ...     f32 knots: (logit, confidence) pairs
    ...     i16 bias [filters]; i8 START of a sentence [places][filters]
    ...     i8 linear [buckets]
    ...     u32 slots: high 16 bits tag, low 16 bits row; 0 is empty
    ...     i8 rows [rows][places][filters]

Each part starts at a multiple of 64 bytes after byte 72. A word's hash h is looked up from slot `h & (slots - 1)` on,
slot by slot, until the tag equals `h >> 16` or a slot is empty.

Score of a window: linear = scale * sum / sqrt(features) + bias; filter f at token i = max(0, bias[f] + sum over places k
of row(word i + k - before)[k][f] (+ START[k][f] where that word starts a sentence)), words outside the text left out,
words outside the window counted; logit = linear + out + sum over f of head_max[f] * max + head_mean[f] * sum / max(8,
tokens). The maximum starts at 0, like the filters.
"""
import struct

import numpy as np

import features
import vectors

MAGIC = b"AEGISPI1"
VERSION = 2
SLOTS = 1 << 16


def fnv(data):
    """FNV-1a over 32-bit words, so that reading a file of megabytes takes no time."""
    value = 0x811C9DC5
    for word in np.frombuffer(data + b"\0" * (-len(data) % 4), "<u4").tolist():
        value = ((value ^ word) * 0x01000193) & 0xFFFFFFFF
    return value


def quantise(table, linear_weights, linear_bias, phrase, mix):
    """Everything of the model as numpy arrays with the types of the file. mix: logit = mix[0]*linear + mix[1]*phrase + mix[2]."""
    place = phrase["place"].astype(np.float64)  # [places][width + 1][filters]
    projected = np.einsum("vw,kwf->vkf", table.rows.astype(np.float64), place[:, :-1])
    start = place[:, -1]
    # One scale a filter: places are added up, so they must share it. Rare extremes are cut off, or they cost everyone.
    scale = np.maximum(np.quantile(np.abs(projected), 0.9998, axis=(0, 1)), np.abs(start).max(0)) / 127
    scale = np.maximum(scale, 1e-9)
    clip = lambda x: np.clip(np.rint(x), -127, 127).astype(np.int8)
    linear_weights = linear_weights * mix[0]
    linear_scale = np.quantile(np.abs(linear_weights[linear_weights != 0]), 0.9995) / 127
    return {
        "linear_scale": linear_scale, "linear_bias": linear_bias * mix[0], "out": phrase["out"] * mix[1] + mix[2],
        "head_max": (phrase["max"] * scale * mix[1]).astype(np.float32), "head_mean": (phrase["mean"] * scale * mix[1]).astype(np.float32),
        "bias": np.clip(np.rint(phrase["bias"] / scale), -30000, 30000).astype(np.int16), "start": clip(start / scale),
        "linear": clip(linear_weights / linear_scale), "rows": clip(projected / scale),
    }


def _slots(keys):
    slots = np.zeros(SLOTS, np.uint32)
    for value in sorted(keys):
        at = value & (SLOTS - 1)
        while slots[at]:
            at = (at + 1) & (SLOTS - 1)
        slots[at] = (value >> 16 << 16) | keys[value]
    return slots


def write(path, table, parts, threshold, knots, places_before):
    rows, places, filters = parts["rows"].shape
    slots = _slots(table.keys())
    body = struct.pack("<9I4f", vectors.BUCKETS.bit_length() - 1, filters, places, places_before, vectors.BLOCK, vectors.WINDOW,
                       SLOTS.bit_length() - 1, rows, len(knots), parts["linear_scale"], parts["linear_bias"], threshold, parts["out"])
    for part in (np.concatenate([parts["head_max"], parts["head_mean"]]), np.array(knots, np.float32), parts["bias"], parts["start"],
                 parts["linear"], slots, parts["rows"]):
        body += b"\0" * (-(20 + len(body)) % 64) + np.ascontiguousarray(part).astype(part.dtype.newbyteorder("<")).tobytes()
    body += b"\0" * (-(20 + len(body)) % 64)
    path.write_bytes(MAGIC + struct.pack("<3I", VERSION, 20 + len(body), fnv(body)) + body)


class Model:
    """Reads a weights file and scores texts, as plainly as possible: what the C++ is tested against."""

    def __init__(self, path):
        data = path.read_bytes()
        version, size, check = struct.unpack_from("<3I", data, 8)
        if data[:8] != MAGIC or version != VERSION or size != len(data) or check != fnv(data[20:]):
            raise ValueError(f"{path} is no weights file of version {VERSION}, or damaged")
        (bits, filters, places, self.before, self.block, self.window, slot_bits, rows, knots, self.scale, self.bias, self.threshold,
         self.out) = struct.unpack_from("<9I4f", data, 20)
        at = 72

        def take(kind, *shape):
            nonlocal at
            at += -at % 64
            found = np.frombuffer(data, kind, int(np.prod(shape)), at).reshape(shape)
            at += found.nbytes
            return found

        self.head_max, self.head_mean = take("<f4", 2, filters)
        self.knots = take("<f4", knots, 2)
        self.filter_bias = take("<i2", filters)
        self.start = take("<i1", places, filters)
        self.linear = take("<i1", 1 << bits)
        self.slots = take("<u4", 1 << slot_bits)
        self.rows = take("<i1", rows, places, filters)
        self.shift = 32 - bits

    def _find(self, value):
        at = value & (len(self.slots) - 1)
        while self.slots[at]:
            if int(self.slots[at]) >> 16 == value >> 16:
                return int(self.slots[at]) & 0xFFFF
            at = (at + 1) & (len(self.slots) - 1)
        return 0

    def row(self, word):
        found = self._find(features.word_hash(word))
        if not found and len(word) > features.PREFIX:
            found = self._find(features.stem_hash(word))
        return found

    def windows(self, data):
        """[(start byte, end byte, logit)] of the windows of the bytes `data`."""
        found = features.tokens(data)
        if not found:
            return []
        count = len(found)
        rows = np.stack([self.rows[self.row(t[0])] for t in found]).astype(np.int64)
        rows[[i for i, t in enumerate(found) if t[3]]] += self.start
        value = np.zeros((count, rows.shape[2]), np.int64)
        for k in range(rows.shape[1]):
            offset = k - self.before
            first, last = max(0, -offset), min(count, count - offset)
            if first < last:
                value[first:last] += rows[first + offset:last + offset, k]
        value = np.maximum(value + self.filter_bias, 0)
        sums, sizes = np.zeros(count, np.int64), np.zeros(count, np.int64)
        one = two = features.START
        for i, (word, _, _, fresh) in enumerate(found):
            here = features.word_hash(word)
            if fresh:
                one = two = features.START
            pair = features.join(one, here)
            hashes = [here, features.mix((pair + features.PAIR) & features.MASK), features.mix((features.join(two, here) + features.SKIP) & features.MASK),
                      features.mix((features.join(two, pair) + features.TRIPLE) & features.MASK)]
            sums[i] = sum(int(self.linear[h >> self.shift]) for h in hashes)
            sizes[i] = len(hashes)
            two, one = one, here
        blocks = -(-count // self.block)
        starts = [0] if blocks <= self.window else range(blocks - self.window + 1)
        out = []
        for b in starts:
            first, last = b * self.block, min(count, (b + self.window) * self.block)
            logit = float(np.float64(self.scale) * sums[first:last].sum() / np.sqrt(sizes[first:last].sum()) + np.float64(self.bias) + np.float64(self.out))
            logit += float((self.head_max.astype(np.float64) * value[first:last].max(0)).sum())
            logit += float((self.head_mean.astype(np.float64) * value[first:last].sum(0)).sum() / max(8, last - first))
            out.append((found[first][1], found[last - 1][2], logit))
        return out

    def confidence(self, logit):
        """Piecewise linear between the knots, constant beyond them."""
        return float(np.interp(logit, self.knots[:, 0], self.knots[:, 1]))
