"""The exchange algorithm (`wordvec_toolkit.lm.mixed.classes`)."""

import numpy as np

from . import kernel


@kernel
def exchange(indptr, indices, data, order, logs, classes, joint, totals, sizes):
    """Move each word once to the class where the objective is highest; return how many moved.

    The objective is the sum of n log n over `joint`, less that over `totals`.  `logs` holds
    n log n; `joint` (n_features, n_classes), `totals` and `sizes` (n_classes,) belong to `classes`
    and are kept up to date.
    """
    n_classes = len(totals)
    gains = np.empty(n_classes)
    moved = 0
    for word in order:
        first, last = indptr[word], indptr[word + 1]
        old = classes[word]
        if first == last or sizes[old] == 1:
            continue
        count = np.int64(0)
        for i in range(first, last):
            joint[indices[i], old] -= data[i]
            count += data[i]
        totals[old] -= count
        for c in range(n_classes):
            gains[c] = logs[totals[c]] - logs[totals[c] + count]
        for i in range(first, last):
            row = joint[indices[i]]
            more = data[i]
            for c in range(n_classes):
                gains[c] += logs[row[c] + more] - logs[row[c]]
        best = old
        for c in range(n_classes):
            if gains[c] > gains[best] + 1e-9:
                best = c
        for i in range(first, last):
            joint[indices[i], best] += data[i]
        totals[best] += count
        if best != old:
            sizes[old] -= 1
            sizes[best] += 1
            classes[word] = best
            moved += 1
    return moved
