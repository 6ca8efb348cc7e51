"""Read ARPA files, as KenLM, SRILM and IRSTLM write them, and believe nothing that they claim.

Lines of an order may be in any order, back-off weights and ``<unk>`` be missing, and text come
before ``\\data\\``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ..._kernels import arpa as kernels
from ...counts.trie import NgramTrie
from ...runtime.arguments import checks_types
from ...runtime.parallel import map_stream, n_threads
from ...runtime.progress import Progress, ProgressLike, as_progress
from ...text.files import unpacked_name
from ...text.reading import LineBlock, open_reader, shown
from ...text.vocabulary import SPECIALS, Vocabulary
from ..language_model import BOS
from ..ngram.model import NgramModel
from .file import ArpaFile, Claim
from .lines import LineError, mend, token_span
from .marks import marks_note, missing_marks
from .words import ArpaWords

UNK_NAME = SPECIALS[0]
_MOST_PLACES = (1 << 31) - 1  # int32
_WORD_BITS = 32  # of a key, see `kernels.find_histories`

#: text, i, n, line -> i, n, line, as in `kernels.parse_unigrams`.
_Parse = Callable[[np.ndarray, int, int, int], tuple[int, int, int]]


@dataclass(frozen=True)
class _Lines:
    """Lines of one order.

    Attributes
    ----------
    logprobs, backoffs : float64 arrays (n,)
    keys : int64 array (n,)
        See `kernels.find_histories`; nothing of unigrams.
    numbers : int32 array (n,)
        Numbers of the lines, from the first line read with them on.
    words : list of bytes
        Of unigrams.
    """

    logprobs: np.ndarray
    backoffs: np.ndarray
    keys: np.ndarray
    numbers: np.ndarray
    words: list[bytes]


@dataclass
class _Tree:
    """Lines read so far, a list item for each order."""

    bases: list[int]
    words: list[np.ndarray]
    children: list[np.ndarray]  # none for the highest order so far
    logprobs: list[np.ndarray]
    backoffs: list[np.ndarray]

    def flat(self) -> tuple[np.ndarray, np.ndarray]:
        """Return `words` and `children` as an `NgramTrie` has them."""
        ends = np.array([self.bases[-1]], np.int32)
        return np.concatenate(self.words), np.concatenate([*self.children, ends])


def describe_arpa(path: str | Path) -> dict[str, Any]:
    """Return the size of an ARPA file, and what its header claims: n-grams of each order.

    Raises
    ------
    FormatError
        If it has no such header.
    """
    with open_reader(path, "an ARPA file") as reader:
        claims = ArpaFile(reader).read_header()
        return {"bytes": reader.total, "claimed_ngrams": [claim.count for claim in claims]}


@checks_types
def read_arpa(
    path: str | Path,
    threads: int | None = None,
    progress: ProgressLike = None,
    lenient: bool = False,
) -> NgramModel:
    """Read an ARPA file, plain or compressed.

    Parameters
    ----------
    threads : int, optional
        All processors if None; any number gives the same model.
    lenient : bool
        Repair slips first, see `repair_arpa`; what is repaired is counted in the facts and a note.

    Returns
    -------
    NgramModel
        The specials first in its vocabulary, then the words as the unigrams are in the file, all
        with counts of 0, which are not known.  A special that is not in the file has no
        probability, and neither has what is given -99; a note says which are missing and what
        looks like them, and so does the fact ``missing_marks``.

    Raises
    ------
    FormatError
        If the file is malformed or cut off; the line that shows it is named.  An n-gram is refused
        whose history is not among the n-grams of the order below, as KenLM does it: nothing says
        what is left for the other words after such a history.
    """
    progress = as_progress(progress)
    if lenient:
        return _read_repaired(path, threads, progress)
    with open_reader(path, "an ARPA file") as reader:
        progress.start("reading ARPA", reader.total, "B")
        model = _Reading(ArpaFile(reader), n_threads(threads), progress).model()
    progress.finish(f"{len(model.trie):,} n-grams of orders 1 to {model.order}")
    return model


def _read_repaired(path: str | Path, threads: int | None, progress: Progress) -> NgramModel:
    from .repairing import repair_arpa

    with TemporaryDirectory(prefix="wvt-") as folder:
        copy = Path(folder, unpacked_name(Path(path).name))
        repairs = repair_arpa(path, copy)
        model = read_arpa(copy, threads, progress)
    if repairs.n_rounded or repairs.n_added:
        progress.note(f"{path}: {repairs}")
    facts = {**model.facts, "n_rounded": repairs.n_rounded, "n_added": repairs.n_added}
    return replace(model, settings={**model.settings, "file": Path(path).name}, facts=facts)


class _Reading:
    """One pass over a file."""

    def __init__(self, file: ArpaFile, threads: int, progress: Progress) -> None:
        self._file = file
        self._threads = threads
        self._progress = progress
        self._reported = 0

    def model(self) -> NgramModel:
        claims = self._file.read_header()
        highest = len(claims)
        self._file.expect(b"\\1-grams:")
        header = self._file.line
        lines = self._read_lines(1, claims[0], highest, _parse_unigrams)
        table, vocabulary = self._number_words(lines, header)
        tree = _Tree([0, len(table)], [np.arange(len(table), dtype=np.int32)], [], [], [])
        for given, levels, missing in (
            (lines.logprobs, tree.logprobs, -np.inf),
            (lines.backoffs, tree.backoffs, 0.0),
        ):
            level = np.full(len(table), missing)
            level[table.ids] = given
            levels.append(level)
        tree.logprobs[0][BOS] = -np.inf
        for order in range(2, highest + 1):
            self._file.expect(f"\\{order}-grams:".encode())
            self._add_level(tree, order, claims[order - 1], highest, table)
        self._file.read_end()
        words, children = tree.flat()
        trie = NgramTrie(np.array(tree.bases, np.int64), words, children)
        backoffs = np.concatenate([np.empty(0), *tree.backoffs[: highest - 1]])
        settings = {"order": highest, "file": self._file.reader.path.name, "format": "arpa"}
        facts = self._marks(table)
        return NgramModel(
            vocabulary, trie, np.concatenate(tree.logprobs), backoffs, settings, facts
        )

    def _marks(self, table: ArpaWords) -> dict[str, object]:
        """State which marks are missing, and what looks like them; return that as facts."""
        name = self._file.reader.path.name
        there = {word.decode("utf-8", "replace") for word in table.there}
        if (unk := table.unk.decode()) != UNK_NAME and unk in there:
            self._progress.note(f"{name}: {unk} is read as <unk>")
            there.add(UNK_NAME)
        missing = missing_marks(there)
        if not missing:
            return {}
        self._progress.note(f"{name}: {marks_note(missing)}")
        return {"missing_marks": missing}

    def _read_lines(
        self, order: int, claim: Claim, highest: int, parse: Callable[[LineBlock], _Lines]
    ) -> _Lines:
        """Read the lines up to the next header, on all threads."""
        file = self._file
        header = file.line
        expected = f"{claim.count:,} as line {claim.line} says"
        parts: list[_Lines] = []
        n = 0

        def parse_block(block: LineBlock) -> tuple[int, _Lines]:
            try:
                return block.first_line, parse(block)
            except _LocatedError as error:
                cause, line = error.cause, block.first_line + error.line
                raise file.error(cause.found, cause.expected, line, cause.advice) from None

        for first_line, part in map_stream(parse_block, file.blocks(), self._threads):
            if first_line - header > _MOST_PLACES >> 1:
                raise file.error("too many lines", f"at most {_MOST_PLACES >> 1:,}", first_line)
            part.numbers[:] += np.int32(first_line - header)
            n += len(part.logprobs)
            if n > claim.count:
                line = header + int(part.numbers[claim.count - n])
                raise file.error(f"another {order}-gram", expected, line)
            if order == highest and part.backoffs.any():
                line = header + int(part.numbers[np.flatnonzero(part.backoffs)[0]])
                raise file.error("a back-off weight", "none but 0 at the highest order", line)
            parts.append(part)
            consumed = file.reader.consumed
            self._progress.advance(consumed - self._reported)
            self._reported = consumed
        if n < claim.count:
            raise file.too_few(f"{n:,} {order}-grams", expected)
        return _join(parts)

    def _number_words(self, lines: _Lines, header: int) -> tuple[ArpaWords, Vocabulary]:
        if not lines.words:
            raise self._file.error("no words", "at least one 1-gram", header)
        table = ArpaWords(lines.words)
        if table.twice >= 0:
            line = header + int(lines.numbers[table.twice])
            raise self._file.error("a word that another line has", "each word once", line)
        try:
            return table, table.vocabulary()
        except UnicodeDecodeError as error:
            line = header + int(lines.numbers[lines.words.index(error.object)])
            raise self._file.error(
                f"a word that is not UTF-8: {error.object[:60]!r}",
                "UTF-8",
                line,
                "convert the file, for instance: iconv -f LATIN1 -t UTF-8 IN > OUT",
            ) from None

    def _add_level(
        self, tree: _Tree, order: int, claim: Claim, highest: int, table: ArpaWords
    ) -> None:
        header = self._file.line
        below = tree.flat()
        lines = self._read_lines(
            order, claim, highest, lambda block: _parse_ngrams(block, order, table, *below)
        )
        keys, logprobs, backoffs = lines.keys, lines.logprobs, lines.backoffs
        if not (keys[1:] > keys[:-1]).all():
            by_key = np.argsort(keys)
            keys, logprobs, backoffs = keys[by_key], logprobs[by_key], backoffs[by_key]
            twice = np.flatnonzero(keys[1:] == keys[:-1])
            if len(twice):
                _, again = np.flatnonzero(lines.keys == keys[twice[0]])[:2]
                line = header + int(lines.numbers[again])
                raise self._file.error("an n-gram that another line has", "each once", line)
        base, end = tree.bases[-2:]
        if end + len(keys) > _MOST_PLACES:
            raise self._file.error("too many n-grams", f"at most {_MOST_PLACES:,}", header)
        n_children = np.bincount((keys >> _WORD_BITS) - base, minlength=end - base)
        tree.children.append((np.cumsum(n_children) - n_children + end).astype(np.int32))
        tree.words.append((keys & ((1 << _WORD_BITS) - 1)).astype(np.int32))
        tree.bases.append(end + len(keys))
        tree.logprobs.append(logprobs)
        tree.backoffs.append(backoffs)


class _LocatedError(Exception):
    """A `LineError` and the line of the block that it is about, from 0."""

    def __init__(self, cause: LineError, line: int) -> None:
        super().__init__(str(cause))
        self.cause, self.line = cause, line


def _join(parts: list[_Lines]) -> _Lines:
    def joined(name: str, dtype: type) -> np.ndarray:
        return np.concatenate([np.empty(0, dtype), *(getattr(part, name) for part in parts)])

    return _Lines(
        joined("logprobs", np.float64),
        joined("backoffs", np.float64),
        joined("keys", np.int64),
        joined("numbers", np.int32),
        [word for part in parts for word in part.words],
    )


def _room(block: LineBlock, order: int) -> _Lines:
    """Return room for as many lines as there can be in a block."""
    n = min(block.n_lines, len(block.data) // (2 * order + 2))  # 0 a b c
    return _Lines(np.empty(n), np.empty(n), np.empty(n, np.int64), np.empty(n, np.int32), [])


def _filled(room: _Lines, n: int, words: list[bytes]) -> _Lines:
    return _Lines(room.logprobs[:n], room.backoffs[:n], room.keys[:n], room.numbers[:n], words)


def _parse_unigrams(block: LineBlock) -> _Lines:
    room = _room(block, 1)
    starts, stops = np.empty((2, len(room.logprobs)), np.int64)

    def parse(text: np.ndarray, i: int, n: int, line: int) -> tuple[int, int, int]:
        return kernels.parse_unigrams(
            text, i, n, line, room.logprobs, room.backoffs, starts, stops, room.numbers
        )

    def place_word(n: int, start: int, stop: int) -> None:
        starts[n], stops[n] = start, stop

    n = _parse(block.data, 1, parse, lambda _: None, place_word)
    places = zip(starts[:n].tolist(), stops[:n].tolist())
    return _filled(room, n, [block.data[start:stop] for start, stop in places])


def _parse_ngrams(
    block: LineBlock, order: int, table: ArpaWords, words: np.ndarray, children: np.ndarray
) -> _Lines:
    room = _room(block, order)
    ids = np.empty((len(room.logprobs), order), np.int32)

    def parse(text: np.ndarray, i: int, n: int, line: int) -> tuple[int, int, int]:
        return kernels.parse_ngrams(
            text,
            i,
            n,
            line,
            table.slots,
            table.arena,
            table.ends,
            room.logprobs,
            room.backoffs,
            ids,
            room.numbers,
        )

    n = _parse(block.data, order, parse, table.check)
    ids = ids[:n]
    # Through the tree from its beginning to its end: neighbours in it are neighbours in memory.
    first_words = ids[:, 0].astype(np.int64) << _WORD_BITS | ids[:, min(1, order - 2)]
    missing = kernels.find_histories(ids, np.argsort(first_words), words, children, room.keys)
    if missing >= 0:
        ngram = ids[missing].tolist()
        cause = LineError(
            table.text(ngram),
            f"{table.text(ngram[:-1])} among the {order - 1}-grams",
            "the probability of the other words after it is unknown; lenient=True (wvt convert IN "
            "OUT.wvt --lenient) adds it with the probability of back-off",
        )
        raise _LocatedError(cause, int(room.numbers[missing]))
    return _filled(room, n, [])


def _parse(
    data: bytes,
    order: int,
    parse: _Parse,
    check: Callable[[list[bytes]], None],
    place_word: Callable[[int, int, int], None] | None = None,
) -> int:
    """Read the lines of a block, slowly those that the kernel leaves; return how many."""
    text = np.frombuffer(data, np.uint8)
    i = n = line = 0
    while True:
        i, n, line = parse(text, i, n, line)
        if i == len(text):
            return n
        end = data.index(b"\n", i)
        raw = data[i:end]
        try:
            mended, words = mend(raw, order)
            check(words)
        except LineError as error:
            raise _LocatedError(error, line) from None
        before = n
        _, n, line = parse(np.frombuffer(mended, np.uint8), 0, n, line)
        if n == before:
            raise _LocatedError(LineError(shown(raw, 60), "a line that can be read"), line)
        if place_word is not None:
            start, stop = token_span(raw, 1)
            place_word(n - 1, i + start, i + stop)
        i = end + 1
