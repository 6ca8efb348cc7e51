"""What a split of a text has come to."""

from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal["document", "line"]


@dataclass(frozen=True)
class SplitPart:
    """One side of a split.

    Attributes
    ----------
    name : str
        ``train``, ``valid``, ``test`` or ``sample``.
    path : str
    n_documents, n_lines, n_words : int
        As the file holds them; words are what stands between white space.
    sha256 : str
        Of the file.
    """

    name: str
    path: str
    n_documents: int
    n_lines: int
    n_words: int
    sha256: str


@dataclass(frozen=True)
class CorpusSplit:
    """What `split_corpus` has written.

    Attributes
    ----------
    parts : tuple of SplitPart
        Training, validation, test, and the sample of the training text if there is one.
    unit : {"document", "line"}
        What was kept whole.
    n_units, n_duplicates : int
        How many of them there are, and how many of these say again what another has said.
    facts : dict
        Sources, and what had to be mended.
    signature : str
    """

    parts: tuple[SplitPart, ...]
    unit: Unit
    n_units: int
    n_duplicates: int
    facts: dict[str, Any]
    signature: str
