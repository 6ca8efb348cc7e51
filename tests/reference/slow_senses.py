"""Similarity of words in a hierarchy, by the definitions, one synset at a time."""

import math


def ancestors(hypernyms, synset):
    """Return the synsets above one, itself among them, with the edges to them."""
    found, queue = {synset: 0}, [synset]
    while queue:
        one = queue.pop(0)
        for parent in hypernyms[one]:
            if parent not in found:
                found[parent] = found[one] + 1
                queue.append(parent)
    return found


def longest(hypernyms, synset):
    """Return the nodes on the longest way from the root."""
    return 1 + max((longest(hypernyms, parent) for parent in hypernyms[synset]), default=0)


def similarity(measure, hypernyms, information, deepest, one, two):
    """Return the similarity of two senses; None if nothing subsumes both."""
    above_one, above_two = ancestors(hypernyms, one), ancestors(hypernyms, two)
    common = above_one.keys() & above_two.keys()
    if not common:
        return None
    ways = {c: above_one[c] + above_two[c] for c in common}
    if measure == "path":
        return 1 / (1 + min(ways.values()))
    if measure == "lch":
        return -math.log((1 + min(ways.values())) / (2 * deepest))
    if measure == "wup":
        depths = {c: longest(hypernyms, c) for c in common}
        return max(2 * depths[c] / (ways[c] + 2 * depths[c]) for c in common)
    shared = max(information[c] for c in common)
    total = information[one] + information[two]
    if measure == "res":
        return shared
    if measure == "lin":
        return 2 * shared / total if total else 0.0
    return 1 / (1 + total - 2 * shared)
