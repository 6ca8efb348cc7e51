"""Counts of a changed text from those of the text before, exactly.

Windows never leave their unit, a sentence or a document.  A unit counts the same before and after
where it stays and none of its words enters or leaves the vocabulary or the contexts.  So ::

    after = renumbered(before - counts of the other units before) + counts of the other units after

in integers, whose sums are exact in any order.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .._kernels import sums as kernels
from ..errors import EmptyResultError, WordvecError
from ..runtime.memory import release
from ..runtime.parallel import map_stream, n_threads, weighted_bounds
from ..text.changing import ChangedCorpus, Text
from ..text.corpus import EncodedCorpus
from ..text.vocabulary import SPECIALS, Vocabulary
from .cooccurrence import Cooccurrence, narrowest
from .counting import count_cooccurrences
from .settings import CountingSettings
from .storage import CellWriter

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_BLOCK_CELLS = 1 << 20


def can_change(chosen: CountingSettings) -> bool:
    """Return whether counts can be changed: subsampling depends on the whole text."""
    return chosen.subsample is None


def change_counts(
    counts: Cooccurrence,
    change: ChangedCorpus,
    chosen: CountingSettings,
    threads: int | None = None,
) -> Cooccurrence:
    """Return the counts of a changed corpus.

    Parameters
    ----------
    counts : Cooccurrence
        Of the corpus before.
    chosen : CountingSettings
        How the corpus is counted after.
    """
    known, vocabulary = counts.vocabulary, change.corpus.vocabulary.without_specials()
    chosen = chosen.for_vocabulary(len(vocabulary))
    n_contexts = chosen.n_contexts(len(vocabulary))
    n_specials = len(SPECIALS)
    # Rows; below 0: none.
    before, after = change.id_before - n_specials, change.id_after - n_specials
    status = [
        (rows >= 0).astype(np.int8) + ((rows >= 0) & (rows < n))
        for rows, n in ((before, counts.n_contexts), (after, n_contexts))
    ]
    has_crossed = status[0] != status[1]
    by_sentence = chosen.within == "sentence"
    is_added = np.zeros(len(change.after.documents) - 1, bool)
    is_added[len(is_added) - change.n_added :] = True
    how = replace(chosen, max_contexts=counts.n_contexts)
    minus = _counted(
        change.before, change.removed, has_crossed, change.id_before, known, how, by_sentence
    )
    plus = _counted(
        change.after, is_added, has_crossed, change.id_after, vocabulary, chosen, by_sentence
    )
    # Row after -> row before, and column before -> column after.
    rows = np.full(len(vocabulary), -1, np.int64)
    stays = (before >= 0) & (after >= 0)
    rows[after[stays]] = before[stays]
    contexts = np.full(counts.n_contexts, -1, np.int32)
    is_context = stays & (before < counts.n_contexts) & (after < n_contexts)
    contexts[before[is_context]] = after[is_context]
    columns = contexts
    if chosen.direction == "split":
        columns = np.concatenate([contexts, np.where(contexts < 0, -1, contexts + n_contexts)])
    shape = (len(vocabulary), n_contexts * (2 if chosen.direction == "split" else 1))
    matrix = _renumbered(counts, minus, plus, rows, columns, shape, n_threads(threads))
    return Cooccurrence(vocabulary, matrix, counts.divisor, chosen.as_dict())


def _counted(
    text: Text,
    is_changed: np.ndarray,
    has_crossed: np.ndarray,
    ids: np.ndarray,
    vocabulary: Vocabulary,
    chosen: CountingSettings,
    by_sentence: bool,
) -> Cooccurrence:
    """Count the units in changed documents, and those that hold a word that has crossed."""
    units = text.sentences if by_sentence else text.documents
    document_of = np.searchsorted(text.documents, units[:-1], side="right") - 1
    chosen_units = is_changed[document_of]
    at = np.flatnonzero(has_crossed[text.ids])
    chosen_units[np.searchsorted(units, at, side="right") - 1] = True
    lengths = np.diff(units)
    tokens = ids[text.ids[np.repeat(chosen_units, lengths)]]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths[chosen_units])])
    totals = np.concatenate([np.zeros(len(SPECIALS), np.int64), vocabulary.counts])
    with_specials = Vocabulary((*SPECIALS, *vocabulary.words), totals, len(SPECIALS))
    part = EncodedCorpus(with_specials, tokens, offsets, offsets)
    try:
        return count_cooccurrences(part, **chosen.keywords())
    except EmptyResultError:
        from scipy.sparse import csr_array

        n_columns = chosen.n_contexts(len(vocabulary)) * (2 if chosen.direction == "split" else 1)
        none = csr_array((len(vocabulary), n_columns), dtype=np.int32)
        return Cooccurrence(vocabulary, none, 1, chosen.as_dict())


def _renumbered(
    counts: Cooccurrence,
    minus: Cooccurrence,
    plus: Cooccurrence,
    rows: np.ndarray,
    columns: np.ndarray,
    shape: tuple[int, int],
    threads: int,
) -> "csr_array":
    """Return ``renumbered(counts - minus) + plus``; see the kernel."""
    matrices = [counts.matrix, minus.matrix, plus.matrix]
    old, less, more = ((m.indptr.astype(np.int64), m.indices, m.data) for m in matrices)
    row_cells = np.zeros(shape[0], np.int64)
    kept = np.maximum(rows, 0)
    limits = np.where(rows < 0, 0, old[0][kept + 1] - old[0][kept]) + np.diff(more[0])
    cumulative = np.concatenate([np.zeros(1, np.int64), np.cumsum(limits)])

    def renumber(block: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, int]:
        first, last = block
        most = int(cumulative[last] - cumulative[first])
        indices, values = np.empty(most, np.int32), np.empty(most, np.int64)
        marks = np.zeros(shape[1] // 64 + 1, np.uint64), np.zeros(shape[1] // 4096 + 1, np.uint64)
        n, least = kernels.renumber_rows(
            *(*old, *less, *more, rows, columns, first, last),
            *(np.zeros(shape[1], np.int64), *marks, row_cells, indices, values),
        )
        return indices[:n], values[:n], least

    largest = sum(int(matrix.data.max(initial=0)) for matrix in (counts.matrix, plus.matrix))
    fits = largest <= np.iinfo(np.int32).max
    cells = CellWriter(np.int32 if fits else np.int64, int(cumulative[-1]))
    bounds = weighted_bounds(cumulative, _BLOCK_CELLS)
    blocks = zip(bounds[:-1], bounds[1:])
    for indices, values, least in map_stream(renumber, blocks, threads):
        if least < 0:
            raise WordvecError(
                "the counts are not those of the text before; build them again (wvt build-ppmi)"
            )
        cells.append(indices, values)
        release(counts.matrix.indices, counts.matrix.data)
    return narrowest(cells.matrix(row_cells, shape))
