"""From counts of n-grams to probabilities (`wordvec_toolkit.lm.ngram.estimation`)."""

import numpy as np

from . import kernel

AHEAD = 1 << 10  # places whose far reads are made together


@kernel
def link_children(words, children, links, first, last, low_place, high_place):
    """Link the children of the places `first` to `last` to themselves without their first word.

    `links` holds the links of the parents already; unigrams are linked to 0.  Only parents that
    are linked to the places `low_place` to `high_place`, or to none, are looked at.
    """
    lows, highs = np.empty(AHEAD, np.int64), np.empty(AHEAD, np.int64)
    word_at = np.empty(AHEAD, words.dtype)
    for start in range(first, last, AHEAD):
        n = min(AHEAD, last - start)
        # By themselves, so that the processor waits for many of these far reads at once.
        for at in range(n):
            shorter = links[start + at]
            lows[at], highs[at] = 0, -1
            if low_place <= shorter < high_place:
                lows[at], highs[at] = children[shorter], children[shorter + 1]
        for at in range(n):
            if lows[at] < highs[at]:
                word_at[at] = words[lows[at]]
        for at in range(n):
            begin, end = children[start + at], children[start + at + 1]
            if links[start + at] < 0:
                links[begin:end] = -1
            elif highs[at] >= 0:
                link_siblings(words, links, begin, end, lows[at], highs[at], word_at[at])


@kernel
def link_siblings(words, links, begin, end, low, high, word):
    """Link the places `begin` to `end` to those of the same words from `low` to `high`.

    `word` is that of `low`, if there is one.
    """
    for place in range(begin, end):
        target = words[place]
        if high - low > 8 * (end - place):
            low, last = low, high
            while low < last:
                middle = (low + last) >> 1
                if words[middle] < target:
                    low = middle + 1
                else:
                    last = middle
            word = words[low] if low < high else word
        else:
            while low < high and word < target:
                low += 1
                word = words[low] if low < high else word
        links[place] = low if low < high and word == target else -1


@kernel
def count_left_neighbors(links, first, last, out):
    """Add up, for the places `first` to `last`, how many of `links` lead there."""
    for link in links:
        if first <= link < last:
            out[link] += 1


@kernel
def count_counts(counts, first, last, out):
    """Count how many of the places have a count of 0, 1, 2 and so on below len(out)."""
    for place in range(first, last):
        if counts[place] < len(out):
            out[counts[place]] += 1


@kernel
def sum_histories(children, counts, first, last, totals, types):
    """Sum up, for each of the places, the counts of what goes on from it.

    `types` (n, 3) gets how many go on with a count of 1, of 2, and of 3 or more.
    """
    for parent in range(first, last):
        total = 0
        ones = 0
        twos = 0
        more = 0
        for place in range(children[parent], children[parent + 1]):
            count = counts[place]
            total += count
            if count == 1:
                ones += 1
            elif count == 2:
                twos += 1
            elif count > 2:
                more += 1
        totals[parent - first] = total
        types[parent - first, 0] = ones
        types[parent - first, 1] = twos
        types[parent - first, 2] = more


@kernel
def sum_some_histories(children, counts, places, totals, types):
    """Like `sum_histories`, for a list of places; where that is -1, nothing."""
    for at in range(len(places)):
        if 0 <= places[at] < len(children) - 1:
            sum_histories(
                children,
                counts,
                places[at],
                places[at] + 1,
                totals[at : at + 1],
                types[at : at + 1],
            )


@kernel
def sum_kept_histories(
    children, counts, raw, threshold, first, last, totals, types, pruned, pruned_types
):
    """Like `sum_histories`; what was seen at most `threshold` times goes to `pruned` instead."""
    for parent in range(first, last):
        at = parent - first
        total = 0
        out = 0
        n_out = 0
        types[at] = 0
        for place in range(children[parent], children[parent + 1]):
            count = counts[place]
            total += count
            if raw[place] <= threshold:
                out += count
                n_out += 1
            elif count > 0:
                types[at, min(count, 3) - 1] += 1
        totals[at] = total
        pruned[at] = out
        pruned_types[at] = n_out


@kernel
def take_shorter(children, links, first, last, low_place, high_place, probs):
    """Copy p(without the first word) to the children of the places `first` to `last`.

    Only from the places `low_place` to `high_place`.  By itself, so that the processor waits for
    many of these far reads at once.
    """
    for place in range(children[first], children[last]):
        shorter = links[place]
        if low_place <= shorter < high_place:
            probs[place] = probs[shorter]


@kernel
def interpolate(children, counts, first, last, discounts, scales, gammas, probs):
    """Fill in p = (c - discount(c)) scale(h) + gamma(h) p(without the first word).

    `probs` holds the last of these already.
    """
    for parent in range(first, last):
        scale = scales[parent - first]
        gamma = gammas[parent - first]
        for place in range(children[parent], children[parent + 1]):
            count = counts[place]
            rest = max(0.0, count - discounts[min(count, 3)])
            probs[place] = rest * scale + gamma * probs[place]
