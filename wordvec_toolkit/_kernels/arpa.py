"""Lines of ARPA files: log10 probability, words, log10 back-off weight; written and read.

Trees of n-grams are those of `wordvec_toolkit.counts.trie`; tables of words (`slots`, `arena`,
`ends`) those of `wordvec_toolkit._kernels.tokens`.
"""

import math

import numpy as np

from . import kernel
from .numbers import NO_NUMBER, NUMBER_SIZE, parse_double, write_number
from .tokens import HASH_PRIME, HASH_START, find_slot, hash_bytes
from .tries import child

_TAB, _NEWLINE, _RETURN, _SPACE, _MINUS, _ZERO, _NINE = 9, 10, 13, 32, 45, 48, 57
_LOG10_E = 1 / math.log(10)
_LN_10 = math.log(10)
#: How an ARPA file says "no probability at all", since SRILM.
NEVER = -99.0


@kernel
def _write_log10(natural, out, i):
    """Write a natural logarithm as log10, with the digits that restore a float32."""
    if natural == -np.inf:
        out[i] = _MINUS
        out[i + 1] = _NINE
        out[i + 2] = _NINE
        return i + 3
    value = np.float32(natural * _LOG10_E)
    if value == 0:
        out[i] = _ZERO
        return i + 1
    end = write_number(value, 0, out, i)
    return end if end >= 0 else write_number(value, 9, out, i)


@kernel
def _parent(children, place):
    """Return the n-gram that the one at `place` goes on from."""
    low = 0
    high = len(children) - 1
    while low < high:
        middle = (low + high) >> 1
        if children[middle + 1] <= place:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def format_ngrams(first, last, order, words, children, logprobs, backoffs, arena, ends, out):
    """Write the lines of n-grams of one order.

    Parameters
    ----------
    first, last : int
        Their places in the tree.
    words, children : int32 arrays
    logprobs, backoffs : float64 arrays
        Natural logarithms, none of them NaN; `backoffs` ends where the highest order begins.
    arena, ends : uint8, int64 arrays
        The words, in the order of their ids.
    out : uint8 array
        Receives the lines.

    Returns
    -------
    place, used
        The first n-gram that found no room, and how many bytes were written.
    """
    path = np.empty(order, np.int64)  # the n-gram and those that it goes on from
    path[order - 1] = first
    for k in range(order - 1, 0, -1):
        path[k - 1] = _parent(children, path[k])
    i = 0
    for place in range(first, last):
        path[order - 1] = place
        for k in range(order - 1, 0, -1):
            while children[path[k - 1] + 1] <= path[k]:
                path[k - 1] += 1
        size = order + 2 * NUMBER_SIZE + 3
        for k in range(order):
            word = words[path[k]]
            size += ends[word] - (ends[word - 1] if word > 0 else 0)
        if i + size > len(out):
            return place, i
        i = _write_log10(min(logprobs[place], 0.0), out, i)
        separator = _TAB
        for k in range(order):
            out[i] = separator
            i += 1
            separator = _SPACE
            word = words[path[k]]
            for j in range(ends[word - 1] if word > 0 else 0, ends[word]):
                out[i] = arena[j]
                i += 1
        if place < len(backoffs):
            out[i] = _TAB
            i = _write_log10(backoffs[place], out, i + 1)
        out[i] = _NEWLINE
        i += 1
    return last, i


@kernel
def _skip_blanks(text, i):
    while text[i] == _SPACE or text[i] == _TAB or text[i] == _RETURN:
        i += 1
    return i


@kernel
def _is_end(byte):
    return byte <= _SPACE and (
        byte == _SPACE or byte == _TAB or byte == _RETURN or byte == _NEWLINE
    )


@kernel
def _parse_log10(text, i):
    """Read a log10 value; return its natural logarithm, where it ends, and whether it is one."""
    value, i, quality = parse_double(text, i)
    fine = quality != NO_NUMBER and abs(value) < np.inf and _is_end(text[i])
    return -np.inf if value == NEVER else value * _LN_10, i, fine


@kernel
def _parse_tail(text, i):
    """Read what follows the words; like `_parse_log10`, `i` being after the line's end."""
    i = _skip_blanks(text, i)
    value = 0.0
    fine = True
    if text[i] != _NEWLINE:
        value, i, fine = _parse_log10(text, i)
        i = _skip_blanks(text, i)
        fine = fine and text[i] == _NEWLINE
    return value, i + 1, fine


