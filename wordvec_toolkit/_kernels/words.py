"""Words as bytes: their order, and the lines that hold them."""

import numpy as np

from . import kernel

_ZERO, _TAB, _LINE_END, _BACKSLASH = (np.uint8(ord(char)) for char in "0\t\n\\")
_RETURN, _T, _N, _R = (np.uint8(ord(char)) for char in "\rtnr")


@kernel
def write_lines(text, firsts, lasts, counts, out):
    """Write ``word, tab, count`` for each word and return the number of bytes.

    Tabs, line ends and backslashes in words are escaped.
    """
    n = 0
    for i in range(len(firsts)):
        for j in range(firsts[i], lasts[i]):
            byte = text[j]
            letter = np.uint8(0)
            if byte == _BACKSLASH:
                letter = _BACKSLASH
            elif byte == _TAB:
                letter = _T
            elif byte == _LINE_END:
                letter = _N
            elif byte == _RETURN:
                letter = _R
            if letter != 0:
                out[n] = _BACKSLASH
                n += 1
                byte = letter
            out[n] = byte
            n += 1
        out[n] = _TAB
        n += 1
        width = 1
        rest = counts[i] // 10
        while rest > 0:
            width += 1
            rest //= 10
        rest = counts[i]
        for k in range(width - 1, -1, -1):
            out[n + k] = _ZERO + np.uint8(rest % 10)
            rest //= 10
        n += width
        out[n] = _LINE_END
        n += 1
    return n


@kernel
def merge_ranked(text, firsts, lasts, counts, one, other, out):
    """Merge two lists of words, each by count, highest first, then by their bytes."""
    i = 0
    j = 0
    for n in range(len(out)):
        if i == len(one):
            first = False
        elif j == len(other):
            first = True
        else:
            a, b = one[i], other[j]
            first = counts[a] > counts[b]
            if counts[a] == counts[b]:
                length, other_length = lasts[a] - firsts[a], lasts[b] - firsts[b]
                first = length <= other_length
                for k in range(min(length, other_length)):
                    byte, other_byte = text[firsts[a] + k], text[firsts[b] + k]
                    if byte != other_byte:
                        first = byte < other_byte
                        break
        if first:
            out[n] = one[i]
            i += 1
        else:
            out[n] = other[j]
            j += 1
