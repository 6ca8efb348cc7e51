"""Loss of a softmax and its gradient in one go (`wordvec_toolkit.neural.recurrent.fast_loss`)."""

import numpy as np

from . import reordering_kernel
from .bfloat16 import exp32, rounded, widened


@reordering_kernel
def loss_and_gradient(logits, bias, targets, smoothing, row, bias_gradient):
    """Sum the cross-entropy of the targets; put the gradient of that in place of the logits.

    Parameters
    ----------
    logits : uint16 array (n, n_words)
        bfloat16, without the bias.
    bias : float32 array (n_words,)
        Words of -inf are impossible.
    targets : int32 array (n,)
        Negative ones are skipped.
    smoothing : float
        Share of a target's probability that is spread evenly over all possible words.
    row : float32 array (n_words,)
        Scratch.
    bias_gradient : float32 array (n_words,)
        Added to.
    """
    total = 0.0
    n_possible = 0
    for word in range(len(bias)):
        n_possible += bias[word] > np.float32(-np.inf)
    spread = np.float32(smoothing / n_possible)
    kept = np.float32(1.0 - smoothing)
    for at in range(len(targets)):
        own, target = logits[at], targets[at]
        if target < 0:
            own[:] = 0
            continue
        highest = np.float32(-np.inf)
        for word in range(len(own)):
            row[word] = widened(own[word]) + bias[word]
        for word in range(len(own)):
            highest = max(highest, row[word])
        if smoothing > 0:
            others = np.float32(0.0)
            for word in range(len(own)):
                others += row[word] if bias[word] > np.float32(-np.inf) else np.float32(0.0)
            total += highest - kept * row[target] - spread * others
        else:
            total += highest - row[target]
        mass = np.float32(0.0)
        for word in range(len(own)):
            row[word] = exp32(row[word] - highest)
        for word in range(len(own)):
            mass += row[word]
        total += np.log(mass)
        share = np.float32(1.0) / mass
        row[target] -= kept * mass
        for word in range(len(own)):
            slope = row[word] * share
            if bias[word] > np.float32(-np.inf):
                slope -= spread
            bias_gradient[word] += slope
            own[word] = rounded(slope)
    return total