@kernel
def parse_unigrams(text, i, n, line, logprobs, backoffs, starts, stops, lines):
    """Read lines of unigrams from byte `i` on; the first becomes the n-th.

    Parameters
    ----------
    text : uint8 array
        Whole lines.
    line : int
        The number of the line that begins at `i`.
    logprobs, backoffs : float64 arrays
        Receive natural logarithms.
    starts, stops : int64 arrays
        Receive where each word begins and ends in `text`.
    lines : int32 array
        Receives the number of each one's line.

    Returns
    -------
    i, n, line
        Where it went on to; `i` is the length of `text`, or the beginning of a line that is left
        to the caller.
    """
    while i < len(text):
        start = i
        i = _skip_blanks(text, i)
        if text[i] == _NEWLINE:
            i += 1
            line += 1
            continue
        logprob, i, fine = _parse_log10(text, i)
        if not fine or logprob > 0:
            return start, n, line
        i = _skip_blanks(text, i)
        first = i
        while not _is_end(text[i]):
            i += 1
        stop = i
        backoff, i, fine = _parse_tail(text, i)
        if not fine or stop == first:
            return start, n, line
        logprobs[n] = logprob
        backoffs[n] = backoff
        starts[n] = first
        stops[n] = stop
        lines[n] = line
        n += 1
        line += 1
    return i, n, line


@kernel
def parse_ngrams(text, i, n, line, slots, arena, ends, logprobs, backoffs, ids, lines):
    """Read lines of n-grams of one order from 2 on; see `parse_unigrams`.

    Parameters
    ----------
    ids : int32 array (n_most, order)
        Receives the words.
    """
    order = ids.shape[1]
    starts = np.zeros(order, np.int64)  # of the words in the line before
    stops = np.zeros(order, np.int64)
    while i < len(text):
        start = i
        i = _skip_blanks(text, i)
        if text[i] == _NEWLINE:
            i += 1
            line += 1
            continue
        logprob, i, fine = _parse_log10(text, i)
        if not fine or logprob > 0:
            return start, n, line
        for k in range(order):
            i = _skip_blanks(text, i)
            first = i
            # Neighbouring lines share words, which need not be looked up again.
            j = starts[k]
            while j < stops[k] and text[i] == text[j]:
                i += 1
                j += 1
            if j == stops[k] and j > starts[k] and _is_end(text[i]):
                ids[n, k] = ids[n - 1, k]
            else:
                i = first
                h = HASH_START  # as `hash_bytes`
                while not _is_end(text[i]):
                    h = (h ^ np.uint64(text[i])) * HASH_PRIME
                    i += 1
                if i == first:
                    return start, n, line
                word, _ = find_slot(h, text, first, i, slots, arena, ends)
                if word < 0:
                    return start, n, line
                ids[n, k] = word
            starts[k], stops[k] = first, i
        backoff, i, fine = _parse_tail(text, i)
        if not fine:
            return start, n, line
        logprobs[n] = logprob
        backoffs[n] = backoff
        lines[n] = line
        n += 1
        line += 1
    return i, n, line


@kernel
def find_histories(ids, by_words, words, children, keys):
    """Find the n-grams that others go on from.

    Parameters
    ----------
    ids : int32 array (n, order)
    by_words : int64 array (n,)
        The n-grams in an order in which those with the same first words are adjacent.
    words, children : int32 arrays
        The tree of the lower orders.
    keys : int64 array (n,)
        Receives the place of all words but the last, times 2^32, and the id of the last.

    Returns
    -------
    int
        The first n-gram whose history is not in the tree, or -1.
    """
    order = ids.shape[1]
    places = np.empty(order, np.int64)  # of the n-grams that the one before begins with
    before = np.full(order, -1, np.int64)
    missing = np.int64(-1)
    for n in by_words:
        k = 0
        while k < order - 1 and ids[n, k] == before[k]:
            k += 1
        while k < order - 1:
            word = np.int64(ids[n, k])
            place = word if k == 0 else child(words, children, places[k - 1], word)
            if place < 0:
                break
            places[k] = place
            before[k] = word
            k += 1
        if k < order - 1:
            before[k] = -1
            if missing < 0 or n < missing:
                missing = n
            continue
        keys[n] = (places[order - 2] << 32) | ids[n, order - 1]
    return missing


@kernel
def enter_words(slots, arena, ends, given):
    """Enter the words that are `given` into the empty table `slots`.

    Returns the first that is there already, or -1.

    `slots` has a power of two of places, at least twice as many as there are words.
    """
    begin = 0
    for word in range(len(ends)):
        if given[word]:
            h = hash_bytes(arena, begin, ends[word])
            there, slot = find_slot(h, arena, begin, ends[word], slots, arena, ends)
            if there >= 0:
                return word
            slots[slot] = word + 1
        begin = ends[word]
    return -1
