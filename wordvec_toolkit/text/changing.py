"""Text comes and goes: an encoded corpus with documents added and removed.

An encoded corpus holds one id for all words outside its vocabulary, and any of them may enter it
when text is added.  `RareWords` keeps them: together they are the whole text.
The result is what encoding the changed text from the start gives, to the last bit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..bundles.checks import are_within
from ..bundles.reading import Bundle
from ..bundles.stored import Readable
from ..bundles.writing import BundleWriter
from ..errors import EmptyResultError, FormatError, SettingError
from .analysers import names_analyser
from .corpus import EncodedCorpus
from .numbering import Encoder
from .settings import TextSettings
from .vocabulary import SPECIALS, UNK, Vocabulary, rank_words

KIND = "rare-words"


@dataclass(frozen=True, eq=False)
class RareWords(Readable):
    """The words of a corpus that are outside its vocabulary.

    Attributes
    ----------
    vocabulary : Vocabulary
        These words with their counts, in any order.
    ids : int32 array
        For each token outside the vocabulary, in the order of the text, the place of its word.
    """

    KIND: ClassVar[str] = KIND

    vocabulary: Vocabulary
    ids: np.ndarray

    def write(self, writer: BundleWriter) -> None:
        """Write all of it as files of a bundle."""
        self.vocabulary.write(writer)
        writer.array("ids", self.ids)
        writer.facts["n_words"] = len(self.vocabulary)

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "RareWords":
        """Read an opened bundle; see `load`."""
        vocabulary, ids = Vocabulary.read(bundle), bundle.array("ids", "i4")
        if not are_within(ids, 0, len(vocabulary)):
            raise FormatError(bundle.path, "ids outside the vocabulary", "places of words")
        return cls(vocabulary, ids)


@dataclass(frozen=True, eq=False)
class Text:
    """A text with an id for each of its types.

    Attributes
    ----------
    ids : int32 array
        Types of the tokens.
    sentences, documents : int64 arrays
        Offsets.
    names : list of str
        Of the documents, where there are any.
    """

    ids: np.ndarray
    sentences: np.ndarray
    documents: np.ndarray
    names: list[str]

    def without(self, removed: np.ndarray) -> "Text":
        """Return it without the documents that are marked."""
        documents = np.diff(self.documents)[~removed]
        document_of = np.searchsorted(self.documents, self.sentences[:-1], side="right") - 1
        sentences = np.diff(self.sentences)[~removed[document_of]]
        kept = np.repeat(~removed, np.diff(self.documents))
        names = [name for name, is_removed in zip(self.names, removed) if not is_removed]
        if not any(names):
            names = []
        return Text(self.ids[kept], _offsets(sentences), _offsets(documents), names)

    def followed_by(self, other: "Text") -> "Text":
        """Return this text, and the other after it."""
        n, n_other = len(self.documents) - 1, len(other.documents) - 1
        names: list[str] = []
        if any(self.names) or any(other.names):
            names = [*(self.names or [""] * n), *(other.names or [""] * n_other)]
        return Text(
            np.concatenate([self.ids, other.ids]),
            np.concatenate([self.sentences, other.sentences[1:] + len(self.ids)]),
            np.concatenate([self.documents, other.documents[1:] + len(self.ids)]),
            names,
        )


def _offsets(lengths: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])


@dataclass(frozen=True, eq=False)
class ChangedCorpus:
    """A corpus with documents added and removed, and what it takes to change its counts.

    Attributes
    ----------
    corpus : EncodedCorpus
    rare : RareWords
    before, after : Text
        The whole text, over the same types.
    removed : bool array
        Which documents of `before` are not in `after`.
    n_added : int
        Documents at the end of `after` that are not in `before`.
    id_before, id_after : int32 arrays
        Ids of the types in the vocabularies; 0: not in it.
    """

    corpus: EncodedCorpus
    rare: RareWords
    before: Text
    after: Text
    removed: np.ndarray
    n_added: int
    id_before: np.ndarray
    id_after: np.ndarray


def find_documents(wanted: Iterable[str], names: Sequence[str], n_documents: int) -> np.ndarray:
    """Return which documents are named: by name, by number from 1, or by two numbers as 3-7.

    Raises
    ------
    SettingError
        If there is no such document.
    """
    found = np.zeros(n_documents, bool)
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    for item in wanted:
        first, dash, last = item.partition("-")
        if item in places:
            found[places[item]] = True
        elif first.isdecimal() and (last.isdecimal() or not dash):
            low, high = int(first), int(last or first)
            if not 1 <= low <= high <= n_documents:
                raise SettingError(
                    f"there is no document {item}; the text has documents 1 to {n_documents}"
                )
            found[low - 1 : high] = True
        else:
            raise SettingError(
                f"there is no document {item[:80]!r}; give a name, or a number from 1 to "
                f"{n_documents} (wvt show WORKSPACE/corpus lists them)"
            )
    return found


def rare_words(corpus: EncodedCorpus, encoder: Encoder) -> RareWords:
    """Return the rare words of a corpus from an encoder that has read its text again."""
    words, ids = encoder.all_ids()
    outside = np.asarray(corpus.ids) == UNK
    if len(ids) != len(outside):
        raise SettingError("the text is not the one that the workspace was made from")
    tokens = ids[outside]
    used = np.flatnonzero(np.bincount(tokens, minlength=len(words)))
    place = np.full(len(words), -1, np.int32)
    place[used] = np.arange(len(used))
    tokens = place[tokens]
    counts = np.bincount(tokens, minlength=len(used))
    return RareWords(Vocabulary([words[i] for i in used.tolist()], counts), tokens)


def change_corpus(
    corpus: EncodedCorpus,
    rare: RareWords,
    encoder: Encoder | None,
    removed: np.ndarray,
    chosen: TextSettings,
    keep: Iterable[str],
) -> ChangedCorpus:
    """Return a corpus without some documents, and with those that an encoder has read.

    Parameters
    ----------
    encoder : Encoder or None
        What is added; None: nothing.
    removed : bool array
        Which documents are removed.
    keep : iterable of str
        Words to keep, normalised as the text is.

    Raises
    ------
    EmptyResultError
        If no word is left.
    """
    known = corpus.vocabulary
    n_known = len(known)
    before_ids = np.array(corpus.ids)
    before_ids[before_ids == UNK] = n_known + np.asarray(rare.ids)
    offsets = np.asarray(corpus.sentences), np.asarray(corpus.documents)
    before = Text(before_ids, *offsets, list(corpus.names))
    after = before.without(removed)
    words = [*known.words, *rare.vocabulary.words]
    n_added = 0
    if encoder is not None:
        types = encoder.match_types(known.without_specials(), len(SPECIALS))
        types = np.where(types < 0, encoder.match_types(rare.vocabulary, n_known), types)
        new_words, new_ids = encoder.all_ids()
        new = np.flatnonzero(types < 0)
        types[new] = len(words) + np.arange(len(new))
        words += [new_words[i] for i in new.tolist()]
        sentences, documents = encoder.offsets()
        added = Text(types[new_ids], sentences, documents, encoder.document_names())
        n_added = len(documents) - 1
        after = after.followed_by(added)
    counts = np.bincount(after.ids, minlength=len(words)).astype(np.int64)
    vocabulary, id_after = _chosen(words, counts, chosen, keep)
    id_before = np.zeros(len(words), np.int32)
    id_before[len(SPECIALS) : n_known] = np.arange(len(SPECIALS), n_known)
    ids = id_after[after.ids]
    outside = after.ids[ids == UNK]
    place = np.full(len(words), -1, np.int32)
    used = np.flatnonzero((id_after == UNK) & (counts > 0))
    place[used] = np.arange(len(used))
    facts: dict[str, object] = {
        "n_types": int((counts > 0).sum()),
        "n_once": int((counts == 1).sum()),
    }
    return ChangedCorpus(
        EncodedCorpus(vocabulary, ids, after.sentences, after.documents, facts),
        RareWords(Vocabulary([words[i] for i in used.tolist()], counts[used]), place[outside]),
        before,
        after,
        removed,
        n_added,
        id_before,
        id_after,
    )


def _chosen(
    words: Sequence[str], counts: np.ndarray, chosen: TextSettings, keep: Iterable[str]
) -> tuple[Vocabulary, np.ndarray]:
    """Return the vocabulary, as `Encoder.choose_vocabulary` does, and the id of each type."""
    wanted = set(keep)
    is_candidate = counts >= chosen.min_count
    if wanted:
        is_candidate |= np.array([word in wanted for word in words], bool) & (counts > 0)
    at = np.flatnonzero(is_candidate)
    # As words of the text they are unknown ones.
    at = at[[words[i] not in SPECIALS for i in at.tolist()]]
    ranks = rank_words([words[i].encode("utf-8", "replace") for i in at.tolist()], counts[at])
    if chosen.max_size is not None:
        ranks = [
            item
            for rank, item in enumerate(ranks)
            if rank < chosen.max_size or words[at[item]] in wanted
        ]
    if not ranks:
        raise EmptyResultError(
            f"no word occurs {chosen.min_count} times in what is left of the text; remove less"
        )
    places = at[ranks]
    final = np.zeros(len(words), np.int32)
    final[places] = np.arange(len(SPECIALS), len(SPECIALS) + len(places))
    totals = np.zeros(len(SPECIALS) + len(places), np.int64)
    totals[len(SPECIALS) :] = counts[places]
    totals[UNK] = counts.sum() - totals.sum()
    names = [*SPECIALS, *(words[place] for place in places.tolist())]
    tokenizer = str(chosen.tokenizer)
    analyser = tokenizer if names_analyser(tokenizer) else ""
    return Vocabulary(names, totals, len(SPECIALS), analyser), final
