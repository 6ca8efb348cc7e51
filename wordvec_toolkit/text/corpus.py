"""The corpus as numbers: one id a token, with the ends of sentences and documents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar, NamedTuple

import numpy as np

from ..bundles.checks import are_offsets, are_within
from ..bundles.reading import Bundle
from ..bundles.stored import Readable
from ..errors import FormatError, SettingError, WordvecError
from ..runtime.memory import release
from ..runtime.rows import Rows
from .vocabulary import SPECIALS, Vocabulary

KIND = "corpus"
NAMES = "document_names.txt"


class Document(NamedTuple):
    """A document of a corpus: its number from 1, its name, its size and how it begins."""

    document: int
    name: str
    sentences: int
    tokens: int
    beginning: str


@dataclass(frozen=True, eq=False)
class EncodedCorpus(Readable):
    """A corpus as ids.

    Attributes
    ----------
    vocabulary : Vocabulary
        With the specials first; id 0, ``<unk>``, stands for every word out of vocabulary.
    ids : int32 array (n_tokens,)
        From a bundle, a memory map.
    sentences, documents : int64 arrays
        Offsets: sentence i is ``ids[sentences[i]:sentences[i + 1]]``.
    names : sequence of str
        Of the documents, where the format of the text has names; else empty.
    facts : dict
        What was seen on the way: sources, numbers of tokens, types and replaced bytes.
    """

    KIND: ClassVar[str] = KIND

    vocabulary: Vocabulary
    ids: np.ndarray
    sentences: np.ndarray
    documents: np.ndarray
    facts: dict[str, object] = field(default_factory=dict)
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        ids = self.ids
        # Kernels believe these numbers, so they are checked whoever made them.
        if not are_within(ids, 0, len(self.vocabulary)):
            raise WordvecError("the corpus has ids outside its vocabulary")
        for name, offsets in (("sentences", self.sentences), ("documents", self.documents)):
            if not are_offsets(offsets, len(offsets) - 1, 0, len(ids)):
                raise WordvecError(f"the offsets of the {name} do not ascend from 0 to the end")
        release(ids, self.sentences, self.documents)
        if len(self.names) not in (0, self.n_documents):
            raise WordvecError(f"{len(self.names)} names for {self.n_documents} documents")

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"EncodedCorpus: {len(self):,} tokens, {self.n_sentences:,} sentences"

    @property
    def n_sentences(self) -> int:
        return len(self.sentences) - 1

    @property
    def n_documents(self) -> int:
        return len(self.documents) - 1

    def words(self, first: int = 0, last: int | None = None) -> list[str]:
        """Return the tokens ``first:last`` as words."""
        names = self.vocabulary.words
        return [names[token] for token in self.ids[first:last]]

    def list_documents(self, n: int | None = None) -> Rows[Document]:
        """Return the first `n` documents, or all of them, with their names."""
        if not (n is None or (isinstance(n, int) and n >= 0)):
            raise SettingError(f"n is {n!r}; expected a number of documents, or None for all")
        offsets = self.documents[: None if n is None else n + 1].tolist()
        ends = np.searchsorted(self.sentences, offsets).tolist()
        return Rows(
            Document(
                place + 1,
                self.names[place] if self.names else "",
                ends[place + 1] - ends[place],
                last - first,
                " ".join(self.words(first, min(first + 8, last))),
            )
            for place, (first, last) in enumerate(pairwise(offsets))
        )

    def sample(self, n_slices: int, size: int) -> "EncodedCorpus":
        """Return slices of about `size` tokens from all over the text.

        They are whole sentences, or parts of sentences where these are longer than a slice.  Each
        slice is a document of its own, or several.  The vocabulary keeps the counts of the whole
        text.
        """
        n, until, end = len(self), 0, 0
        ids = [np.empty(0, np.int32)]
        sentences, documents = [np.zeros(1, np.int64)], [np.zeros(1, np.int64)]
        for number in range(n_slices):
            place = n * number // n_slices
            begin, stop = max(until, place), min(place + size, n)
            if begin >= stop:
                continue
            offsets = _offsets_within(self.sentences, begin, stop)
            if len(offsets) < 2:  # no whole sentence
                offsets = np.unique([begin, *offsets, stop])
            begin, until = int(offsets[0]), int(offsets[-1])
            inside = _offsets_within(self.documents, begin + 1, until - 1)
            documents += [inside - begin + end, np.array([end + until - begin])]
            sentences.append(offsets[1:] - begin + end)
            ids.append(np.array(self.ids[begin:until]))
            release(self.ids, self.sentences)  # systems can map much more than is read
            end += until - begin
        return EncodedCorpus(
            self.vocabulary,
            np.concatenate(ids),
            np.concatenate(sentences),
            np.concatenate(documents),
        )

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "EncodedCorpus":
        """Read an opened bundle; see `load`."""
        vocabulary = Vocabulary.read(bundle)
        if vocabulary.n_specials != len(SPECIALS):
            raise FormatError(bundle.path, "a vocabulary without specials", "<unk>, <s>, </s>")
        ids = bundle.array("ids", "i4")
        sentences, documents = bundle.array("sentences", "i8"), bundle.array("documents", "i8")
        with bundle.reading("a whole corpus"):
            names: tuple[str, ...] = ()
            if NAMES in bundle.manifest["files"]:
                names = tuple(bundle.read(NAMES).decode("utf-8").split("\n")[:-1])
            return cls(vocabulary, ids, sentences, documents, bundle.facts, names)


def _offsets_within(offsets: np.ndarray, first: int, last: int) -> np.ndarray:
    """Return the offsets from `first` to `last`, both included."""
    return offsets[np.searchsorted(offsets, first) : np.searchsorted(offsets, last, side="right")]
