"""The phrase part: a one-layer convolution over fixed word vectors, pooled over a window.

At token i filter f sees the words i-2 .. i+1. Because the word vectors are fixed, what each word adds to each filter
at each of the four places is computed once and stored; at run time a filter is four table look-ups and three
additions. Filters are pooled twice over a window, as their maximum and as their mean; a linear head gives the logit.

The word vectors come from a sentence encoder that has never seen an attack labelled as such, so "disregard earlier
directives" is near "ignore previous instructions" before training begins.
"""
import functools

import jax
import jax.numpy as jnp
import numpy as np

PLACES = 4  # words i-2, i-1, i, i+1
BEFORE = 2


def initial(rng, width, filters):
    scale = 1.0 / np.sqrt(width * 2)
    return {
        "place": jnp.asarray(rng.normal(0, scale, (PLACES, width, filters)), jnp.float32),
        "bias": jnp.zeros(filters),
        "max": jnp.asarray(rng.normal(0, 0.3, filters), jnp.float32),
        "mean": jnp.zeros(filters),
        "out": jnp.asarray(-1.0),
    }


def forward(p, vectors, mask):
    """Logits of windows: vectors (n, tokens, width), mask (n, tokens)."""
    length = vectors.shape[1]
    each = jnp.einsum("ntw,kwf->kntf", vectors, p["place"])
    padded = jnp.pad(each, ((0, 0), (0, 0), (BEFORE, PLACES - 1 - BEFORE), (0, 0)))
    total = sum(padded[k, :, k:k + length] for k in range(PLACES))
    active = jax.nn.relu(total + p["bias"]) * mask[:, :, None]
    top = active.max(1)
    mean = active.sum(1) / jnp.maximum(mask.sum(1), 8.0)[:, None]
    return top @ p["max"] + mean @ p["mean"] + p["out"]


def _loss(p, vectors, mask, target, weight, decay):
    z = forward(p, vectors, mask)
    # Labels are a little wrong everywhere; smoothing keeps single windows from shouting.
    soft = target * 0.97 + 0.015
    fit = weight * (jnp.logaddexp(0, z) - soft * z)
    return fit.mean() + decay * sum((p[k] ** 2).sum() for k in ("place", "max", "mean"))


@functools.partial(jax.jit, static_argnames=("decay",))
def _step(p, m, v, t, table, ids, fresh, mask, keep, target, weight, rate, decay):
    vectors = gather(table, ids, fresh) * keep[:, :, None]
    grads = jax.grad(_loss)(p, vectors, mask, target, weight, decay)
    m = jax.tree.map(lambda a, g: 0.9 * a + 0.1 * g, m, grads)
    v = jax.tree.map(lambda a, g: 0.99 * a + 0.01 * g * g, v, grads)
    p = jax.tree.map(lambda w, a, b: w - rate * (a / (1 - 0.9 ** t)) / (jnp.sqrt(b / (1 - 0.99 ** t)) + 1e-7), p, m, v)
    return p, m, v


def gather(table, ids, fresh):
    """Word vectors with one number more: whether the word starts a sentence. Row 0 is padding and all zero."""
    return jnp.concatenate([table[ids], (fresh * (ids > 0))[:, :, None]], -1)


@jax.jit
def _scores(p, table, ids, fresh, mask):
    return forward(p, gather(table, ids, fresh), mask)


def _batches(lengths, order, size):
    """Batches of windows of like length, so that little of a batch is padding."""
    small = [i for i in order if lengths[i] <= 32]
    large = [i for i in order if lengths[i] > 32]
    out = [(part[at:at + size * (3 if width == 32 else 1)], width) for part, width in ((small, 32), (large, 96)) for at in range(0, len(part), size * (3 if width == 32 else 1))]
    return out


def train(table, ids, fresh, lengths, target, weight, seed, filters=24, epochs=4, size=128, rate=4e-3, decay=2e-5, dropout=0.1):
    rng = np.random.default_rng(seed)
    p = initial(rng, table.shape[1] + 1, filters)
    m = jax.tree.map(jnp.zeros_like, p)
    v = jax.tree.map(jnp.zeros_like, p)
    table = jnp.asarray(table)
    rows = np.flatnonzero(weight > 0)
    step, total = 0, None
    for epoch in range(epochs):
        batches = _batches(lengths, rng.permutation(rows), size)
        total = total or epochs * len(batches)
        for number in rng.permutation(len(batches)):
            chosen, width = batches[number]
            full = size * (3 if width == 32 else 1)
            pad = np.zeros(full, np.int64)
            pad[:len(chosen)] = chosen
            live = np.zeros(full, np.float32)
            live[:len(chosen)] = 1
            step += 1
            mask = np.arange(width)[None] < lengths[pad][:, None]
            keep = (rng.random((full, width)) > dropout).astype(np.float32)
            p, m, v = _step(p, m, v, step, table, ids[pad, :width], fresh[pad, :width], mask.astype(np.float32), keep, target[pad].astype(np.float32),
                            (weight[pad] * live).astype(np.float32), rate * 0.5 * (1 + np.cos(np.pi * step / total)), decay)
    return jax.tree.map(np.asarray, p)


def score(p, table, ids, fresh, lengths, rows, size=512):
    out = np.zeros(len(lengths), np.float32)
    table = jnp.asarray(table)
    for chosen, width in _batches(lengths, rows, size):
        full = size * (3 if width == 32 else 1)
        pad = np.zeros(full, np.int64)
        pad[:len(chosen)] = chosen
        mask = (np.arange(width)[None] < lengths[pad][:, None]).astype(np.float32)
        out[chosen] = np.asarray(_scores(p, table, ids[pad, :width], fresh[pad, :width], mask))[:len(chosen)]
    return out
