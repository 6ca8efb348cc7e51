"""Text comes and goes: an encoded corpus with documents added and removed.

An encoded corpus holds one id for all words outside its vocabulary, and any of them may enter it
when text is added.  `RareWords` keeps them: together they are the whole text.
The result is what encoding the changed text from the start gives, to the last bit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .._kernels import changing as kernels
from .._kernels import words as ranking
from ..bundles.checks import are_within
from ..bundles.reading import Bundle
from ..bundles.stored import Readable
from ..bundles.writing import BundleWriter
from ..errors import EmptyResultError, FormatError, SettingError
from ..runtime.memory import release
from .corpus import NAMES, EncodedCorpus
from .numbering import Encoder
from .settings import TextSettings
from .vocabulary import SPECIALS, UNK, Vocabulary, rank_words
from .wordlines import Utf8Words

KIND = "rare-words"
_AT_ONCE = 1 << 20  # tokens


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
class ChangedCorpus:
    """A corpus with documents added and removed, and what it takes to change its counts.

    A type is the id of a word in the vocabulary before, or, from `n_known` on, the place of one
    outside it; types that were added follow.

    Attributes
    ----------
    before : EncodedCorpus
    rare_before : RareWords
    removed : bool array
        Which documents of `before` are not in the text after.
    added : int32 array
        Types of the tokens that were added.
    n_added : int
        Documents that were added.
    id_after, number_after : int32 arrays (n_types,)
        Ids of the types in the vocabulary after, 0: not in it; and numbers among those outside.
    vocabulary : Vocabulary
    sentences, documents, names, facts
        Of the text after, as those of `EncodedCorpus`.
    rare : RareWords
        Of the text after; its ids are there once `write` has run.
    """

    before: EncodedCorpus
    rare_before: RareWords
    removed: np.ndarray
    added: np.ndarray
    n_added: int
    id_after: np.ndarray
    number_after: np.ndarray
    vocabulary: Vocabulary
    sentences: np.ndarray
    documents: np.ndarray
    names: list[str]
    facts: dict[str, int]
    rare: RareWords

    @property
    def n_known(self) -> int:
        """Number of words of the vocabulary before, specials included."""
        return len(self.before.vocabulary)

    def write(self, writer: BundleWriter) -> None:
        """Write the text after as files of a bundle."""
        self.vocabulary.write(writer)
        writer.array_chunks("ids", np.int32, int(self.documents[-1]), self._ids())
        writer.array("sentences", self.sentences)
        writer.array("documents", self.documents)
        if self.names:
            writer.text(NAMES, self.names)

    def _ids(self) -> Iterator[np.ndarray]:
        """Yield the ids after, and note the rare words among them."""
        ids, n_rare, documents = self.before.ids, 0, np.asarray(self.before.documents)
        out = np.empty(min(_AT_ONCE, len(ids)), np.int32)
        cursors = np.zeros(2, np.int64)
        for first in range(0, len(ids), _AT_ONCE):
            n, n_rare = kernels.renumber_tokens(
                *(ids, self.rare_before.ids, self.n_known, first, min(first + _AT_ONCE, len(ids))),
                *(documents, self.removed, self.id_after, self.number_after),
                *(cursors, out, self.rare.ids, n_rare),
            )
            yield out[:n]
            release(ids)
        new = self.id_after[self.added]
        self.rare.ids[n_rare:] = self.number_after[self.added[new == UNK]]
        yield new

    def changed_units(
        self, after: EncodedCorpus, is_marked: np.ndarray, by_sentence: bool
    ) -> tuple[EncodedCorpus, EncodedCorpus]:
        """Return the sentences or documents that are removed, or hold a marked type, or are added.

        Parameters
        ----------
        after : EncodedCorpus
            What `write` wrote.
        is_marked : bool array (n_types,)

        Returns
        -------
        two EncodedCorpus
            Those before, in ids before, and those after, in ids after.
        """
        units = self.before.sentences if by_sentence else self.before.documents
        new_units = after.sentences if by_sentence else after.documents
        is_removed = _of_documents(self.removed, units, self.before.documents)
        is_chosen = is_removed.copy()
        if is_marked.any():
            kernels.mark_units(
                *(self.before.ids, self.rare_before.ids, self.n_known),
                *(is_marked, units, is_chosen),
            )
        stays = is_chosen[~is_removed]
        is_new = np.ones(len(new_units) - 1, bool)
        is_new[: len(stays)] = stays
        return _taken(self.before, units, is_chosen), _taken(after, new_units, is_new)


def _of_documents(is_so: np.ndarray, units: np.ndarray, documents: np.ndarray) -> np.ndarray:
    """Return for each unit the mark of its document."""
    if units is documents or not is_so.any():
        return np.copy(is_so) if units is documents else np.zeros(len(units) - 1, bool)
    return np.asarray(is_so[np.searchsorted(documents, units[:-1], side="right") - 1])


def _taken(corpus: EncodedCorpus, units: np.ndarray, is_chosen: np.ndarray) -> EncodedCorpus:
    """Return some units of a corpus, each as a document."""
    firsts, lengths = units[:-1][is_chosen], np.diff(units)[is_chosen]
    offsets = _offsets(lengths)
    places = np.arange(offsets[-1]) + np.repeat(firsts - offsets[:-1], lengths)
    return EncodedCorpus(corpus.vocabulary, corpus.ids[places], offsets, offsets)


def _offsets(lengths: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])


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
    table, ids = encoder.all_ids()
    outside = np.asarray(corpus.ids) == UNK
    if len(ids) != len(outside):
        raise SettingError("the text is not the one that the workspace was made from")
    tokens = ids[outside]
    counts = np.bincount(tokens, minlength=table.n_words)
    used, place = _numbered(counts > 0)
    lines = table.utf8().among(used).lines(counts[used])
    return RareWords(Vocabulary.from_lines(lines), place[tokens])


def _numbered(is_marked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the marked places, and for each place its number among them, else -1."""
    places = np.flatnonzero(is_marked)
    numbers = np.full(len(is_marked), -1, np.int32)
    numbers[places] = np.arange(len(places), dtype=np.int32)
    return places, numbers


