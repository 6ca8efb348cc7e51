"""From text to numbers in one pass.

Words get provisional ids in order of first sight while the text streams by; these go to a spool
file.  When the counts are known the vocabulary is chosen and sorted, and the spool is read back
with the final ids.  Memory holds the distinct words, never the text.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

import numpy as np

from .._kernels import tokens as kernels
from ..errors import EmptyResultError, SettingError
from ..runtime.progress import SILENT, Progress
from .analysers import names_analyser
from .blocks import DOCUMENT_END, RECOGNISED, Damage, read_blocks
from .corpus import EncodedCorpus
from .files import Source
from .languages import analyser_note
from .settings import FileSettings, Layout, TextSettings
from .tokenizers import Tokenizer
from .vocabulary import SPECIALS, Vocabulary, rank_words
from .wordtable import Numbered, WordTable

#: What a line is, for the kernel.
LAYOUTS: dict[str, int] = {
    "sentences": kernels.LINE_IS_SENTENCE,
    "documents": kernels.LINE_IS_DOCUMENT,
    "paragraphs": kernels.LINE_IS_SPACE,
}

_LEFT_OUT = 0  # <unk>
_MOST_TABLES = 4  # each holds every frequent word; more would cost memory and gain little


class Encoder:
    """Numbers the tokens of a stream of text.

    Blocks of text are dealt out to as many `WordTable` as there are threads.  Each numbers its
    words for itself; since final ids follow from counts and spelling alone, the result does not
    depend on how many there are.

    Parameters
    ----------
    tokenizer : Tokenizer
    layout : {"sentences", "documents", "paragraphs"}
        See `LAYOUTS`.
    spool : binary file
        Empty and open for reading and writing; receives the provisional ids.
    threads : int
    """

    def __init__(
        self, tokenizer: Tokenizer, layout: Layout, spool: BinaryIO, threads: int = 1
    ) -> None:
        if layout not in LAYOUTS:
            raise SettingError(f"layout is {layout!r}; expected one of {', '.join(LAYOUTS)}")
        self.layout = layout
        self.tokenizer = tokenizer
        self._spool = spool
        n_tables = min(threads, _MOST_TABLES)
        self._tables = [
            WordTable(tokenizer.for_thread(), LAYOUTS[layout], n_tables) for _ in range(n_tables)
        ]
        self._pools = [ThreadPoolExecutor(1) for _ in self._tables]
        self._waiting: deque[Future[Numbered]] = deque()
        self._block_lengths: list[int] = []
        self._in_line = False
        self.n_fed = 0
        self.n_tokens = 0
        # Known from `choose_vocabulary` on; of the last, see `SPECIALS`.
        self.n_types = self.n_once = self.n_reserved = 0
        self._sentences: list[np.ndarray] = []
        self._documents: list[np.ndarray] = []
        self._named: list[tuple[slice, int, list[str]]] = []

    def feed(self, text: str) -> None:
        """Take the next piece of text; it may end anywhere between two tokens."""
        if not text:
            return
        which = self.n_fed % len(self._tables)
        self.n_fed += 1
        table, pool = self._tables[which], self._pools[which]
        if self.tokenizer.in_order:  # here, before the next text: a function may keep a state
            prepared = self.tokenizer.prepare(text, self._in_line)
            self._waiting.append(pool.submit(table.number_prepared, prepared, self._in_line))
        else:
            self._waiting.append(pool.submit(table.number, text, self._in_line))
        self._in_line = text[-1] not in ("\n", DOCUMENT_END)
        if len(self._waiting) > len(self._tables):
            self._take()

    def _take(self) -> None:
        ids, sentences, documents = self._waiting.popleft().result()
        self._spool.write(ids.data)
        self._block_lengths.append(len(ids))
        self._sentences.append(sentences + self.n_tokens)
        self._documents.append(documents + self.n_tokens)
        self.n_tokens += len(ids)

    def finish(self) -> None:
        """Wait for what is under way; call it once, after the last `feed`."""
        while self._waiting:
            self._take()

    def close(self) -> None:
        """Stop the threads, finished or not."""
        for pool in self._pools:
            pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> "Encoder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def choose_vocabulary(
        self, min_count: int, max_size: int | None, keep: Iterable[str]
    ) -> Vocabulary:
        """Settle which words have an id; `final_ids` then yields the corpus in these ids."""
        first = self._merged()
        places = first.words_from(min_count)
        wanted = {self.tokenizer.normalized(word).encode("utf-8", "replace") for word in keep}
        places.update((word, place) for word in wanted if (place := first.find(word)) >= 0)
        final = np.full(first.n_words, _LEFT_OUT, np.int32)
        for name in SPECIALS:  # as words of the text they are unknown ones
            places.pop(name.encode(), None)
        words, at = list(places), np.fromiter(places.values(), np.int64, len(places))
        ranks = rank_words(words, first.counts[at])
        if max_size is not None:
            ranks = [
                item for rank, item in enumerate(ranks) if rank < max_size or words[item] in wanted
            ]
        final[at[ranks]] = np.arange(len(SPECIALS), len(SPECIALS) + len(ranks))
        names = [*SPECIALS, *(words[item].decode("utf-8") for item in ranks)]
        return self._settled(names, final)

    def use_vocabulary(self, vocabulary: Vocabulary) -> Vocabulary:
        """Take words and ids from `vocabulary`; return it with the counts of this text."""
        first = self._merged()
        final = first.ids_among(vocabulary)
        for mark in SPECIALS[1:]:
            if (place := first.find(mark.encode())) >= 0:
                final[place] = _LEFT_OUT
        return self._settled(vocabulary.words, np.where(final < 0, np.int32(_LEFT_OUT), final))

    def match_vocabulary(self, vocabulary: Vocabulary) -> WordTable:
        """Have `final_ids` yield the ids of `vocabulary`, and tell unknown words apart.

        A word that is not there, or is written as a sentence's mark, gets -1 less its place in the
        table that is returned.
        """
        table = self._merged()
        self._final = table.ids_among(vocabulary)
        for mark in SPECIALS[1:]:
            if (place := table.find(mark.encode())) >= 0:
                self._final[place] = -1 - place
        return table

    def all_ids(self) -> tuple[WordTable, np.ndarray]:
        """Return all words of the text, and for each token the place of its word."""
        table = self._merged()
        self._final = np.arange(table.n_words, dtype=np.int32)
        return table, np.concatenate([np.empty(0, np.int32), *self.final_ids()])

    def match_types(self, vocabulary: Vocabulary, first: int) -> np.ndarray:
        """Return `first` plus the id of each word of the text in a vocabulary; -1: not there."""
        ids = self._merged().ids_among(vocabulary)
        return np.where(ids < 0, np.int32(-1), ids + np.int32(first))

    def _merged(self) -> WordTable:
        first = self._tables[0]
        for table in self._tables[1:]:
            if table.merged is None:
                table.merge_into(first)
        self.n_types = first.n_words
        self.n_once = int((first.counts == 1).sum())
        places = [first.find(mark.encode()) for mark in SPECIALS[1:]]
        self.n_reserved = sum(first.count(place) for place in places if place >= 0)
        return first

    def _settled(self, words: Sequence[str], final: np.ndarray) -> Vocabulary:
        self._final = final
        totals = np.bincount(final, weights=self._tables[0].counts, minlength=len(words))
        name = self.tokenizer.name
        analyser = name if names_analyser(name) else ""
        return Vocabulary(words, totals.astype(np.int64), len(SPECIALS), analyser)

    def final_ids(self) -> Iterator[np.ndarray]:
        """Yield the corpus in final ids, block by block."""
        maps = [
            self._final if table.merged is None else self._final[table.merged]
            for table in self._tables
        ]
        self._spool.seek(0)
        for block, length in enumerate(self._block_lengths):
            ids = np.frombuffer(self._spool.read(4 * length), np.int32)
            out = np.empty(length, np.int32)
            kernels.replace_ids(ids, maps[block % len(maps)], out)
            yield out

    def offsets(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the offsets of sentences and of documents, empty ones skipped."""
        return _offsets(self._sentences)[0], _offsets(self._documents)[0]

    def feed_named(self, texts: Iterable[str], names: list[str]) -> Iterator[None]:
        """Take the texts of a file one by one; a name belongs to a `DOCUMENT_END` in its order."""
        first, n_ends = self.n_fed, 0
        for text in texts:
            self.feed(text)
            n_ends += text.count(DOCUMENT_END)
            yield
        if any(names):
            self._named.append((slice(first, self.n_fed), n_ends, names))

    def document_names(self) -> list[str]:
        """Return a name for each document of `offsets`, "" if it has none; empty if none has."""
        if not self._named:
            return []
        firsts = np.cumsum([0, *map(len, self._documents)])
        names = np.full(firsts[-1], "", object)
        for blocks, n_ends, own in self._named:
            first, last = firsts[blocks.start], firsts[blocks.stop]
            if last - first == n_ends:  # no blank lines, which end documents, too
                names[first : first + len(own)] = own
        return names[_offsets(self._documents)[1][1:]].tolist()


