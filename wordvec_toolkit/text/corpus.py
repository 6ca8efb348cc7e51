"""The corpus as numbers: one id a token, with the ends of sentences and documents."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from ..bundles.checks import are_offsets, are_within
from ..bundles.reading import Bundle
from ..bundles.stored import Readable
from ..errors import FormatError, WordvecError
from .vocabulary import SPECIALS, Vocabulary

KIND = "corpus"


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
    facts : dict
        What was seen on the way: sources, numbers of tokens, types and replaced bytes.
    """

    KIND: ClassVar[str] = KIND

    vocabulary: Vocabulary
    ids: np.ndarray
    sentences: np.ndarray
    documents: np.ndarray
    facts: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ids = self.ids
        # Kernels believe these numbers, so they are checked whoever made them.
        if not are_within(ids, 0, len(self.vocabulary)):
            raise WordvecError("the corpus has ids outside its vocabulary")
        for name, offsets in (("sentences", self.sentences), ("documents", self.documents)):
            if not are_offsets(offsets, len(offsets) - 1, 0, len(ids)):
                raise WordvecError(f"the offsets of the {name} do not ascend from 0 to the end")

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

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "EncodedCorpus":
        """Read an opened bundle; see `load`."""
        vocabulary = Vocabulary.read(bundle)
        if vocabulary.n_specials != len(SPECIALS):
            raise FormatError(bundle.path, "a vocabulary without specials", "<unk>, <s>, </s>")
        ids = bundle.array("ids", "i4")
        sentences, documents = bundle.array("sentences", "i8"), bundle.array("documents", "i8")
        with bundle.reading("a whole corpus"):
            return cls(vocabulary, ids, sentences, documents, bundle.facts)
