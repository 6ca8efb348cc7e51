"""Accuracy on analogy questions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from .._kernels import questions as kernels
from ..embeddings.queries import ANALOGY_METHODS, EPSILON, AnalogyMethod, Directions
from ..embeddings.vectors import WordVectors
from ..errors import EmptyResultError, SettingError, expect
from ..runtime.arguments import checks_types
from ..runtime.parallel import even_bounds, map_blocks, n_threads, one_blas_thread
from ..runtime.progress import SILENT, Progress, ProgressLike, as_progress
from ..runtime.results import Results
from ..runtime.signatures import Signature
from .analogy_forms import BaseForms, with_forms
from .columns import Columns
from .datasets import AnalogySet, read_analogy_set
from .results import AnalogyResult, SectionResult
from .statistics.bootstrap import RESAMPLES, check_resamples
from .statistics.chance import analogy_chance
from .statistics.intervals import IntervalKind
from .statistics.pair_bootstrap import accuracy_intervals, pairs_of, sections_of
from .statistics.pair_effects import accuracy_interval, add_sums, section_sums

_PANEL_CELLS = 1 << 18  # cosines of a panel: 1 MiB, so that they stay in the cache
_NARROWEST, _WIDEST = 64, 4096  # words of a panel
_PARTS = 64  # of the vocabulary; a thread works through one at a time
_OF_BATS = re.compile(r"[IDEL]\d\d\b")
#: First letter of a section -> group of BATS.
_BATS = {"I": "inflection", "D": "derivation", "E": "encyclopedic", "L": "lexicographic"}
_UNIT_CELLS = 1 << 25  # of the questions' distinct words, held at a time


@checks_types
def evaluate_analogies(
    vectors: WordVectors,
    dataset: str | Path | AnalogySet = "google",
    method: AnalogyMethod = "3cosadd",
    among: int | None = None,
    threads: int | None = None,
    progress: ProgressLike = None,
    interval: IntervalKind = "analytic",
    resamples: int = RESAMPLES,
    seed: int = 0,
    base_forms: BaseForms | None = None,
    columns: Columns = None,
    encoding: str | None = None,
) -> AnalogyResult:
    """Answer every question whose four words have vectors; see `WordVectors.analogy`.

    Parameters
    ----------
    dataset : str, path or AnalogySet
        See `read_analogy_set`.
    among : int, optional
        Use only this number of words, the most frequent; questions with others are skipped.
    interval : {"analytic", "bootstrap"}
        The questions of a section are made from few word pairs, each with every other, so they are
        not independent: where some pairs are harder, an interval that takes them so holds the truth
        30 to 87 times in 100.  Both kinds allow for it: a formula by the variance that pairs make
        (`pair_effects`), right 92 to 98 times from 25 pairs on, or resampled pairs
        (`pair_bootstrap`), which are too wide where pairs are alike (benchmarks/intervals.py).
        Where all answers of a part are right, or none, its interval is that of as many answers as
        there are pairs.
    resamples, seed : int
        Of the bootstrap.
    base_forms : callable, optional
        Word -> its base forms, such as `Thesaurus.base_forms`.  Words that share one with a, b or c
        are then no candidates (``apples`` for ``apple``), except in sections that ask for inflected
        forms: those in which most pairs a, b share one.
    columns : str or sequence of str or int, optional
        Of a file: the columns of the four words, by name or by number from 1.
    encoding : str, optional
        Of a file; default: UTF-8, or what its byte order mark says.

    Raises
    ------
    EmptyResultError
        If no question has all its words in the vocabulary.
    """
    progress = as_progress(progress)
    test = (
        dataset if isinstance(dataset, AnalogySet) else read_analogy_set(dataset, columns, encoding)
    )
    return evaluate_analogy_methods(
        vectors, test, (method,), among, threads, progress, interval, resamples, seed, base_forms
    )[0]


@checks_types
def evaluate_analogy_methods(
    vectors: WordVectors,
    dataset: str | Path | AnalogySet = "google",
    methods: Sequence[AnalogyMethod] = ("3cosadd", "3cosmul"),
    among: int | None = None,
    threads: int | None = None,
    progress: Progress = SILENT,
    interval: IntervalKind = "analytic",
    resamples: int = RESAMPLES,
    seed: int = 0,
    base_forms: BaseForms | None = None,
) -> Results[AnalogyResult]:
    """Return what `evaluate_analogies` does for each of several methods, for one set of cosines."""
    expect("vectors", vectors, WordVectors, "WordVectors, such as load(path) returns")
    for method in methods:
        if method not in ANALOGY_METHODS:
            raise SettingError(f"method is {method!r}; expected {' or '.join(ANALOGY_METHODS)}")
    if among is not None and among < 1:
        raise SettingError(f"among is {among}; it must be at least 1")
    check_resamples(resamples, seed)
    test = dataset if isinstance(dataset, AnalogySet) else read_analogy_set(dataset)
    asked = _word_ids(vectors, test, among)
    known: np.ndarray = np.all(asked >= 0, axis=1)
    if not known.any():
        raise EmptyResultError(
            f"none of the {len(asked)} questions of {test.name} has all its words in the "
            "vocabulary; is the set in the language of the corpus?"
        )
    progress.start(f"answering by {', '.join(methods)}", len(asked), "question")
    progress.advance(int((~known).sum()))
    left_out = asked[:, :3]
    if base_forms is not None:
        left_out = with_forms(vectors, test, asked, among, base_forms)
    given = _answer(vectors, left_out[known], methods, among, n_threads(threads), progress)
    others = _other_answers(vectors, test, asked)
    chance = analogy_chance(int((vectors.norms[:among] > 0).sum()))
    results = [
        _score(test, method, asked, known, answers, among, chance, others)
        for method, answers in zip(methods, given)
    ]
    drawing = (resamples, seed, threads) if interval == "bootstrap" else None
    signs = {**vectors.signed, **({"forms": "left-out"} if base_forms is not None else {})}
    if signs:
        signed = [result.signature.add(**signs) for result in results]
        results = [result.replaced(signature=made) for result, made in zip(results, signed)]
    results = [_with_intervals(test, result, drawing) for result in results]
    right = ", ".join(f"{result.total.n_correct:,}" for result in results)
    progress.finish(f"{right} of {int(known.sum()):,} right")
    return Results(results)


def _word_ids(vectors: WordVectors, test: AnalogySet, among: int | None) -> np.ndarray:
    """Return the ids of the questions' words, int64 (n_questions, 4), -1 for those skipped."""
    questions = [question for _, section in test.sections for question in section]
    words = {word: vectors.find(word) for word in sorted({w for q in questions for w in q})}
    limit = len(vectors) if among is None else among
    ids = {word: -1 if place is None or place >= limit else place for word, place in words.items()}
    asked = np.array([[ids[word] for word in question] for question in questions], np.int64)
    if vectors.vocabulary.analyser:  # inflected forms of one stem are no question
        asked[(np.diff(np.sort(asked), axis=1) == 0).any(axis=1)] = -1
    return asked


