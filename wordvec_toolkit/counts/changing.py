"""Counts of a changed text from those of the text before, exactly.

Windows never leave their unit, a sentence or a document.  A unit counts the same before and after
where it stays and none of its words enters or leaves the vocabulary or the contexts.  So ::

    after = renumbered(before - counts of the other units before) + counts of the other units after

in integers, whose sums are exact in any order.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from .._kernels import sums as kernels
from ..bundles.writing import BundleWriter
from ..errors import EmptyResultError, WordvecError
from ..runtime.memory import release
from ..runtime.parallel import map_stream, n_threads, weighted_bounds
from ..text.changing import ChangedCorpus
from ..text.corpus import EncodedCorpus
from ..text.vocabulary import SPECIALS
from .cooccurrence import Cooccurrence
from .counting import count_cooccurrences
from .settings import CountingSettings

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_BLOCK_CELLS = 1 << 18


def can_change(chosen: CountingSettings) -> bool:
    """Return whether counts can be changed: subsampling depends on the whole text."""
    return chosen.subsample is None


def write_changed(
    writer: BundleWriter,
    counts: Cooccurrence,
    change: ChangedCorpus,
    text: EncodedCorpus,
    chosen: CountingSettings,
    threads: int | None = None,
) -> None:
    """Write the counts of a changed corpus as files of a bundle, as `Cooccurrence.write` does.

    Parameters
    ----------
    counts : Cooccurrence
        Of the corpus before.
    text : EncodedCorpus
        After.
    chosen : CountingSettings
        How the corpus is counted after.
    """
    vocabulary = text.vocabulary.without_specials()
    chosen = chosen.for_vocabulary(len(vocabulary))
    n_contexts = chosen.n_contexts(len(vocabulary))
    n_specials = len(SPECIALS)
    # Rows of the types; below 0: none.
    after = change.id_after - n_specials
    before = np.full(len(after), -1, np.int32)
    before[n_specials : change.n_known] = np.arange(change.n_known - n_specials)
    status = [
        (rows >= 0).astype(np.int8) + ((rows >= 0) & (rows < n))
        for rows, n in ((before, counts.n_contexts), (after, n_contexts))
    ]
    old, new = change.changed_units(text, status[0] != status[1], chosen.within == "sentence")
    minus = _counted(old, replace(chosen, max_contexts=counts.n_contexts))
    plus = _counted(new, chosen)
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
    vocabulary.write(writer)
    n_cells = _renumber(writer, counts, minus, plus, rows, columns, shape, n_threads(threads))
    writer.facts.update(shape=list(shape), divisor=counts.divisor, n_cells=n_cells)


def _counted(part: EncodedCorpus, chosen: CountingSettings) -> "csr_array":
    """Count a part of the text."""
    try:
        return count_cooccurrences(part, **chosen.keywords()).matrix
    except EmptyResultError:
        from scipy.sparse import csr_array

        n_words = len(part.vocabulary) - len(SPECIALS)
        n_columns = chosen.n_contexts(n_words) * (2 if chosen.direction == "split" else 1)
        return csr_array((n_words, n_columns), dtype=np.int32)


def _renumber(
    writer: BundleWriter,
    counts: Cooccurrence,
    minus: "csr_array",
    plus: "csr_array",
    rows: np.ndarray,
    columns: np.ndarray,
    shape: tuple[int, int],
    threads: int,
) -> int:
    """Write ``renumbered(counts - minus) + plus``, see the kernel, and return how many cells."""
    matrices = counts.matrix, minus, plus
    old, less, more = ((m.indptr.astype(np.int64), m.indices, m.data) for m in matrices)
    row_cells = np.zeros(shape[0], np.int64)
    kept = np.maximum(rows, 0)
    limits = np.where(rows < 0, 0, old[0][kept + 1] - old[0][kept]) + np.diff(more[0])
    cumulative = np.concatenate([np.zeros(1, np.int64), np.cumsum(limits)])
    bounds = weighted_bounds(cumulative, _BLOCK_CELLS)
    is_stream = np.zeros(len(columns), bool)
    kernels.longest_ascent(columns, is_stream)

    def renumber(block: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, list[int]]:
        first, last = block
        room = int(cumulative[last] - cumulative[first])
        indices, values = np.empty(room, np.int32), np.empty(room, dtype)
        marks = np.zeros(shape[1] // 64 + 1, np.uint64), np.zeros(shape[1] // 4096 + 1, np.uint64)
        changed = np.empty(shape[1], np.int32), np.empty(shape[1], np.int64)
        n, *extremes = kernels.renumber_rows(
            *(*old, *less, *more, rows, columns, is_stream, first, last),
            *(np.zeros(shape[1], np.int64), *marks, *changed, row_cells, indices, values),
        )
        return indices[:n], values[:n], extremes

    def blocks() -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
        for indices, values, (least, largest) in map_stream(renumber, pairwise(bounds), threads):
            if least < 0:
                raise WordvecError(
                    "the counts are not those of the text before; build them again (wvt build-ppmi)"
                )
            yield indices, values, largest
            release(counts.matrix.indices, counts.matrix.data)

    dtype: np.dtype = np.dtype(np.int64)
    most = np.iinfo(np.int32).max
    bound = int(old[2].max(initial=0)) + int(more[2].max(initial=0))
    if bound <= most or all(largest <= most for _, _, largest in blocks()):
        dtype = np.dtype(np.int32)
    with (
        writer.growing_array("indices", np.int32) as add_indices,
        writer.growing_array("data", dtype) as add_values,
    ):
        for indices, values, _ in blocks():
            add_indices(indices)
            add_values(values)
    writer.array("indptr", np.concatenate([np.zeros(1, np.int64), np.cumsum(row_cells)]))
    return int(row_cells.sum())
