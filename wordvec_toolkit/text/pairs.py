"""Pairs of sentences as files have them: two files line by line, or both sides on each line."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path

import numpy as np

from ..errors import EmptyResultError, FormatError, SettingError
from ..runtime.settings import takes
from .blocks import DOCUMENT_END, TOKEN_END, Damage, read_blocks
from .files import Source, as_items, find_sources
from .settings import FileSettings, PairFileSettings

_SHOWN = 40  # characters of a line, in messages
#: What `str.splitlines` and the tokenizers' gate would take for more than space in a line.
_MARKS = str.maketrans({DOCUMENT_END: " ", TOKEN_END: " ", "\n": " ", "\r": " "})


@dataclass(frozen=True)
class TextPairs:
    """Sources and their targets.

    Attributes
    ----------
    sources, targets : tuple of str
        Of one length.
    name : str
        Names of the files.
    lines : tuple of int
        Line of each pair in its file, for messages; 1, 2, ... where it is empty.
    facts : list of dict
        Names, sizes and checksums of the files.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    name: str = "pairs"
    lines: tuple[int, ...] = ()
    facts: list[dict[str, object]] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        if len(self.sources) != len(self.targets):
            raise SettingError(
                f"{self.name} has {len(self.sources):,} sources and {len(self.targets):,} "
                "targets; expected as many of each"
            )

    def __len__(self) -> int:
        return len(self.sources)

    def line(self, place: int) -> int:
        """Return the line of a pair."""
        return self.lines[place] if self.lines else place + 1

    def where(self, kept: Sequence[bool] | np.ndarray) -> "TextPairs":
        """Return the pairs of which `kept` is true."""
        lines = self.lines or tuple(range(1, len(self) + 1))
        return TextPairs(
            tuple(compress(self.sources, kept)),
            tuple(compress(self.targets, kept)),
            self.name,
            tuple(compress(lines, kept)),
            self.facts,
        )

    @property
    def swapped(self) -> "TextPairs":
        """The same with sources and targets exchanged."""
        return TextPairs(self.targets, self.sources, self.name, self.lines, self.facts)


@takes(PairFileSettings)
def read_pairs(files: str | Path | Sequence[str | Path], **settings: object) -> TextPairs:
    """Read pairs of sentences.

    Two files hold sources and targets line by line.  One file has both on each line, with a tab
    between them or another `separator`; white space around each side is ignored.

    Parameters
    ----------
    files : path, or sequence of one or two paths

    Raises
    ------
    FormatError
        If the numbers of lines differ, or a line has no separator or several.
    EmptyResultError
        If there are no pairs.
    """
    chosen = PairFileSettings.among(settings)
    sources = find_sources(as_items(files))
    names = " and ".join(source.name for source in sources)
    if len(sources) > 2:
        raise SettingError(
            f"{len(sources)} files of pairs given; expected one file with both sides on each line, "
            "or a file of sources and a file of targets"
        )
    read = [read_lines(source, chosen) for source in sources]
    if len(read) == 2:
        if chosen.separator is not None:
            raise SettingError("two files have no separator; omit it (--separator), or one file")
        pairs = _of_two(sources, *read)
    else:
        pairs = _of_one(sources[0], read[0], chosen.separator)
    found = TextPairs(*pairs, names, facts=[source.facts() for source in sources])
    if not len(found):
        raise EmptyResultError(f"{names} has no pairs; give a file with sentences in it")
    return found.swapped if chosen.swap else found


def read_lines(source: Source, chosen: PairFileSettings) -> list[str]:
    """Return the lines of a file, empty ones too."""
    how = FileSettings(text_format="plain", encoding=chosen.encoding, errors=chosen.errors)
    text = "".join(read_blocks(source, how, Damage())).removesuffix(DOCUMENT_END)
    lines = text.split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def _of_two(
    files: Sequence[Source], sources: list[str], targets: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if len(sources) != len(targets):
        raise FormatError(
            files[1].name,
            f"{len(targets):,} lines",
            f"{len(sources):,}, as {files[0].name} has",
            advice="line n of one file is the translation of line n of the other",
        )
    return _stripped(sources), _stripped(targets)


def _of_one(
    file: Source, lines: list[str], separator: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if separator is None:
        separator = "\t" if any("\t" in line for line in lines) else "_"
    separator = separator.replace("\\t", "\t")
    sides: tuple[list[str], list[str]] = [], []
    for number, line in enumerate(lines, 1):
        parts = line.split(separator)
        if len(parts) != 2:
            shown = "a tab" if separator == "\t" else repr(separator)
            raise FormatError(
                file.name,
                f"{len(parts) - 1} times {shown} in {line[:_SHOWN]!r}",
                f"source and target with {shown} between them",
                line=number,
                advice="name what is between them (--separator), or give two files",
            )
        for side, part in zip(sides, parts):
            side.append(part)
    return _stripped(sides[0]), _stripped(sides[1])


def _stripped(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line.translate(_MARKS).strip() for line in lines)


def split_pairs(pairs: TextPairs, share: float, seed: int = 0) -> tuple[TextPairs, TextPairs]:
    """Split pairs into those to train on and those to be held out.

    Sources are ordered by a hash that `seed` keys, so that the order of the pairs does not matter,
    and all pairs of one source are on one side: none leaks.

    Parameters
    ----------
    share : float
        Of the pairs that are held out, about.
    """
    if not 0 <= share < 1:
        raise SettingError(f"share is {share}; it must be from 0 to below 1")
    key = str(seed).encode()
    digests = np.array(
        [
            int.from_bytes(hashlib.blake2b(text.encode(), key=key, digest_size=8).digest(), "big")
            for text in pairs.sources
        ],
        np.uint64,
    )
    n_held_out = round(share * len(pairs))
    bound = np.sort(digests)[n_held_out] if n_held_out < len(pairs) else np.uint64(2**64 - 1)
    is_held_out = digests < bound
    return pairs.where(~is_held_out), pairs.where(is_held_out)


def shared_sources(pairs: TextPairs, others: TextPairs) -> int:
    """Return how many of `others` have a source that `pairs` have, too."""
    known = set(pairs.sources)
    return sum(source in known for source in others.sources)