def _score(
    test: AnalogySet,
    method: str,
    asked: np.ndarray,
    known: np.ndarray,
    given: np.ndarray,
    among: int | None,
    chance: float,
    others: np.ndarray,
) -> AnalogyResult:
    answers = np.full(len(asked), -1, np.int64)
    answers[known] = given
    right = (answers == asked[:, 3]) | (answers[:, None] == others).any(axis=1)
    correct = known & right
    results = []
    first = 0
    for name, section in test.sections:
        part = slice(first, first + len(section))
        n = int(known[part].sum())
        results.append(
            SectionResult(
                name=name, n_correct=int(correct[part].sum()), n=n, n_oov=len(section) - n
            )
        )
        first += len(section)
    total = _together("total", results)
    groups = tuple(
        _together(name, [results[i] for i in places]) for name, places in _groups(test).items()
    )
    signature = Signature.of(
        "accuracy",
        method,
        set=test.name,
        sha256=test.sha256[:8],
        n=total.n,
        oov=total.n_oov,
        oov_questions="left-out",
        lookup="exact,nfc,lower",
        among=among or "all",
    )
    return AnalogyResult(
        dataset=test.name,
        sha256=test.sha256,
        reading=test.reading,
        method=method,
        sections=tuple(results),
        groups=groups,
        total=total,
        chance=chance,
        answers=answers,
        correct=correct,
        pairs=pairs_of(test),
        signature=signature,
    )


def _other_answers(vectors: WordVectors, test: AnalogySet, asked: np.ndarray) -> np.ndarray:
    """Return the ids of words that are right besides d, int64 (n_questions, n), -2 for none."""
    if not test.others:
        return np.empty((len(asked), 0), np.int64)
    ids = {
        pair: [place for word in words if (place := vectors.find(word)) is not None]
        for pair, words in test.others.items()
    }
    found = np.full((len(asked), max(map(len, ids.values()))), -2, np.int64)
    questions = (question for _, section in test.sections for question in section)
    for row, (_, _, c, d) in zip(found, questions):
        if own := ids.get((c, d)):
            row[: len(own)] = own
    return found


def _groups(test: AnalogySet) -> dict[str, list[int]]:
    """Return the sections of semantic and of syntactic questions, or the groups of BATS, where
    names tell them apart."""
    names = [name for name, _ in test.sections]
    if all(_OF_BATS.match(name) for name in names):
        by_letter = {letter: [i for i, n in enumerate(names) if n[0] == letter] for letter in _BATS}
        return {_BATS[letter]: places for letter, places in by_letter.items() if places}
    syntactic = [i for i, name in enumerate(names) if name.startswith("gram")]
    semantic = [i for i, name in enumerate(names) if not name.startswith("gram")]
    return {"semantic": semantic, "syntactic": syntactic} if syntactic and semantic else {}


