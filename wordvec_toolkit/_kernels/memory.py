"""A step of the memory of a Neural Turing machine, and its gradient.

Called by `wordvec_toolkit.neural.turing.fast_memory`.  Of B sequences side by side; a memory has M
rows of N slots, so that loops over slots run along rows.  What the controller asks of a head is a
key of M numbers, a strength, a gate, three shifts and a sharpness; of the reading head, then of the
writing one, then M numbers to erase and M to add.  Equations are those of `TuringMachine`.
"""

import numpy as np

from . import part_of_kernels, reordering_kernel
from .bfloat16 import exp32, sigmoid32, tanh32

_ONE = np.float32(1.0)
_LEAST = np.float32(1e-12)  # added to shifted weights, whose logarithm is taken
_SHORTEST = np.float32(1e-8)  # of a vector, in a cosine


@part_of_kernels
def softplus32(x):
    """Return ln(1 + e^x)."""
    return max(x, np.float32(0.0)) + np.float32(np.log1p(exp32(-abs(x))))


@part_of_kernels
def _shares_of_shifts(asked, width):
    """Return how much of a head goes back, stays and goes on."""
    highest = max(asked[width + 2], asked[width + 3], asked[width + 4])
    back = exp32(asked[width + 2] - highest)
    stay = exp32(asked[width + 3] - highest)
    on = exp32(asked[width + 4] - highest)
    return back / (back + stay + on), stay / (back + stay + on), on / (back + stay + on)


@part_of_kernels
def _address(asked, before, memory, kept, looks):
    """Fill `looks` (N,), and `kept` (4, N): 1 / length of each slot, cosine, content, shifted."""
    width, n_slots = memory.shape
    lengths, alike, content, shifted = kept[0], kept[1], kept[2], kept[3]
    lengths[:] = 0
    alike[:] = 0
    key_length = np.float32(0.0)
    for j in range(width):
        number, row = tanh32(asked[j]), memory[j]
        key_length += number * number
        for n in range(n_slots):
            lengths[n] += row[n] * row[n]
        for n in range(n_slots):
            alike[n] += number * row[n]
    by_key = _ONE / max(np.float32(np.sqrt(key_length)), _SHORTEST)
    strength = softplus32(asked[width])
    highest = np.float32(-np.inf)
    for n in range(n_slots):
        lengths[n] = _ONE / max(np.float32(np.sqrt(lengths[n])), _SHORTEST)
    for n in range(n_slots):
        alike[n] *= lengths[n] * by_key
    for n in range(n_slots):
        highest = max(highest, alike[n])
    mass = np.float32(0.0)
    for n in range(n_slots):
        content[n] = exp32(strength * (alike[n] - highest))
    for n in range(n_slots):
        mass += content[n]
    share = sigmoid32(asked[width + 1])
    for n in range(n_slots):
        content[n] /= mass
        looks[n] = share * content[n] + (_ONE - share) * before[n]
    back, stay, on = _shares_of_shifts(asked, width)
    for n in range(1, n_slots - 1):
        shifted[n] = back * looks[n + 1] + stay * looks[n] + on * looks[n - 1]
    last = n_slots - 1
    shifted[0] = back * looks[1 % n_slots] + stay * looks[0] + on * looks[last]
    shifted[last] = back * looks[0] + stay * looks[last] + on * looks[(last - 1) % n_slots]
    sharpness = _ONE + softplus32(asked[width + 5])
    mass = np.float32(0.0)
    for n in range(n_slots):
        looks[n] = shifted[n] + _LEAST
    for n in range(n_slots):
        looks[n] = exp32(sharpness * np.float32(np.log(looks[n])))
    for n in range(n_slots):
        mass += looks[n]
    for n in range(n_slots):
        looks[n] /= mass


@part_of_kernels
def _address_back(
    asked, before, memory, kept, looks, slopes, around, of_asked, of_before, of_memory
):
    """Fill the gradients by what was asked and by the looks before; add that by the memory.

    `slopes` (N,), the gradient by `looks`, is overwritten; `around` (N + 2,) is scratch.
    """
    width, n_slots = memory.shape
    lengths, alike, content, shifted = kept[0], kept[1], kept[2], kept[3]
    share = sigmoid32(asked[width + 1])
    back, stay, on = _shares_of_shifts(asked, width)
    sharpness = _ONE + softplus32(asked[width + 5])
    mean = np.float32(0.0)
    for n in range(n_slots):
        mean += looks[n] * slopes[n]
    of_sharpness = np.float32(0.0)
    for n in range(n_slots):
        slopes[n] = looks[n] * (slopes[n] - mean)
    for n in range(n_slots):
        of_sharpness += slopes[n] * np.float32(np.log(shifted[n] + _LEAST))
    for n in range(n_slots):
        of_before[n] = shifted[n] + _LEAST
    for n in range(n_slots):
        of_before[n] = sharpness / of_before[n]
    for n in range(n_slots):
        around[n + 1] = slopes[n] * of_before[n]
    around[0], around[n_slots + 1] = around[n_slots], around[1]
    of_asked[width + 5] = of_sharpness * sigmoid32(asked[width + 5])
    # `mixed`, and what comes back to it from the slots that it was shifted to.
    for n in range(n_slots):
        of_before[n] = back * around[n] + stay * around[n + 1] + on * around[n + 2]
    of_back = of_stay = of_on = of_share = mean = np.float32(0.0)
    for n in range(n_slots):
        mixed = share * content[n] + (_ONE - share) * before[n]
        of_back += around[n] * mixed
        of_stay += around[n + 1] * mixed
        of_on += around[n + 2] * mixed
        of_share += of_before[n] * (content[n] - before[n])
        mean += of_before[n] * content[n]
    middle = back * of_back + stay * of_stay + on * of_on
    of_asked[width + 2] = back * (of_back - middle)
    of_asked[width + 3] = stay * (of_stay - middle)
    of_asked[width + 4] = on * (of_on - middle)
    of_asked[width + 1] = of_share * share * (_ONE - share)
    strength = softplus32(asked[width])
    of_strength = np.float32(0.0)
    for n in range(n_slots):
        slopes[n] = share * content[n] * (of_before[n] - mean)
        of_before[n] *= _ONE - share
    for n in range(n_slots):
        of_strength += slopes[n] * alike[n]
    for n in range(n_slots):
        slopes[n] *= strength * lengths[n]
    toward = strength * of_strength
    of_asked[width] = of_strength * sigmoid32(asked[width])
    key_length = np.float32(0.0)
    for j in range(width):
        key_length += tanh32(asked[j]) * tanh32(asked[j])
    by_key = _ONE / max(np.float32(np.sqrt(key_length)), _SHORTEST)
    for j in range(width):
        number, row, of_row = tanh32(asked[j]), memory[j], of_memory[j]
        of_number = np.float32(0.0)
        for n in range(n_slots):
            of_number += slopes[n] * row[n]
        for n in range(n_slots):
            of_row[n] += slopes[n] * (number * by_key - row[n] * lengths[n] * alike[n])
        of_asked[j] = by_key * (of_number - number * by_key * toward) * (_ONE - number * number)


