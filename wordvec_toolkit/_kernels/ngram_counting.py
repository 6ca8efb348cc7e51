"""Counting n-grams by sorting positions (`wordvec_toolkit.counts.ngram_counting`).

Positions of a stream are kept grouped by the n-gram that starts there.  Each group is then sorted
by the word that comes next, which makes the groups of the order above.
"""

import numpy as np

from . import kernel
from .tries import BOS, EOS, UNK


@kernel
def fill_stream(ids, sentences, out):
    """Write each sentence between ``<s>`` and ``</s>``; these, written in it, are unknown words."""
    at = 0
    for sentence in range(len(sentences) - 1):
        out[at] = BOS
        at += 1
        for token in range(sentences[sentence], sentences[sentence + 1]):
            word = ids[token]
            out[at] = UNK if word in (BOS, EOS) else word
            at += 1
        out[at] = EOS
        at += 1


@kernel
def count_words(stream, out):
    """Count each word."""
    for word in stream:
        out[word] += 1


@kernel
def group_by_word(stream, starts, out):
    """Sort positions by their word; `starts` (n_words + 1) tells where each word's begin."""
    free = starts.copy()
    for at in range(len(stream)):
        word = stream[at]
        out[free[word]] = at
        free[word] += 1


@kernel
def pack_keys(stream, length, at, starts, words, first, last, word_bits, place_bits, keys):
    """Pack (group, next word, place in the block) of the groups `first` to `last`.

    Groups that end a sentence have no next word (what is read after the last one of all does not
    matter, but has to be there).  Returns the number of keys.
    """
    n = 0
    base = starts[first]
    # By itself, so that the processor waits for many of these far reads at once.
    for place in range(base, starts[last]):
        keys[place - base] = stream[at[place] + length]
    for group in range(first, last):
        if words[group] == EOS:
            continue
        high = np.int64(group - first) << word_bits
        for place in range(starts[group], starts[group + 1]):
            keys[n] = ((high | keys[place - base]) << place_bits) | np.int64(place - base)
            n += 1
    return n


@kernel
def unpack_keys(
    keys, at, base, word_bits, place_bits, shorter, out_at, words, counts, links, sizes
):
    """Read sorted keys: positions in their new order, and the n-grams they make.

    `shorter` tells for each position the place of the n-gram one shorter that starts there, which
    `links` takes from the position after the first.  `sizes` gets how many n-grams go on from each
    group.  Returns the number of n-grams.
    """
    place_mask = (np.int64(1) << place_bits) - 1
    word_mask = (np.int64(1) << word_bits) - 1
    n = 0
    before = np.int64(-1)
    for place in range(len(keys)):
        key = keys[place]
        position = at[base + (key & place_mask)]
        if len(out_at):
            out_at[place] = position
        ngram = key >> place_bits
        if ngram != before:
            words[n] = ngram & word_mask
            links[n] = position + 1
            counts[n] = 0
            sizes[ngram >> word_bits] += 1
            n += 1
            before = ngram
        counts[n - 1] += 1
    for ngram in range(n):
        links[ngram] = shorter[links[ngram]]
    return n


@kernel
def name_positions(at, starts, first, last, base, out):
    """Write at each position the place of its group, the groups counting from `base`."""
    for group in range(first, last):
        for place in range(starts[group], starts[group + 1]):
            out[at[place]] = base + group


@kernel
def write_leaves(words, children, counts, first, last, out, out_counts):
    """Write the n-grams from which none goes on, that begin with the words ``first:last``.

    They are those of the highest order and those that end a sentence.  What is left of a row of
    `out` (n, order) is filled with ``</s>``.  Returns how many there are.
    """
    order = out.shape[1]
    here, ends = np.empty(order, np.int64), np.empty(order, np.int64)
    n = 0
    for word in range(first, last):
        if counts[word] == 0:
            continue
        depth = 0
        here[0], ends[0] = word, word + 1
        while depth >= 0:
            place = here[depth]
            if place >= ends[depth]:
                depth -= 1
                if depth >= 0:
                    here[depth] += 1
            elif depth == order - 1 or words[place] == EOS:
                for column in range(order):
                    out[n, column] = words[here[column]] if column <= depth else EOS
                out_counts[n] = counts[place]
                n += 1
                here[depth] += 1
            else:
                depth += 1
                here[depth], ends[depth] = children[place], children[place + 1]
    return n


@kernel
def compare_rows(one, other):
    """Return a number below 0, 0 or above where one row is before, equal to or after another."""
    for column in range(len(one)):
        if one[column] != other[column]:
            return np.int64(one[column]) - np.int64(other[column])
    return np.int64(0)


@kernel
def n_rows_up_to(rows, bound):
    """Return how many of the sorted rows are not after `bound`."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) >> 1
        if compare_rows(rows[middle], bound) <= 0:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def add_leaves(one, one_counts, other, other_counts, out, out_counts):
    """Merge sorted rows, adding the counts of equal ones, and return how many there are."""
    i, j, n = 0, 0, 0
    while i < len(one) or j < len(other):
        if i == len(one):
            order = np.int64(1)
        elif j == len(other):
            order = np.int64(-1)
        else:
            order = compare_rows(one[i], other[j])
        out_counts[n] = 0
        if order <= 0:
            out[n] = one[i]
            out_counts[n] += one_counts[i]
            i += 1
        if order >= 0:
            out[n] = other[j]
            out_counts[n] += other_counts[j]
            j += 1
        n += 1
    return n


@kernel
def grow_tree(leaves, leaf_counts, first_word, path, ends, words, counts, sizes):
    """Add sorted leaves to a tree that ends with the n-gram `path`.

    Parameters
    ----------
    first_word : int
        Place 0 of the unigrams.
    path : int32 array (order,)
        The leaf before, -1 where there is none; on return the last one.
    ends : int64 array (order,)
        How many n-grams each level has; the unigrams are all there.
    words, counts, sizes : arrays (order, room)
        Last words and counts of the n-grams of each level, and how many go on from each.
    """
    order = len(path)
    parent = np.int64(0)
    for leaf in range(len(leaves)):
        shared = 0
        while shared < order and leaves[leaf, shared] == path[shared]:
            shared += 1
        for depth in range(order):
            word = leaves[leaf, depth]
            if depth == 0:
                place = np.int64(word) - first_word
            else:
                if depth >= shared:
                    place = ends[depth]
                    ends[depth] += 1
                    words[depth, place] = word
                    counts[depth, place] = 0
                    sizes[depth, place] = 0
                    sizes[depth - 1, parent] += 1
                place = ends[depth] - 1
            counts[depth, place] += leaf_counts[leaf]
            parent = place
            path[depth] = word
            if word == EOS:
                path[depth + 1 :] = EOS
                break