def _with_intervals(
    test: AnalogySet, result: AnalogyResult, drawing: tuple[int, int, int | None] | None
) -> AnalogyResult:
    """Return the result with intervals, over resampled word pairs if `drawing` says how."""
    n = len(result.sections)
    parts = [*([i] for i in range(n)), *_groups(test).values(), list(range(n))]
    sums = section_sums(sections_of(test), result.correct, result.answers >= 0)
    bounds = [accuracy_interval(add_sums([sums[i] for i in part])) for part in parts]
    signature = result.signature.add(ci="wilson-t", of="word-pairs")
    if drawing is not None:
        resampled = accuracy_intervals(test, result.answers >= 0, result.correct, parts, *drawing)
        bounds = [found or formula for found, formula in zip(resampled, bounds)]
        signature = result.signature.add(
            ci="bootstrap-percentile",
            of="word-pairs",
            where_all_or_none_right="wilson",
            resamples=drawing[0],
            seed=drawing[1],
        )
    scores = (*result.sections, *result.groups, result.total)
    scored = [replace(part, interval=found) for part, found in zip(scores, bounds)]
    return replace(
        result,
        sections=tuple(scored[:n]),
        groups=tuple(scored[n:-1]),
        total=scored[-1],
        signature=signature,
    )


def _together(name: str, results: list[SectionResult]) -> SectionResult:
    return SectionResult(
        name=name,
        n_correct=sum(result.n_correct for result in results),
        n=sum(result.n for result in results),
        n_oov=sum(result.n_oov for result in results),
    )


def _parts(ids: np.ndarray, most_words: int) -> Iterator[tuple[int, int]]:
    """Cut questions so that each part has at most `most_words` distinct words."""
    first = 0
    seen: set[int] = set()
    for i, question in enumerate(ids.tolist()):
        if i > first and len(seen.union(question)) > most_words:
            yield first, i
            first, seen = i, set()
        seen.update(question)
    yield first, len(ids)


def _answer(
    vectors: WordVectors,
    left_out: np.ndarray,
    methods: Sequence[str],
    among: int | None,
    threads: int,
    progress: Progress,
) -> np.ndarray:
    """Return the answers to questions by each method, int64 (n_methods, n).

    The first three columns of `left_out` are a, b and c, the others more words that are none.
    """
    # Those that begin with the same pair together.
    order = np.lexsort((left_out[:, 1], left_out[:, 0]))
    left_out = np.ascontiguousarray(left_out[order])
    ids = left_out[:, :3]
    places = np.flatnonzero(vectors.norms[:among] > 0)
    found = np.full((len(methods), len(ids)), -1, np.int64)
    for first, last in _parts(ids, max(3, _UNIT_CELLS // vectors.dim)):
        questions = _Questions(vectors, ids[first:last], methods, left_out[first:last])
        best = np.full((len(methods), last - first), -np.inf, np.float32)
        answers = found[:, first:last]
        size = -(-len(places) // (_PARTS * questions.width)) * questions.width
        bounds = even_bounds(len(places), size)
        look = partial(questions.look_among, places)
        with one_blas_thread():
            for scores, words in map_blocks(look, bounds, threads):
                better = scores > best  # parts come in order: the smaller id wins a tie
                best[better] = scores[better]
                answers[better] = words[better]
                progress.advance((last - first) / (len(bounds) - 1))
    result = np.empty_like(found)
    result[:, order] = found
    return result


class _Questions:
    """Questions a, b, c, sorted by a and b, made ready to be looked up in panels of words."""

    def __init__(
        self, vectors: WordVectors, ids: np.ndarray, methods: Sequence[str], left_out: np.ndarray
    ) -> None:
        self._vectors = vectors
        self._left_out = left_out
        self._methods = methods
        self._shift = (
            vectors.cosine_shift
        )  # here, so that not every thread searches all cells for it
        distinct, rows = np.unique(ids, return_inverse=True)
        rows = rows.reshape(ids.shape)
        self._directions = Directions(vectors.matrix, vectors.unit(distinct))
        new = np.flatnonzero((ids[1:, :2] != ids[:-1, :2]).any(axis=1)) + 1
        self._starts = np.concatenate([[0], new, [len(ids)]])
        self._pairs = np.ascontiguousarray(rows[self._starts[:-1], :2])
        self._thirds = np.ascontiguousarray(rows[:, 2])
        self.width = min(_WIDEST, max(_NARROWEST, _PANEL_CELLS // len(distinct) // 64 * 64))

    def look_among(
        self, places: np.ndarray, first: int, last: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the best scores and answers among ``places[first:last]``, by each method."""
        best = np.full((len(self._methods), len(self._left_out)), -np.inf, np.float32)
        answers = np.full(best.shape, -1, np.int64)
        for start in range(first, last, self.width):
            words = places[start : min(start + self.width, last)]
            together = words[-1] - words[0] == len(words) - 1
            rows = slice(int(words[0]), int(words[-1]) + 1) if together else words
            cosines = self._directions.cosines(rows, self._vectors.norms[rows])
            for i, method in enumerate(self._methods):
                kernels.answer_panel(
                    cosines,
                    words,
                    self._pairs,
                    self._starts,
                    self._thirds,
                    self._left_out,
                    method == "3cosmul",
                    *self._shift,
                    EPSILON,
                    best[i],
                    answers[i],
                )
        return best, answers
