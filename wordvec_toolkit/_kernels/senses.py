"""Similarity of senses in an is-a hierarchy (`wordvec_toolkit.lexicon.measures`)."""

import numpy as np

from . import kernel

PATH, LCH, WUP, RES, LIN, JCN = range(6)


@kernel
def best_senses(
    firsts,
    seconds,
    sense_first,
    senses,
    parts,
    deepest,
    ancestor_first,
    ancestors,
    distances,
    depths,
    information,
    measure,
    values,
    chosen,
):
    """Find for each pair of words the two senses of one part of speech that are most alike.

    Parameters
    ----------
    firsts, seconds : int64 arrays (n_pairs,)
        Words, by their place in `sense_first`.
    sense_first, senses
        Each word's synsets, in the order in which the first of equals is taken.
    parts : uint8 array (n_synsets,)
    deepest : int64 array (n_parts,)
        Depth of the deepest node in edges, 0 for parts without a hierarchy.
    ancestor_first, ancestors, distances, depths
        See `Taxonomy`.
    information : float64 array (n_synsets,)
        Information content; nan: unknown.
    values : float64 array (n_pairs,)
        Receives the largest similarity; nan where no two senses can be compared.
    chosen : int32 array (n_pairs, 3)
        Receives the senses and what subsumes them; -1 where there are none.
    """
    for pair in range(len(firsts)):
        best = np.nan
        for k in range(3):
            chosen[pair, k] = -1
        for i in range(sense_first[firsts[pair]], sense_first[firsts[pair] + 1]):
            one = senses[i]
            part = parts[one]
            if deepest[part] == 0:
                continue
            for j in range(sense_first[seconds[pair]], sense_first[seconds[pair] + 1]):
                two = senses[j]
                if parts[two] != part:
                    continue
                # The common subsumer that the measure asks for: the nearest, the one that gives
                # the largest value, or the most informative.
                a, end_a = ancestor_first[one], ancestor_first[one + 1]
                b, end_b = ancestor_first[two], ancestor_first[two + 1]
                subsumer, score = -1, -1.0
                while a < end_a and b < end_b:
                    if ancestors[a] < ancestors[b]:
                        a += 1
                        continue
                    if ancestors[a] > ancestors[b]:
                        b += 1
                        continue
                    common = ancestors[a]
                    edges = distances[a] + distances[b]
                    if measure <= LCH:
                        found = 1.0 / (1.0 + edges)
                    elif measure == WUP:
                        found = 2.0 * depths[common] / (edges + 2.0 * depths[common])
                    else:
                        found = information[common]  # comparisons with nan are false
                    if found > score:
                        subsumer, score = common, found
                    a += 1
                    b += 1
                if subsumer < 0:
                    continue
                if measure == LCH:
                    score = np.log(2.0 * deepest[part] * score)
                elif measure >= LIN:
                    total = information[one] + information[two]
                    if total != total:  # a sense of which nothing is known
                        score = 0.0
                    elif measure == LIN:
                        score = 2.0 * score / total if total > 0.0 else 0.0
                    else:
                        score = 1.0 / (1.0 + total - 2.0 * score)
                if not score <= best:
                    best = score
                    chosen[pair, 0], chosen[pair, 1], chosen[pair, 2] = one, two, subsumer
        values[pair] = best