@reordering_kernel
def step_forward(asked, before, memory, after, kept, looks, read):
    """Write, then read, in each of B sequences.

    memory' = memory (1 - w e) + w a, e = sigmoid, a = tanh of what is asked; r = w' memory'.

    Parameters
    ----------
    asked : float32 array (B, 4 M + 12)
    before, looks : float32 array (2, B, N)
        Where the reading and the writing head looked, and, filled in, where they look.
    memory, after : float32 array (B, M, N)
        Before, and, filled in, after the step.
    kept : float32 array (2, B, 4, N)
        What `step_backward` needs, filled in.
    read : float32 array (B, M)
        Filled in.
    """
    width, n_slots = memory.shape[1:]
    n_address = width + 6
    for at in range(len(asked)):
        own, old, new, written = asked[at], memory[at], after[at], looks[1, at]
        _address(own[n_address:], before[1, at], old, kept[1, at], written)
        for j in range(width):
            erased = sigmoid32(own[2 * n_address + j])
            added = tanh32(own[2 * n_address + width + j])
            old_row, new_row = old[j], new[j]
            for n in range(n_slots):
                new_row[n] = old_row[n] + written[n] * (added - erased * old_row[n])
        _address(own, before[0, at], new, kept[0, at], looks[0, at])
        seen = looks[0, at]
        for j in range(width):
            total, row = np.float32(0.0), new[j]
            for n in range(n_slots):
                total += seen[n] * row[n]
            read[at, j] = total


@reordering_kernel
def step_backward(
    asked, before, memory, after, kept, looks, of_looks, of_after, of_read, of_asked, of_before
):
    """Make of the gradients by what a step has filled in those by what it was given.

    Parameters
    ----------
    asked, before, memory, after, kept, looks : arrays
        As `step_forward` left them.
    of_looks : float32 array (2, B, N)
        The gradient by `looks`; overwritten.
    of_after : float32 array (B, M, N)
        The gradient by `after`; replaced by that by `memory`.
    of_read : float32 array (B, M)
    of_asked, of_before : float32 arrays, as `asked` and `before`
        Filled in.
    """
    width, n_slots = memory.shape[1:]
    n_address = width + 6
    around = np.empty(n_slots + 2, np.float32)
    for at in range(len(asked)):
        own, of_own, slopes = asked[at], of_asked[at], of_after[at]
        old, new, seen, written = memory[at], after[at], looks[0, at], looks[1, at]
        of_seen, of_written = of_looks[0, at], of_looks[1, at]
        for j in range(width):
            slope, row, slope_row = of_read[at, j], new[j], slopes[j]
            for n in range(n_slots):
                of_seen[n] += slope * row[n]
                slope_row[n] += slope * seen[n]
        _address_back(
            own,
            before[0, at],
            new,
            kept[0, at],
            seen,
            of_seen,
            around,
            of_own,
            of_before[0, at],
            slopes,
        )
        for j in range(width):
            erased = sigmoid32(own[2 * n_address + j])
            added = tanh32(own[2 * n_address + width + j])
            of_erased = of_added = np.float32(0.0)
            row, slope_row = old[j], slopes[j]
            for n in range(n_slots):
                given = slope_row[n] * written[n]
                of_added += given
                of_erased -= given * row[n]
            for n in range(n_slots):
                of_written[n] += slope_row[n] * (added - erased * row[n])
                slope_row[n] -= erased * slope_row[n] * written[n]
            of_own[2 * n_address + j] = of_erased * erased * (_ONE - erased)
            of_own[2 * n_address + width + j] = of_added * (_ONE - added * added)
        _address_back(
            own[n_address:],
            before[1, at],
            old,
            kept[1, at],
            written,
            of_written,
            around,
            of_own[n_address:],
            of_before[1, at],
            slopes,
        )
