"""Logistic regression on the sparse rows: AdaGrad, seeded, a few passes; seconds where a solver takes minutes."""
import numba
import numpy as np


@numba.njit(cache=True, fastmath=False)
def _passes(indptr, indices, data, target, weight, order, rate, l2, w, squares, bias):
    bias_squares = 1e-6
    for step in range(order.shape[0]):
        row = order[step]
        first, last = indptr[row], indptr[row + 1]
        z = bias
        for k in range(first, last):
            z += w[indices[k]] * data[k]
        error = (1.0 / (1.0 + np.exp(-z)) - target[row]) * weight[row]
        for k in range(first, last):
            j = indices[k]
            g = error * data[k] + l2 * w[j] * weight[row]
            squares[j] += g * g
            w[j] -= rate * g / np.sqrt(squares[j] + 1e-6)
        bias_squares += error * error
        bias -= rate * error / np.sqrt(bias_squares)
    return bias


def fit(matrix, target, weight, seed, passes=6, rate=0.15, l2=3e-4):
    """(weights, bias); the weights are averaged over the last half of the passes, which steadies them."""
    rng = np.random.default_rng(seed)
    w, squares = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
    bias, kept, kept_bias, count = 0.0, np.zeros(matrix.shape[1]), 0.0, 0
    rows = np.flatnonzero(weight > 0)
    for number in range(passes):
        order = rng.permutation(rows)
        bias = _passes(matrix.indptr, matrix.indices, matrix.data, target.astype(np.float64), weight.astype(np.float64), order, rate, l2, w, squares, bias)
        if number >= passes // 2:
            kept, kept_bias, count = kept + w, kept_bias + bias, count + 1
    return kept / count, kept_bias / count
