"""Loss of a softmax and its gradient in one go (`wordvec_toolkit.neural.recurrent.fast_loss`)."""

import numpy as np

from . import reordering_kernel
from .bfloat16 import exp32, rounded, widened


@reordering_kernel
def loss_and_gradient(logits, bias, targets, row, bias_gradient):
    """Sum -ln p of the targets; put the gradient of that in place of the logits.

    Parameters
    ----------
    logits : uint16 array (n, n_words)
        bfloat16, without the bias.
    bias : float32 array (n_words,)
    targets : int32 array (n,)
        Negative ones are skipped.
    row : float32 array (n_words,)
        Scratch.
    bias_gradient : float32 array (n_words,)
        Added to.
    """
    total = 0.0
    for at in range(len(targets)):
        own, target = logits[at], targets[at]
        if target < 0:
            own[:] = 0
            continue
        highest = np.float32(-np.inf)
        for word in range(len(own)):
            row[word] = widened(own[word]) + bias[word]
            highest = max(highest, row[word])
        total += highest - row[target]
        mass = np.float32(0.0)
        for word in range(len(own)):
            row[word] = exp32(row[word] - highest)
            mass += row[word]
        total += np.log(mass)
        share = np.float32(1.0) / mass
        row[target] -= mass
        for word in range(len(own)):
            slope = row[word] * share
            bias_gradient[word] += slope
            own[word] = rounded(slope)
    return total
