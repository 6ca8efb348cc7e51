"""Walks over trees of factored histories (`wordvec_toolkit.lm.mixed.factored`)."""

import numpy as np

from . import kernel
from .tries import EOS, child


@kernel
def fill_places(features, children, maps, sources, distances, ids, at, places):
    """Fill in the node of the first one, two, ... factors of the history before `at`; -1: none."""
    node = np.int64(0)
    for level in range(len(distances)):
        if node >= 0:
            back = at - distances[level]
            value = ids[back] if back >= 0 else EOS
            if sources[level] >= 0:
                value = maps[sources[level], value]
            node = child(features, children, node, value)
        places[level] = node


@kernel
def score(
    features,
    children,
    rows,
    targets,
    probs,
    gammas,
    unigrams,
    maps,
    sources,
    distances,
    classes,
    within,
    ids,
    first,
    last,
    out,
):
    """Fill in the probability of each of the tokens from `first` to `last`."""
    places = np.empty(len(distances), np.int64)
    for at in range(first, last):
        fill_places(features, children, maps, sources, distances, ids, at, places)
        word = ids[at]
        target = classes[word] if len(classes) else word
        p = unigrams[target]
        for node in places:
            if node < 0:
                break
            p *= gammas[node]
            place = child(targets, rows, node, target)
            if place >= 0:
                p += probs[place]
        out[at] = p * within[word] if len(classes) else p


@kernel
def add_distributions(
    features,
    children,
    rows,
    targets,
    probs,
    gammas,
    unigrams,
    maps,
    sources,
    distances,
    classes,
    within,
    ids,
    first,
    last,
    weight,
    out,
):
    """Add `weight` times the distribution at each position to its row of `out`."""
    places = np.empty(len(distances), np.int64)
    total = np.empty(len(unigrams))
    for at in range(first, last):
        fill_places(features, children, maps, sources, distances, ids, at, places)
        total[:] = 0.0
        scale = weight
        for level in range(len(distances) - 1, -1, -1):
            node = places[level]
            if node >= 0:
                for i in range(rows[node], rows[node + 1]):
                    total[targets[i]] += scale * probs[i]
                scale *= gammas[node]
        for target in range(len(unigrams)):
            total[target] += scale * unigrams[target]
        row = out[at - first]
        if len(classes):
            for word in range(len(row)):
                row[word] += total[classes[word]] * within[word]
        else:
            for word in range(len(row)):
                row[word] += total[word]
