"""The corpus as numbers: one id a token, with the ends of sentences and documents."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..bundle import Bundle, BundleWriter, open_bundle
from ..errors import FormatError
from .vocabulary import Vocabulary

KIND = "corpus"


@dataclass(frozen=True)
class EncodedCorpus:
    """A corpus as ids.

    Attributes
    ----------
    vocabulary : Vocabulary
        With the specials first; id 0, ``<unk>``, stands for every word left out.
    ids : int32 array (n_tokens,)
        From a bundle, a memory map.
    sentences, documents : int64 arrays
        Offsets: sentence i is ``ids[sentences[i]:sentences[i + 1]]``.
    facts : dict
        What was seen on the way: sources, numbers of tokens, types and mended bytes.
    """

    vocabulary: Vocabulary
    ids: np.ndarray
    sentences: np.ndarray
    documents: np.ndarray
    facts: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

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
    def load(cls, path: str | Path) -> "EncodedCorpus":
        """Open a bundle of kind corpus; the ids stay on the disk.

        Raises
        ------
        FormatError
            If the bundle is damaged.
        """
        return cls.from_bundle(open_bundle(path, KIND))

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "EncodedCorpus":
        """Read an opened bundle; see `load`."""
        vocabulary = Vocabulary.read(bundle)
        ids = bundle.array("ids", "i4")
        if len(ids) and (ids.min() < 0 or int(ids.max()) >= len(vocabulary)):
            raise FormatError(bundle.path, "ids outside the vocabulary", "ids of its words")
        offsets = []
        for name in ("sentences", "documents"):
            array = bundle.array(name, "i8")
            if (
                len(array) < 1
                or array[0] != 0
                or array[-1] != len(ids)
                or bool((np.diff(array) < 0).any())
            ):
                raise FormatError(bundle.path, f"{name} out of order", "ascending offsets")
            offsets.append(array)
        return cls(vocabulary, ids, offsets[0], offsets[1], bundle.facts)

    def write_offsets(self, writer: BundleWriter) -> None:
        """Write all but the ids, which `encoding` writes piece by piece."""
        self.vocabulary.write(writer)
        writer.array("sentences", self.sentences)
        writer.array("documents", self.documents)
