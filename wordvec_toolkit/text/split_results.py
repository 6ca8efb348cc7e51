"""Results of splitting a text and of comparing its parts."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from ..runtime.results import Column, Result, items
from ..runtime.signatures import Signature

if TYPE_CHECKING:
    import numpy as np

Unit = Literal["document", "line"]


@dataclass(frozen=True, repr=False)
class SplitPart(Result):
    """One side of a split.

    Attributes
    ----------
    name : str
        ``train``, ``valid``, ``test`` or ``sample``.
    path : str
    n_documents, n_lines, n_words : int
        As the file holds them; words are separated by white space.
    sha256 : str
        Of the file.
    share : float
        Its words over those of training, validation and test text together.
    """

    COLUMNS: ClassVar = (
        Column("name", "part", "text"),
        Column("n_documents", "documents", "whole"),
        Column("n_lines", "lines", "whole"),
        Column("n_words", "words", "whole"),
        Column("share", "share", "percent", 1),
        Column("path", "file", "text"),
    )

    name: str
    path: str
    n_documents: int
    n_lines: int
    n_words: int
    sha256: str
    share: float = math.nan


@dataclass(frozen=True, repr=False)
class CorpusSplit(Result):
    """Files written by `split_corpus`.

    Attributes
    ----------
    parts : tuple of SplitPart
        Training, validation, test, and the sample of the training text if there is one.
    unit : {"document", "line"}
        What was kept whole.
    n_units, n_duplicates : int
        How many of them there are, and how many of these are duplicates of others.
    facts : dict
        Sources, and what had to be repaired.
    signature : Signature
    """

    parts: tuple[SplitPart, ...]
    unit: Unit
    n_units: int
    n_duplicates: int
    facts: dict[str, object]
    signature: Signature

    def rows(self) -> tuple[SplitPart, ...]:
        return self.parts

    def part(self, name: str) -> SplitPart | None:
        """Return a part by its name; None if there is none."""
        return next((part for part in self.parts if part.name == name), None)


@dataclass(frozen=True, repr=False)
class SharedSentence(Result):
    """A sentence of a test text that occurs in the training text: its numbers from 1, its words."""

    COLUMNS: ClassVar = (
        Column("sentence", "sentence", "whole"),
        Column("in_training", "in training", "whole"),
        Column("text", "text", "text"),
    )

    sentence: int
    in_training: int
    text: str


@dataclass(frozen=True, repr=False, kw_only=True)
class SharedSentences(Result):
    """Sentences that a test text shares with the training text.

    Attributes
    ----------
    text : str
        Its name.
    min_length : int
        Tokens that a sentence must have to count: short ones recur by chance.
    n_sentences, n_shared : int
        Sentences of the test text that are as long, and those among them that occur verbatim in
        the training text.
    n_tokens, n_shared_tokens : int
        Of the test text, and of its shared sentences; ends of sentences do not count.
    share : float
        The latter over the former.
    n_documents, n_shared_documents : int
        Documents of the test text, and those of at least `min_length` tokens all of whose
        sentences, short ones included, occur in the training text.
    n_undecided : int
        Sentences that equal one of the training text except for words outside the vocabulary; they
        do not count as shared.
    places, found_at : int64 arrays (n_shared,)
        Which sentences of the test text are shared, and where one like each is, by its number, in
        the training text.
    sentences : tuple of SharedSentence
        Some of them in words, if they were asked for.
    signature : Signature
    """

    COLUMNS: ClassVar = (
        Column("text", "text", "text"),
        Column("n_sentences", "sentences", "whole"),
        Column("n_shared", "shared", "whole"),
        Column("n_tokens", "tokens", "whole"),
        Column("n_shared_tokens", "in shared", "whole"),
        Column("share", "share", "percent", 2),
        Column("n_documents", "documents", "whole"),
        Column("n_shared_documents", "shared documents", "whole"),
    )
    DERIVED: ClassVar = ("share",)

    text: str
    min_length: int
    n_sentences: int
    n_shared: int
    n_tokens: int
    n_shared_tokens: int
    n_documents: int
    n_shared_documents: int
    n_undecided: int
    sentences: tuple[SharedSentence, ...] = ()
    places: "np.ndarray" = items("int64")
    found_at: "np.ndarray" = items("int64")
    signature: Signature

    @property
    def share(self) -> float:
        return self.n_shared_tokens / self.n_tokens if self.n_tokens else 0.0