def change_corpus(
    corpus: EncodedCorpus,
    rare: RareWords,
    encoder: Encoder | None,
    removed: np.ndarray,
    chosen: TextSettings,
    keep: Iterable[str],
) -> ChangedCorpus:
    """Return a corpus without some documents, and with those that an encoder has read.

    Words that stay are copied as bytes, and tokens are read once.

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
    known, n_known = corpus.vocabulary, len(corpus.vocabulary)
    tokens = corpus.ids, rare.ids, n_known
    if len(corpus) - np.count_nonzero(corpus.ids) != len(rare.ids):
        raise SettingError("the rare words are not those of the corpus; delete rare-words")
    before = np.concatenate([known.counts, rare.vocabulary.counts])
    before[: len(SPECIALS)] = 0
    counts = before.copy()
    if removed.any():
        n_removed = int(np.diff(corpus.documents)[removed].sum())
        gone = np.empty(n_removed, np.int32)
        kernels.take_types(*tokens, corpus.documents, removed, gone)
        counts -= np.bincount(gone, minlength=len(counts))
    words = known.utf8().followed_by(rare.vocabulary.utf8())
    added = np.empty(0, np.int32)
    vocabularies = [(known, 0), (rare.vocabulary, n_known)]
    if encoder is not None:
        types = encoder.match_types(known.without_specials(), len(SPECIALS))
        types = np.where(types < 0, encoder.match_types(rare.vocabulary, n_known), types)
        table, new_ids = encoder.all_ids()
        new = np.flatnonzero(types < 0)
        types[new] = np.arange(len(words), len(words) + len(new))
        new_words = table.utf8().among(new)
        vocabularies.append(
            (Vocabulary.from_lines(new_words.lines(np.zeros(len(new), np.int64))), len(words))
        )
        words = words.followed_by(new_words)
        added = types[new_ids]
        counts = np.bincount(added, minlength=len(words)) + np.pad(counts, (0, len(new)))
    # As words of the text, marks of sentences are unknown ones.
    marks = _types(SPECIALS[1:], vocabularies)
    is_wanted = np.zeros(len(words), bool)
    is_wanted[_types(keep, vocabularies)] = True
    is_candidate = (counts >= chosen.min_count) | (is_wanted & (counts > 0))
    is_candidate[marks] = is_candidate[_types(SPECIALS[:1], vocabularies)] = False
    is_in_order = np.zeros(len(words), bool)
    is_in_order[:n_known] = counts[:n_known] == before[:n_known]
    order = _ranked(words, counts, is_candidate, is_in_order)
    if chosen.max_size is not None:
        is_kept = is_wanted[order]
        is_kept[: chosen.max_size] = True
        order = order[is_kept]
    if not len(order):
        raise EmptyResultError(
            f"no word occurs {chosen.min_count} times in what is left of the text; remove less"
        )
    id_after = np.zeros(len(words), np.int32)
    id_after[order] = np.arange(len(SPECIALS), len(SPECIALS) + len(order), dtype=np.int32)
    outside, number = _numbered((id_after == UNK) & (counts > 0))
    rare_ids = np.empty(int(counts[outside].sum()), np.int32)
    totals = np.concatenate([[len(rare_ids), 0, 0], counts[order]])
    lines = words.among(np.concatenate([np.arange(len(SPECIALS)), order])).lines(totals)
    sentences, documents, names, n_added = _units(corpus, removed, encoder)
    if int(documents[-1]) != int(counts.sum()) or counts.min() < 0:
        raise SettingError("the vocabulary does not count the words of the text; build it again")
    facts = {
        "n_types": int((counts > 0).sum()),
        "n_once": int((counts == 1).sum()),
        "n_reserved_tokens": int(counts[marks].sum()),
    }
    return ChangedCorpus(
        *(corpus, rare, removed, added, n_added, id_after, number),
        Vocabulary.from_lines(lines, len(SPECIALS), known.analyser),
        *(sentences, documents, names, facts),
        RareWords(Vocabulary.from_lines(words.among(outside).lines(counts[outside])), rare_ids),
    )


def _units(
    corpus: EncodedCorpus, removed: np.ndarray, encoder: Encoder | None
) -> tuple[np.ndarray, np.ndarray, list[str], int]:
    """Return the offsets of sentences and documents after, their names, and how many are new."""
    sentences, documents, names = corpus.sentences, corpus.documents, list(corpus.names)
    if removed.any():
        stays = ~_of_documents(removed, sentences, documents)
        sentences = _offsets(np.diff(sentences)[stays])
        documents = _offsets(np.diff(documents)[~removed])
        names = [name for name, is_removed in zip(names, removed.tolist()) if not is_removed]
    n_added = 0
    if encoder is not None:
        new = encoder.offsets()
        n_stay, n_added = len(documents) - 1, len(new[1]) - 1
        sentences, documents = (
            np.concatenate([offsets, added[1:] + offsets[-1]])
            for offsets, added in zip((sentences, documents), new)
        )
        new_names = encoder.document_names()
        if any(names) or any(new_names):
            names = [*(names or [""] * n_stay), *(new_names or [""] * n_added)]
    return sentences, documents, names if any(names) else [], n_added


def _types(words: Iterable[str], vocabularies: Sequence[tuple[Vocabulary, int]]) -> np.ndarray:
    """Return the types of words, in any of some vocabularies that begin at a number each."""
    places = (
        place + first
        for word in words
        for vocabulary, first in vocabularies
        if (place := vocabulary.place(word)) is not None
    )
    return np.fromiter(places, np.int64)


def _ranked(
    words: Utf8Words, counts: np.ndarray, is_candidate: np.ndarray, is_in_order: np.ndarray
) -> np.ndarray:
    """Return the types of the candidates, as `rank_words` has them.

    Parameters
    ----------
    is_in_order : bool array
        Words of the vocabulary whose counts have not changed.
    """
    one = np.flatnonzero(is_candidate & is_in_order)
    other = np.flatnonzero(is_candidate & ~is_in_order)
    other = other[rank_words(words.among(other).as_bytes(), counts[other])]
    order = np.empty(len(one) + len(other), np.int64)
    ranking.merge_ranked(words.text, words.firsts, words.lasts, counts, one, other, order)
    return order
