"""Subwords by byte-pair encoding.

Sennrich et al. 2016, "Neural machine translation of rare words with subword units": words begin as
characters, and the most frequent pair of neighbours becomes one symbol, again and again.  The last
character of a word has a mark, so that subwords can be joined again.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..errors import FormatError
from .wordlines import escape, unescape

#: Ends the last subword of a word.
END = "</w>"
Pair = tuple[str, str]


def learn_merges(counts: Mapping[str, int], n_merges: int) -> list[Pair]:
    """Return the merges that counts of words lead to, in their order.

    Of pairs with one count the last in the order of code points is merged first, as the authors'
    subword-nmt does.  Only words that have the merged pair are counted again.

    Parameters
    ----------
    counts : mapping from word to int
    n_merges : int
        At most; there are fewer once no pair occurs twice.
    """
    words = [_characters(word) for word in counts]
    frequencies = list(counts.values())
    totals: Counter[Pair] = Counter()
    places: defaultdict[Pair, set[int]] = defaultdict(set)
    for place, (word, frequency) in enumerate(zip(words, frequencies)):
        for pair in zip(word, word[1:]):
            totals[pair] += frequency
            places[pair].add(place)
    queue = [_entry(pair, total) for pair, total in totals.items()]
    heapq.heapify(queue)
    merges: list[Pair] = []
    while queue and len(merges) < n_merges:
        noted, *_, pair = heapq.heappop(queue)
        if totals[pair] != -noted:
            continue  # it has been counted again since, and is in the queue with that count
        if -noted < 2:
            break
        merges.append(pair)
        changes: Counter[Pair] = Counter()
        for place in places.pop(pair):
            word, frequency = words[place], frequencies[place]
            merged = _merged(word, pair)
            if len(merged) == len(word):
                continue  # another merge has taken it
            for old in zip(word, word[1:]):
                changes[old] -= frequency
            for new in zip(merged, merged[1:]):
                changes[new] += frequency
                places[new].add(place)
            words[place] = merged
        for one, change in changes.items():
            if change:
                totals[one] += change
                heapq.heappush(queue, _entry(one, totals[one]))
    return merges


def _entry(pair: Pair, total: int) -> tuple[int, list[int], list[int], Pair]:
    """Return what is less, the more often a pair occurs, then the later its code points come."""
    # 1 at the end: of two symbols that begin alike, the longer comes first.
    one, two = ([*(-ord(char) for char in symbol), 1] for symbol in pair)
    return -total, one, two, pair


def _characters(word: str) -> list[str]:
    return [*word[:-1], word[-1:] + END]


def _merged(symbols: Sequence[str], pair: Pair) -> list[str]:
    """Return symbols with every occurrence of a pair made one, from the left."""
    made: list[str] = []
    place = 0
    while place < len(symbols):
        if place + 1 < len(symbols) and (symbols[place], symbols[place + 1]) == pair:
            made.append(pair[0] + pair[1])
            place += 2
        else:
            made.append(symbols[place])
            place += 1
    return made


@dataclass(frozen=True, eq=False)
class Subwords:
    """Merges of byte-pair encoding, applied to words.

    Attributes
    ----------
    merges : tuple of (str, str)
    """

    FILE = "merges"

    merges: tuple[Pair, ...]
    _known: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ranks", {pair: at for at, pair in enumerate(self.merges)})

    @classmethod
    def learned(cls, words: Iterable[str], n_merges: int) -> "Subwords":
        """Learn merges from the words of a text."""
        return cls(tuple(learn_merges(Counter(words), n_merges)))

    def split(self, words: Iterable[str]) -> list[str]:
        """Return the subwords of words; all but the last of a word come without `END`."""
        return [part for word in words for part in self._of(word)]

    def _of(self, word: str) -> list[str]:
        """Merge by rank, the earliest first, until no merge applies."""
        if (known := self._known.get(word)) is not None:
            return known
        ranks: dict[Pair, int] = vars(self)["_ranks"]
        symbols = _characters(word)
        while len(symbols) > 1:
            best = min(zip(symbols, symbols[1:]), key=lambda pair: ranks.get(pair, len(ranks)))
            if best not in ranks:
                break
            symbols = _merged(symbols, best)
        self._known[word] = symbols
        return symbols

    def write(self, writer: BundleWriter, name: str) -> None:
        """Write a file of two symbols a line."""
        writer.text(name, (f"{escape(one)}\t{escape(two)}" for one, two in self.merges))

    @classmethod
    def read(cls, bundle: Bundle, name: str) -> "Subwords":
        """Read what `write` has written.

        Raises
        ------
        FormatError
            If a line is not two symbols.
        """
        lines = bundle.read(name).decode("utf-8", "replace").split("\n")[:-1]
        merges = []
        for number, line in enumerate(lines, 1):
            one, tab, two = line.partition("\t")
            if not (one and tab and two) or "\t" in two:
                raise FormatError(bundle.file(name), repr(line[:40]), "two symbols", line=number)
            merges.append((unescape(one), unescape(two)))
        return cls(tuple(merges))


def joined_subwords(tokens: Iterable[str]) -> str:
    """Return subwords as text."""
    return "".join(
        token.removesuffix(END) + " " if token.endswith(END) else token for token in tokens
    ).strip()
