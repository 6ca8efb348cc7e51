"""A step of an LSTM and the loss of a softmax, written down as the equations have them."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step(inputs, recurrent, bias, cell):
    """i, f, o = sigmoid, g = tanh; c = f c' + i g; h = o tanh(c)."""
    parts = np.split(inputs + recurrent + bias, 4, axis=1)
    i, f, o = (sigmoid(parts[k]) for k in (0, 1, 3))
    g = np.tanh(parts[2])
    after = f * cell + i * g
    return np.concatenate([i, f, g, o], axis=1), after, o * np.tanh(after)


def lstm_step_slope(gates, cell_before, cell, slope, cell_slope):
    """The chain rule through `lstm_step`: by what goes into the gates, and by c'."""
    i, f, g, o = np.split(gates, 4, axis=1)
    by_cell = cell_slope + slope * o * (1 - np.tanh(cell) ** 2)
    by_gates = [
        by_cell * g * i * (1 - i),
        by_cell * cell_before * f * (1 - f),
        by_cell * i * (1 - g**2),
        slope * np.tanh(cell) * o * (1 - o),
    ]
    return np.concatenate(by_gates, axis=1), by_cell * f


def softmax_loss(logits, targets, smoothing=0.0):
    """Sum of -q ln p over the targets that are not negative, and its gradient by the logits.

    q is 1 - smoothing for the target, and shares smoothing among all words whose p is not 0.
    """
    total, slopes = 0.0, np.zeros_like(logits)
    for at, target in enumerate(targets):
        if target < 0:
            continue
        p = np.exp(logits[at] - logits[at].max())
        p /= p.sum()
        q = smoothing * (p > 0) / (p > 0).sum()
        q[target] += 1 - smoothing
        total -= (q[p > 0] * np.log(p[p > 0])).sum()
        slopes[at] = p - q
    return total, slopes
