"""The is-a hierarchy of synsets: ancestors with distances, depths, and how often each is meant."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import WordvecError

#: Edges up from a synset, and its ancestors, beyond which hypernyms are no hierarchy of words.
_DEEPEST, _MOST_ABOVE = 200, 5_000
#: The hypernyms' places of each synset.
Parents = Sequence[Sequence[int]]


@dataclass(frozen=True, eq=False)
class Taxonomy:
    """Every synset's ancestors, itself among them.

    Synsets of a part of speech that has several tops get a virtual root above these, as the
    literature assumes (Pedersen, Patwardhan and Michelizzi 2004).

    Attributes
    ----------
    first : int64 array (n + 1,)
        Where the ancestors of each synset begin in the next two.
    ancestors : int32 array
        In ascending order.
    distances : int16 array
        Edges on the shortest way up.
    depths : int16 array (n,)
        Nodes on the longest way from the root, which has depth 1.
    """

    first: np.ndarray
    ancestors: np.ndarray
    distances: np.ndarray
    depths: np.ndarray

    def of(self, synset: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the ancestors of a synset, itself among them, and their distances."""
        part = slice(self.first[synset], self.first[synset + 1])
        return self.ancestors[part], self.distances[part]


def taxonomy_of(parents: Parents) -> Taxonomy:
    """Return the ancestors and depths that hypernyms give.

    A database may have a way that leads back to where it began (WordNet 3.0 has one, between two
    verbs): distances are the shortest there as elsewhere, and the way is not followed twice for
    depths.
    """
    first = np.zeros(len(parents) + 1, np.int64)
    ancestors: list[int] = []
    distances: list[int] = []
    for synset in range(len(parents)):
        found = _distances(parents, synset)
        for ancestor in sorted(found):
            ancestors.append(ancestor)
            distances.append(found[ancestor])
        first[synset + 1] = len(ancestors)
    return Taxonomy(
        first,
        np.array(ancestors, np.int32),
        np.array(distances, np.int16),
        np.array(_depths(parents), np.int16),
    )


def _distances(parents: Parents, synset: int) -> dict[int, int]:
    found = {synset: 0}
    level = [synset]
    distance = 0
    while level:
        distance += 1
        above = []
        for one in level:
            for parent in parents[one]:
                if parent not in found:
                    found[parent] = distance
                    above.append(parent)
        level = above
        if distance > _DEEPEST or len(found) > _MOST_ABOVE:
            raise WordvecError(
                f"a synset has {len(found):,} synsets above it, in {distance} steps; expected the "
                "hypernyms of a WordNet, whose longest way has 20"
            )
    return found


def _depths(parents: Parents) -> list[int]:
    """Return the nodes on the longest way down to each synset, by depth-first search."""
    depths = [0] * len(parents)  # 0: not known yet; -1: on the way
    for start in range(len(parents)):
        way = [start]
        while way:
            synset = way[-1]
            if depths[synset] > 0:
                way.pop()
                continue
            depths[synset] = -1
            unknown = [parent for parent in parents[synset] if depths[parent] == 0]
            if unknown:
                way.append(unknown[0])
                continue
            depths[synset] = 1 + max((max(depths[p], 0) for p in parents[synset]), default=0)
            way.pop()
    return depths


def propagated(own: np.ndarray, taxonomy: Taxonomy) -> np.ndarray:
    """Return how often each synset is meant: the counts of it and of all below it (n,).

    Each synset is counted once in each of its ancestors, however many ways lead there.
    """
    sizes = np.diff(taxonomy.first)
    return np.bincount(taxonomy.ancestors, np.repeat(own, sizes), len(own))
