"""all-MiniLM-L6-v2 in numpy: enough of it to embed single words and short phrases.

Reads model.safetensors and vocab.txt as fetch.py leaves them. No framework: the result depends on nothing but numpy.
"""
import json
import struct
import unicodedata

import numpy as np

HEADS = 12


def read_safetensors(path):
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            continue
        first, last = entry["data_offsets"]
        arrays[name] = np.frombuffer(data, np.float32, (last - first) // 4, 8 + size + first).reshape(entry["shape"])
    return arrays


class Encoder:
    def __init__(self, folder):
        self.weights = read_safetensors(folder / "model.safetensors")
        self.vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        self.ids = {piece: index for index, piece in enumerate(self.vocabulary)}

    def pieces(self, word):
        """WordPiece of one lower-case word: the longest known piece first; None where a part is unknown."""
        word = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn")
        out, at = [], 0
        while at < len(word):
            for stop in range(len(word), at, -1):
                piece = ("##" if at else "") + word[at:stop]
                if piece in self.ids:
                    out.append(self.ids[piece])
                    at = stop
                    break
            else:
                return None
        return out

    def embed(self, sequences, batch=256):
        """Mean-pooled sentence embeddings (n x 384, unit length) of lists of piece ids."""
        order = sorted(range(len(sequences)), key=lambda i: len(sequences[i]))
        out = np.zeros((len(sequences), 384), np.float32)
        at = 0
        while at < len(order):
            chunk = order[at:at + batch]
            length = max(len(sequences[i]) for i in chunk) + 2
            ids = np.zeros((len(chunk), length), np.int64)
            mask = np.zeros((len(chunk), length), np.float32)
            for row, i in enumerate(chunk):
                full = [self.ids["[CLS]"], *sequences[i], self.ids["[SEP]"]]
                ids[row, :len(full)] = full
                mask[row, :len(full)] = 1
            hidden = self._forward(ids, mask)
            pooled = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
            out[chunk] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
            at += batch
        return out

    def _norm(self, x, name):
        mean = x.mean(-1, keepdims=True)
        spread = ((x - mean) ** 2).mean(-1, keepdims=True)
        return (x - mean) / np.sqrt(spread + 1e-12) * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def _linear(self, x, name):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def _forward(self, ids, mask):
        w = self.weights
        count, length = ids.shape
        x = (w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:length]
             + w["embeddings.token_type_embeddings.weight"][0])
        x = self._norm(x, "embeddings.LayerNorm")
        bias = (1 - mask)[:, None, None, :] * -1e9
        layer = 0
        while f"encoder.layer.{layer}.output.dense.weight" in w:
            base = f"encoder.layer.{layer}."

            def heads(kind):
                return self._linear(x, base + "attention.self." + kind).reshape(count, length, HEADS, -1).transpose(0, 2, 1, 3)

            query, key, value = heads("query"), heads("key"), heads("value")
            score = query @ key.transpose(0, 1, 3, 2) / np.sqrt(query.shape[-1]) + bias
            score = np.exp(score - score.max(-1, keepdims=True))
            score /= score.sum(-1, keepdims=True)
            mixed = (score @ value).transpose(0, 2, 1, 3).reshape(count, length, -1)
            x = self._norm(x + self._linear(mixed, base + "attention.output.dense"), base + "attention.output.LayerNorm")
            inner = self._linear(x, base + "intermediate.dense")
            # The tanh form of GELU is within 1e-3 of the exact one, and needs no scipy.
            inner = 0.5 * inner * (1 + np.tanh(0.7978845608 * (inner + 0.044715 * inner * inner * inner)))
            x = self._norm(x + self._linear(inner, base + "output.dense"), base + "output.LayerNorm")
            layer += 1
        return x
