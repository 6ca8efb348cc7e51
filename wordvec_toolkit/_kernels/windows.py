"""Count the words inside the window, exactly, one target row at a time.

A *stream* is the text as the counting sees it: one number per token, the word's row, or
``n_words + GAP`` for a token that keeps its place but is no word (it still counts as distance), or
``n_words + BREAK`` where a sentence or document ends and no window may pass.  In 16 bits where that
suffices: windows are fetched from all over the stream, and half the bytes are half the misses.

Counting sort lists the positions of each word; a row is then counted by visiting its positions
and adding integer weights into a dense scratch row.  Rows do not depend on each other, so
threads need no locks, and integer sums do not depend on order: any number of threads gives the
same bits.

Indices are cast to unsigned in the innermost loops, which spares Numba the check for negative ones
(an eighth of the time).
"""

import numpy as np

from . import kernel

GAP = 0
BREAK = 1

# A scratch row's touched columns are marked in a bitmap with a second bitmap above it, so that
# they come out in ascending order without a sort and without a walk over the whole row.
_DEBRUIJN = np.uint64(0x03F79D71B4CB0A89)
_ONE = np.uint64(1)
_TOP = np.uint64(58)
_SIX = np.uint64(6)
_LOW = np.uint64(63)


def _bit_positions() -> np.ndarray:
    positions = np.zeros(64, np.int64)
    for bit in range(64):
        positions[((int(_DEBRUIJN) << bit) & 0xFFFFFFFFFFFFFFFF) >> 58] = bit
    return positions


_BIT_POSITION = _bit_positions()


@kernel
def random_unit(seed, position):
    """Return a number in [0, 1) that depends on `seed` and `position` alone (SplitMix64)."""
    z = np.uint64(seed) + np.uint64(position + 1) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return np.float64(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel
def fill_stream(
    ids,
    first_position,
    breaks,
    n_specials,
    n_words,
    keep_probability,
    seed,
    keep_gaps,
    keep_dropped,
    stream,
):
    """Write the stream of `ids` and return its length.

    Parameters
    ----------
    ids : int32 array
        Vocabulary ids of consecutive tokens; the first is at `first_position` of the corpus.
    breaks : int64 array
        Ascending positions, relative to `ids`, before which a window must stop.
    keep_probability : float64 array
        For each word the probability that subsampling keeps it; empty for no subsampling.
    keep_gaps, keep_dropped : bool
        Whether a token outside the vocabulary, and one that subsampling drops, keeps its place.
    stream : uint16 or int32 array
        At least ``len(ids) + len(breaks)`` long.
    """
    n = 0
    next_break = 0
    for i in range(len(ids)):
        while next_break < len(breaks) and breaks[next_break] <= i:
            stream[n] = n_words + BREAK
            n += 1
            next_break += 1
        word = ids[i] - n_specials
        if word < 0:
            if keep_gaps:
                stream[n] = n_words + GAP
                n += 1
        elif len(keep_probability) > 0 and (
            random_unit(seed, first_position + i) >= keep_probability[word]
        ):
            if keep_dropped:
                stream[n] = n_words + GAP
                n += 1
        else:
            stream[n] = word
            n += 1
    return n


@kernel
def sort_positions(stream, first, last, starts, positions):
    """Write the positions of each word in ``stream[first:last]``, ascending.

    `starts` (n_words + 1) delimits them: on return ``positions[starts[w]:starts[w + 1]]``
    belongs to word w.
    """
    starts[:] = 0
    n_words = len(starts) - 1
    for i in range(first, last):
        word = np.int64(stream[i])
        if word < n_words:
            starts[word + 1] += 1
    for word in range(n_words):
        starts[word + 1] += starts[word]
    for i in range(first, last):
        word = np.int64(stream[i])
        if word < n_words:
            positions[starts[word]] = i
            starts[word] += 1
    for word in range(n_words, 0, -1):
        starts[word] = starts[word - 1]
    starts[0] = 0


@kernel
def take_cells(scratch, marks, top_marks, indices, values, n_cells):
    """Move what is marked and not zero from `scratch` to the cells, columns ascending.

    Returns the number of cells; see `count_rows` for the arrays, which are left zero.
    """
    for top in range(len(top_marks)):
        top_bits = top_marks[top]
        top_marks[top] = 0
        while top_bits != 0:
            lowest = top_bits & (~top_bits + _ONE)
            top_bits ^= lowest
            middle = (top << 6) + _BIT_POSITION[np.int64((lowest * _DEBRUIJN) >> _TOP)]
            bits = marks[middle]
            marks[middle] = 0
            while bits != 0:
                lowest = bits & (~bits + _ONE)
                bits ^= lowest
                column = (middle << 6) + _BIT_POSITION[np.int64((lowest * _DEBRUIJN) >> _TOP)]
                if scratch[column] != 0:
                    indices[n_cells] = column
                    values[n_cells] = scratch[column]
                    scratch[column] = 0
                    n_cells += 1
    return n_cells


@kernel
def mark(column, marks, top_marks):
    """Mark a column; see `take_cells`."""
    marks[column >> 6] |= _ONE << (np.uint64(column) & _LOW)
    top_marks[column >> 12] |= _ONE << (np.uint64(column >> 6) & _LOW)


@kernel
def count_rows(
    stream,
    starts,
    positions,
    first_row,
    last_row,
    weights,
    n_contexts,
    look_left,
    look_right,
    right_shift,
    scratch,
    marks,
    top_marks,
    row_cells,
    indices,
    values,
):
    """Count rows ``first_row:last_row`` and return the number of cells written.

    Parameters
    ----------
    stream, starts, positions
        As `sort_positions` leaves them.
    weights : int64 array
        ``weights[d]`` is the integer weight at distance d; its length is the window plus one.
    n_contexts : int
        How many words count as contexts: the first, which are the most frequent.
    look_left, look_right : bool
        Which side of the target counts.
    right_shift : int
        Added to the column of a right context (`n_contexts` for split columns, else 0).
    scratch : int64 array, zero
        One place a column.  Left zero.
    marks, top_marks : uint64 arrays, zero
        A bit for each column, and a bit for each word of `marks`.  Left zero.
    row_cells : int64 array
        Receives the number of cells of each row.
    indices, values : int32, int64 arrays
        Receive the cells, row after row, columns ascending.
    """
    window = len(weights) - 1
    n_words = len(starts) - 1
    stop = n_words + BREAK
    n = len(stream)
    n_cells = 0
    for row in range(first_row, last_row):
        for k in range(starts[row], starts[row + 1]):
            here = positions[k]
            if look_left:
                for distance in range(1, min(window, here) + 1):
                    column = np.int64(stream[np.uintp(here - distance)])
                    if column >= n_contexts:
                        if column == stop:
                            break
                        continue
                    sum_before = scratch[np.uintp(column)]
                    if sum_before == 0:
                        mark(column, marks, top_marks)
                    scratch[np.uintp(column)] = sum_before + weights[np.uintp(distance)]
            if look_right:
                for distance in range(1, min(window, n - 1 - here) + 1):
                    column = np.int64(stream[np.uintp(here + distance)])
                    if column >= n_contexts:
                        if column == stop:
                            break
                        continue
                    column += right_shift
                    sum_before = scratch[np.uintp(column)]
                    if sum_before == 0:
                        mark(column, marks, top_marks)
                    scratch[np.uintp(column)] = sum_before + weights[np.uintp(distance)]
        cells_before = n_cells
        n_cells = take_cells(scratch, marks, top_marks, indices, values, n_cells)
        row_cells[row] = n_cells - cells_before
    return n_cells