def _offsets(ends: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the offsets of what is not empty, and which of all they are."""
    offsets = np.concatenate([np.zeros(1, np.int64), *ends])
    is_kept = np.diff(offsets, prepend=-1) > 0
    return offsets[is_kept], is_kept


def read_into(
    encoder: Encoder,
    sources: list[Source],
    settings: FileSettings = RECOGNISED,
    progress: Progress = SILENT,
) -> Damage:
    """Feed all `sources` to `encoder`; return what had to be repaired."""
    damage = Damage()
    sizes = [source.size for source in sources]
    total = sum(size for size in sizes if size) if None not in sizes else None
    progress.start("reading text", total, "B")
    for source in sources:
        reported = 0
        names = damage.document_names = []
        texts = read_blocks(source, settings, damage, encoder.layout)
        for _ in encoder.feed_named(_noted(texts, encoder, progress), names):
            progress.advance(source.n_bytes - reported)
            reported = source.n_bytes
    encoder.finish()
    progress.finish(f"{encoder.n_tokens:,} tokens")
    for message in damage.messages():
        progress.note(message)
    return damage


def _noted(texts: Iterable[str], encoder: Encoder, progress: Progress) -> Iterator[str]:
    """Yield texts, with a note on an analyser that suits the first one."""
    for text in texts:
        if encoder.n_fed == 0 and (note := analyser_note(text, encoder.tokenizer.name)):
            progress.note(note)
        yield text


def choose_checked(encoder: Encoder, chosen: TextSettings, corpus: str) -> Vocabulary:
    """Choose the vocabulary, or say why nothing is left.

    Raises
    ------
    EmptyResultError
        If the corpus has no tokens, or no word passes the thresholds.
    """
    if encoder.n_tokens == 0:
        raise EmptyResultError(f"{corpus} holds no tokens; expected UTF-8 text with words in it")
    vocabulary = encoder.choose_vocabulary(chosen.min_count, chosen.max_size, chosen.keep)
    if len(vocabulary) == vocabulary.n_specials:
        raise EmptyResultError(
            f"no word of {corpus} occurs {chosen.min_count} times ({encoder.n_tokens:,} tokens, "
            f"{encoder.n_types:,} types); lower min_count (--min-count 1 keeps every word)"
        )
    return vocabulary


def corpus_facts(
    encoder: Encoder, vocabulary: Vocabulary, sources: list[Source], damage: Damage
) -> dict[str, object]:
    """Return the facts of the text for the result."""
    n_oov = int(vocabulary.counts[0])
    return {
        "n_tokens": encoder.n_tokens,
        "n_types": encoder.n_types,
        "n_once": encoder.n_once,
        "n_words": len(vocabulary) - vocabulary.n_specials,
        "n_oov_tokens": n_oov,
        "n_invalid_sequences": damage.n_invalid,
        "n_nul_bytes": damage.n_nul,
        "sources": [source.facts() for source in sources],
        **reserved_facts(encoder),
    }


def reserved_facts(encoder: Encoder) -> dict[str, int]:
    """Return how many tokens the text writes as a mark of sentences, if there are any."""
    return {"n_reserved_tokens": encoder.n_reserved} if encoder.n_reserved else {}


def reserved_note(facts: Mapping[str, object]) -> list[str]:
    """Return what is to be said of such tokens."""
    n = facts.get("n_reserved_tokens", 0)
    if not isinstance(n, int) or n == 0:
        return []
    return [
        f"{n:,} token{' is' if n == 1 else 's are'} written <s> or </s>, which are reserved for "
        "the ends of sentences: taken as unknown words"
    ]


def collect(
    encoder: Encoder,
    chosen: TextSettings,
    given: Vocabulary | None,
    sources: list[Source],
    damage: Damage,
) -> EncodedCorpus:
    """Return what a finished encoder holds, over the vocabulary given or one chosen."""
    name = ", ".join(source.name for source in sources) or "the text"
    if given is None:
        vocabulary = choose_checked(encoder, chosen, name)
    else:
        vocabulary = encoder.use_vocabulary(given)
    ids = np.concatenate([np.empty(0, np.int32), *encoder.final_ids()])
    sentences, documents = encoder.offsets()
    facts = corpus_facts(encoder, vocabulary, sources, damage)
    names = encoder.document_names()
    return EncodedCorpus(vocabulary, ids, sentences, documents, facts, names)
