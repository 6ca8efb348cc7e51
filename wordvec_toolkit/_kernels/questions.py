"""Answer analogy questions from a panel of similarities, while it lies in the cache."""

import numpy as np

from . import kernel

_MAGNITUDE = np.int32(0x7FFFFFFF)
_SIGN_BIT = np.int32(31)


@kernel
def answer_panel(
    cosines,
    places,
    pairs,
    starts,
    thirds,
    left_out,
    multiply,
    scale,
    offset,
    epsilon,
    best,
    answers,
):
    """Look for better answers to the questions ``a : b :: c : ?`` among the words of a panel.

    What a and b contribute is computed once for all the questions that begin with them.

    Parameters
    ----------
    cosines : float32 array (n_distinct, width)
        Cosines of the questions' distinct words with `width` words of the vocabulary.
    places : int64 array (width,)
        The ids of these words, ascending.
    pairs : int64 array (n_pairs, 2)
        Rows of `cosines` of a and b.
    starts : int64 array (n_pairs + 1,)
        Questions ``starts[i]:starts[i + 1]`` begin with pair i.
    thirds : int64 array (n,)
        Rows of `cosines` of c.
    left_out : int64 array (n, m)
        Word ids that cannot be the answer, such as a, b and c; -1 for none.
    multiply : bool
        3CosMul in place of 3CosAdd.
    scale, offset, epsilon : float32
        3CosMul takes ``scale * cosine + offset``, and adds epsilon to its denominator.
    best, answers : float32 and int64 arrays (n,)
        The best scores so far and their words, updated; the smallest id wins a tie if panels come
        in order.

    Notes
    -----
    The largest score is found without branches, on bit patterns made to order as integers: that
    the compiler turns into vector instructions, which it may not do with a maximum of floats.
    Only a score above the best so far, which is rare, is looked for word by word.
    """
    width = cosines.shape[1]
    if multiply:
        cosines = scale * cosines + offset
    lead = np.empty(width, np.float32)
    scores = np.empty(width, np.float32)
    patterns = scores.view(np.int32)
    top = np.empty(1, np.float32)
    top_pattern = top.view(np.int32)
    for pair in range(len(pairs)):
        a = pairs[pair, 0]
        b = pairs[pair, 1]
        if multiply:
            for j in range(width):
                lead[j] = cosines[b, j] / (cosines[a, j] + epsilon)
        else:
            for j in range(width):
                lead[j] = cosines[b, j] - cosines[a, j]
        for q in range(starts[pair], starts[pair + 1]):
            c = thirds[q]
            if multiply:
                for j in range(width):
                    scores[j] = lead[j] * cosines[c, j]
            else:
                for j in range(width):
                    scores[j] = lead[j] + cosines[c, j]
            largest = np.int32(-_MAGNITUDE)
            for j in range(width):
                pattern = patterns[j]
                largest = max(largest, pattern ^ ((pattern >> _SIGN_BIT) & _MAGNITUDE))
            top_pattern[0] = largest ^ ((largest >> _SIGN_BIT) & _MAGNITUDE)
            if top[0] <= best[q]:
                continue
            for j in range(width):
                place = places[j]
                if scores[j] > best[q]:
                    is_candidate = True
                    for k in range(left_out.shape[1]):
                        is_candidate &= place != left_out[q, k]
                    if is_candidate:
                        best[q] = scores[j]
                        answers[q] = place
