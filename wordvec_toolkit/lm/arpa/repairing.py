"""Repair ARPA files that other programs write with slips, before they are read.

Log probabilities of rounding size above 0 become 0.  The history of an n-gram that is not among the
n-grams of the order below is added, with the probability that back-off gives it and a back-off
weight of 1, so that every probability is that of the formula.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...errors import FormatError
from ...text.reading import open_reader
from .file import ArpaFile
from .lines import LineError, mend, rounded_to_zero

_Entry = tuple[float, float]
_ADDED: _Entry = (1.0, 0.0)  # until its probability is known


@dataclass(frozen=True)
class Repairs:
    """Repairs of an ARPA file.

    Attributes
    ----------
    n_rounded : int
        Log probabilities above 0 that were made 0.
    n_added : int
        Histories that were added.
    """

    n_rounded: int
    n_added: int

    def __str__(self) -> str:
        return (
            f"{self.n_rounded:,} log probabilities just above 0 are read as 0; {self.n_added:,} "
            "histories that are missing are added with the probability of back-off"
        )


def repair_arpa(source: str | Path, target: Path) -> Repairs:
    """Write `source` again as an ARPA file without slips.

    Raises
    ------
    FormatError
        If it is malformed otherwise.
    """
    with open_reader(source, "an ARPA file") as reader:
        file = ArpaFile(reader)
        highest = len(file.read_header())
        levels: list[dict[tuple[bytes, ...], _Entry]] = []
        n_rounded = 0
        for order in range(1, highest + 1):
            file.expect(f"\\{order}-grams:".encode())
            entries: dict[tuple[bytes, ...], _Entry] = {}
            for line, raw in _lines(file):
                try:
                    mended, words = mend(rounded := rounded_to_zero(raw), order)
                except LineError as error:
                    raise FormatError(source, error.found, error.expected, line) from None
                n_rounded += rounded is not raw
                numbers = mended.split()
                if tuple(words) in entries:
                    raise FormatError(source, "an n-gram that another line has", "each once", line)
                entries[tuple(words)] = float(numbers[0]), float(numbers[-1])
            levels.append(entries)
        file.read_end()
    n_added = 0
    for order in range(highest - 1, 0, -1):
        missing = {words[:-1] for words in levels[order]} - levels[order - 1].keys()
        if order == 1 and missing:
            word = b" ".join(next(iter(missing))).decode("utf-8", "replace")
            raise FormatError(source, f"the word {word!r}", "words that the 1-grams give")
        n_added += len(missing)
        levels[order - 1].update(dict.fromkeys(missing, _ADDED))
    for level in levels:
        for ngram, entry in level.items():
            if entry == _ADDED:  # those of lower orders are known by now
                level[ngram] = _backed_off(levels, ngram), 0.0
    with open(target, "wb") as out:
        out.write(b"\\data\\\n")
        for order, level in enumerate(levels, 1):
            out.write(b"ngram %d=%d\n" % (order, len(level)))
        for order, level in enumerate(levels, 1):
            out.write(b"\n\\%d-grams:\n" % order)
            for ngram, (logprob, backoff) in level.items():
                tail = f"\t{backoff!r}" if order < highest else ""
                out.write(f"{logprob!r}\t".encode() + b" ".join(ngram) + tail.encode() + b"\n")
        out.write(b"\n\\end\\\n")
    return Repairs(n_rounded, n_added)


def _lines(file: ArpaFile) -> Iterator[tuple[int, bytes]]:
    for block in file.blocks():
        for number, raw in enumerate(block.data.split(b"\n")[:-1], block.first_line):
            if raw.strip():
                yield number, raw


def _backed_off(levels: list[dict[tuple[bytes, ...], _Entry]], words: tuple[bytes, ...]) -> float:
    """Return the log10 probability of the last word by back-off."""
    logprob, weight = -99.0, 0.0
    for first in range(1, len(words)):
        history = words[first - 1 : -1]
        weight += levels[len(history) - 1].get(history, (0.0, 0.0))[1]
        entry = levels[len(words) - first - 1].get(words[first:])
        if entry is not None and entry != _ADDED:
            logprob = entry[0]
            break
    return -99.0 if logprob <= -99 else logprob + weight
