"""Weighing and factorising on an engine: tasks over ranges of rows.

A panel of the matrix is written once and stays where it is; in each iteration of the SVD a block of
dense columns and the products come and go as files.  PMI is weighed cell by cell, rows of a product
depend on their panel and the block alone, and parts of ``M' M X`` are those of
`PanelAlgebra.normal`, added in its order: any number of workers makes the same bytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._kernels import products
from ..bundles.checks import are_offsets, are_within
from ..bundles.reading import Bundle, open_bundle
from ..counts.cooccurrence import Cooccurrence
from ..counts.runs import runs_folder
from ..counts.storage import CellWriter, csr_of
from ..counts.tasks import tasks_of
from ..engine.choosing import current_engine, new_store
from ..engine.store import Store
from ..engine.tasks import Engine, Task, make_files
from ..errors import FormatError, WordvecError
from ..runtime.memory import check_disk, release
from ..runtime.parallel import even_bounds, weighted_bounds
from ..runtime.progress import SILENT, Progress
from .lanczos import PanelAlgebra, normal_bounds
from .panels import (
    Panel,
    bytes_of_rows,
    named_block,
    named_panel,
    named_terms,
    open_block,
    open_panel,
    open_terms,
    write_block,
    write_panel,
)
from .ppmi import expect_cells, pmi_cells, pmi_terms
from .settings import WeighingSettings
from .vectors import WordVectors
from .weighing import TRANSFORMS

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_PANELS = 2  # for each worker
_LEAST_WEIGHED = 1 << 16  # cells of a task
#: Cells from which on the tasks take longer than their files.
LEAST_CELLS = 50_000_000


def engine_for(n_cells: int, threads: int, least: int | None = None) -> Engine | None:
    """Return the engine if it has more workers than there are threads, and enough to do."""
    engine, least = current_engine(), LEAST_CELLS if least is None else least
    if engine is None or n_cells < least or engine.n_workers <= threads:
        return None
    return engine


@contextmanager
def algebra_for(n_cells: int, threads: int) -> Iterator[PanelAlgebra]:
    """Choose where the products of a matrix are computed: in threads, or by more workers."""
    engine = engine_for(n_cells, threads)
    if engine is None:
        yield PanelAlgebra(threads)
        return
    with runs_folder() as folder, new_store() as store:
        yield EngineAlgebra(threads, engine, folder, store)


class EngineAlgebra(PanelAlgebra):
    """Multiplies sparse matrices on an engine, and all else in threads.

    Parameters
    ----------
    folder : Path
        Which the workers share.
    store : Store or None
        What they share in place of it.
    """

    def __init__(self, threads: int, engine: Engine, folder: Path, store: Store | None) -> None:
        super().__init__(threads)
        self._engine, self._folder, self._store = engine, folder, store
        self._to_forget: tuple[str, ...] = ()  # those of the product before
        self._panels: list[tuple[csr_array, list[int], list[Path]]] = []
        self._obsolete: tuple[str, ...] = ()  # files of the last product

    def sparse(self, matrix: "csr_array", dense: np.ndarray) -> np.ndarray:
        bounds, panels = self._panels_of(matrix)
        with self._passed(dense) as block:
            tasks = [self._task("multiply", len(dense), panel, block) for panel in panels]
            return self._joined(tasks, bounds, dense.shape[1])

    def normal(self, matrix: "csr_array", dense: np.ndarray) -> np.ndarray:
        """See `PanelAlgebra`; the parts of the sum stay on the workers, which add them by rows."""
        _, panels = self._panels_of(matrix)
        n_rows, width = dense.shape
        with self._passed(dense) as block:
            parts = [self._task("normal", n_rows, panel, block, True) for panel in panels]
            files = make_files(self._engine, parts, self._folder, SILENT, self._store, fetch=False)
            self._obsolete += tuple(file.name for file in files)
            bounds = even_bounds(n_rows, -(-n_rows // self._engine.n_workers))
            sums = [
                Task(
                    "embeddings.tasks:add",
                    {"n_rows": n_rows, "first": first, "last": last},
                    tuple(files),
                    pieces=dict.fromkeys(
                        (file.name for file in files), bytes_of_rows(first, last, width)
                    ),
                    is_passed_on=False,
                )
                for first, last in pairwise(bounds)
            ]
            return self._joined(sums, bounds, width)

    @contextmanager
    def _passed(self, dense: np.ndarray) -> Iterator[Path]:
        """Write a block for the tasks of a product, and remove its files after the `with` block."""
        block = named_block(self._folder, np.ascontiguousarray(dense))
        if self._store is not None:
            self._store.put(block, block.name)
        before, self._obsolete = self._obsolete, (block.name,)
        self._to_forget = before
        yield block
        for name in self._obsolete:
            (self._folder / name).unlink(missing_ok=True)
        if self._store is not None:
            self._store.remove(self._obsolete)

    def _task(
        self, function: str, n_rows: int, panel: Path, block: Path, is_passed_on: bool = False
    ) -> Task:
        return Task(
            f"embeddings.tasks:{function}",
            {"n_rows": n_rows},
            (panel, block),
            is_passed_on=is_passed_on,
            obsolete=self._to_forget,
        )

    def _joined(self, tasks: list[Task], bounds: list[int], width: int) -> np.ndarray:
        """Return what tasks make of ranges of rows."""
        out = np.empty((bounds[-1], width), np.float32)
        files = make_files(self._engine, tasks, self._folder, SILENT, self._store)
        for (first, last), file in zip(pairwise(bounds), files):
            out[first:last] = open_block(file, last - first)
            file.unlink()
        if self._store is not None:
            self._store.remove([task.name for task in tasks])
        return out

    def _panels_of(self, matrix: "csr_array") -> tuple[list[int], list[Path]]:
        """Return where the panels of a matrix begin, and their files, which are made once."""
        for known, bounds, files in self._panels:
            if known is matrix:
                return bounds, files
        indptr, files = matrix.indptr.astype(np.int64, copy=False), []
        bounds = normal_bounds(indptr)
        if matrix.shape[0] <= matrix.shape[1]:  # no parts whose order is fixed
            n_panels = _PANELS * self._engine.n_workers
            bounds = weighted_bounds(indptr, -(-matrix.nnz // n_panels))
        at_once = matrix.nnz  # cells on this disk
        if self._store is not None:
            at_once = int(np.diff(indptr[bounds]).max())
        check_disk(8.0 * at_once, "the matrix in panels", "free some room", self._folder)
        for first, last in pairwise(bounds):
            rows, cells = indptr[first : last + 1], slice(indptr[first], indptr[last])
            panel = Panel(rows, matrix.indices[cells], matrix.data[cells], matrix.shape[1])
            files.append(named_panel(self._folder, panel))
            release(matrix.indices, matrix.data)
            if self._store is not None:
                self._store.put(files[-1], files[-1].name)
                files[-1].unlink()
        self._panels.append((matrix, bounds, files))
        return bounds, files


def weigh_on_engine(
    engine: Engine,
    bundle: Bundle,
    counts: Cooccurrence,
    chosen: WeighingSettings,
    progress: Progress,
) -> WordVectors:
    """Weigh the counts of a bundle by PMI; see `weigh_counts`.

    Raises
    ------
    EmptyResultError
    WordvecError
        If a task fails, or the workers do not share the folder of the bundle.
    """
    matrix = counts.matrix
    indptr = matrix.indptr.astype(np.int64)
    column_terms, numerator, added = pmi_terms(counts, chosen)
    row_terms = (counts.row_totals + added * matrix.shape[1]) * chosen.shift
    progress.start(f"weighing by {chosen.measure.upper()}", matrix.nnz, "cell")
    with runs_folder() as folder, new_store() as store:
        terms = named_terms(folder, column_terms, row_terms)
        if store is not None:
            store.put(terms, terms.name)
        settings = {
            "digest": bundle.digest,
            "numerator": numerator,
            "added": added,
            "negative": chosen.negative or chosen.measure == "pmi",
        }
        most = max(_LEAST_WEIGHED, min(-(-matrix.nnz // tasks_of(engine)), engine.memory // 64))
        tasks = [
            Task(
                "embeddings.tasks:weigh",
                {**settings, "first": first, "last": last},
                (bundle.path, terms),
                int(indptr[last] - indptr[first]),
                {
                    **bundle.bytes_of("indices", *indptr[[first, last]].tolist()),
                    **bundle.bytes_of("data", *indptr[[first, last]].tolist()),
                },
                is_passed_on=False,
            )
            for first, last in pairwise(weighted_bounds(indptr, most))
        ]
        files = make_files(engine, tasks, folder, progress, store)
        cells = CellWriter(np.float32, matrix.nnz)
        for file in files:
            panel = open_panel(file)
            cells.append(np.diff(panel.indptr), panel.indices, panel.values)
            file.unlink()
    weighted = cells.matrix(matrix.shape[1])
    expect_cells(weighted, chosen)
    progress.finish(f"{weighted.nnz:,} of {matrix.nnz:,} cells")
    TRANSFORMS[chosen.transform](weighted.data)
    return WordVectors(counts.vocabulary, weighted, chosen.as_dict(), counts.context_facts)


def weigh(
    target: Path,
    inputs: list[Path],
    *,
    digest: str,
    numerator: float,
    added: float,
    negative: bool,
    first: int,
    last: int,
) -> None:
    """Weigh some rows of counts into a panel."""
    bundle = open_bundle(inputs[0])
    if bundle.digest != digest:
        raise WordvecError(f"{inputs[0]} holds other counts here than where the weighing started")
    n_rows, n_columns = bundle.facts["shape"]
    indptr = bundle.array("indptr", "i8")[first : last + 1]
    indices, values = bundle.array("indices", "i4"), bundle.array("data", "i4|i8")
    cells = slice(int(indptr[0]), int(indptr[-1]))
    indices, values = indices[cells], values[cells]
    terms = open_terms(inputs[1], n_rows + n_columns)
    if not (
        0 <= cells.start <= cells.stop <= len(indices) + cells.start
        and are_offsets(indptr, last - first, cells.start, cells.start + len(indices))
        and len(indices) == len(values)
        and are_within(indices, 0, n_columns)
    ):
        raise FormatError(inputs[0], "damaged counts", "a matrix", advice="count again")
    weighted = pmi_cells(
        csr_of(indptr - indptr[0], indices, values, (last - first, n_columns)),
        terms[n_columns + first : n_columns + last],
        terms[:n_columns],
        *(numerator, added, negative, 1),
    )
    write_panel(target, Panel(weighted.indptr, weighted.indices, weighted.data, n_columns))


def multiply(target: Path, inputs: list[Path], *, n_rows: int) -> None:
    """Multiply a panel by a block: these rows of ``M X``."""
    panel, block = _opened(inputs, n_rows)
    out = np.empty((len(panel.indptr) - 1, block.shape[1]), np.float32)
    products.multiply_rows(*panel[:3], block, 0, len(out), out)
    write_block(target, out)


def normal(target: Path, inputs: list[Path], *, n_rows: int) -> None:
    """Multiply a panel R by a block, and the product by its transpose: ``R' R X``."""
    panel, block = _opened(inputs, n_rows)
    out = np.zeros(block.shape, np.float32)
    products.multiply_normal(*panel[:3], block, 0, len(panel.indptr) - 1, out)
    write_block(target, out)


def add(target: Path, inputs: list[Path], *, n_rows: int, first: int, last: int) -> None:
    """Add some rows of the parts of a sum, in their order."""
    parts = [open_block(path, n_rows)[first:last] for path in inputs]
    total = np.zeros_like(parts[0])
    for part in parts:
        total += part
    write_block(target, total)


def _opened(inputs: list[Path], n_rows: int) -> tuple[Panel, np.ndarray]:
    # Opened by each task: that costs little of a product, and files in use cannot be freed.
    panel, block = open_panel(inputs[0]), open_block(inputs[1], n_rows)
    if panel.n_columns != n_rows:
        raise FormatError(inputs[0], f"{panel.n_columns:,} columns", f"{n_rows:,}")
    return panel, block
