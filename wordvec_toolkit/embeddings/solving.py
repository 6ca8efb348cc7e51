"""Half a sweep of the weighted factorisation, in threads or as tasks on an engine.

With the vectors of one side fixed, each row of the other is improved by itself.  So the cells of
some rows are a file that stays where it is; in each half-sweep the fixed vectors, their Gram matrix
and the rows go to the tasks as files, and better rows come back.  The bytes do not depend on
how many workers there are.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from .._kernels import weighted as kernels
from ..bundles.checks import are_within
from ..counts.runs import MatrixRows, Run, new_run, runs_folder
from ..counts.tasks import tasks_of
from ..engine.choosing import new_store
from ..engine.store import Store
from ..engine.tasks import Engine, Task, make_files
from ..errors import FormatError
from ..runtime.memory import check_disk, release
from ..runtime.parallel import run_blocks, weighted_bounds
from ..runtime.progress import SILENT
from .panels import named_block, named_terms, open_block, open_terms, write_block
from .tasks import engine_for

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_BLOCK_CELLS = 1 << 16  # that a thread takes at a time
_SHORT = 1024  # cells of a row whose vectors a core's cache holds
_PANEL = 512  # columns whose vectors it holds next to what longer rows need
_LONG_CELLS = 1 << 20  # of longer rows that a thread takes at a time
_TABULATED = 1 << 14  # counts whose logarithms and weights stay in the cache
#: Cells from which on tasks take longer than their files: each costs four passes over a vector.
LEAST_CELLS = 5_000_000


@dataclass(frozen=True)
class Equations:
    """Equations of the rows of one side.

    Attributes
    ----------
    matrix : csr_array
        Counts, of this side by the other.
    row_logs, column_logs : float64 arrays
        Their sum is the logarithm of an expected count.
    row_weights, column_weights : float64 arrays
        Their product is the weight of a cell that was not observed.
    objective : (float, float, float)
        Divisor of the counts, confidence and its exponent.
    """

    matrix: "csr_array"
    row_logs: np.ndarray
    column_logs: np.ndarray
    row_weights: np.ndarray
    column_weights: np.ndarray
    objective: tuple[float, float, float]

    @cached_property
    def indptr(self) -> np.ndarray:
        return self.matrix.indptr.astype(np.int64)


class Solver(Protocol):
    """Improves all rows of `own` in place, and returns the loss of each before.

    See `_kernels.weighted`; `gram` is that of `other`, weighted by `column_weights`.
    """

    def __call__(
        self, equations: Equations, other: np.ndarray, gram: np.ndarray, steps: int, own: np.ndarray
    ) -> np.ndarray: ...


@contextmanager
def solver_for(n_cells: int, threads: int) -> Iterator[Solver]:
    """Choose where rows are solved: in threads, or by more workers."""
    engine = engine_for(n_cells, threads, LEAST_CELLS)
    if engine is None:
        yield partial(solve_in_threads, threads=threads)
        return
    with runs_folder() as folder, new_store() as store:
        yield _Tasks(engine, folder, store)


def solve_in_threads(
    equations: Equations,
    other: np.ndarray,
    gram: np.ndarray,
    steps: int,
    own: np.ndarray,
    threads: int,
) -> np.ndarray:
    """See `Solver`."""
    tables: tuple[np.ndarray, ...] = np.zeros(_TABULATED), np.zeros(_TABULATED, np.float32)
    kernels.tabulate(equations.objective, *tables)
    indptr, matrix = equations.indptr, equations.matrix
    sides = (
        equations.row_logs,
        equations.column_logs,
        equations.row_weights,
        equations.column_weights,
    )
    cells = indptr, np.asarray(matrix.indices), np.asarray(matrix.data)
    losses = np.empty(len(own))
    # Compiled for arrays that may be written to, kernels add in another order than for others.
    args = (
        tuple(map(_read_only, cells)),
        tuple(map(_read_only, sides)),
        equations.objective,
        tuple(map(_read_only, tables)),
        _read_only(other),
        _read_only(gram),
        steps,
    )
    run_blocks(
        lambda i, j: kernels.solve_short_rows(*args, _SHORT, i, j, own, losses),
        weighted_bounds(indptr, _BLOCK_CELLS),
        threads,
    )
    sizes = np.diff(indptr)
    longer = np.flatnonzero(sizes > _SHORT)
    run_blocks(
        lambda i, j: kernels.solve_long_rows(*args, _PANEL, longer[i:j], own, losses),
        weighted_bounds(np.append(0, np.cumsum(sizes[longer])), _LONG_CELLS),
        threads,
    )
    return losses


def _read_only(array: np.ndarray) -> np.ndarray:
    view = array.view()
    view.flags.writeable = False
    return view


class _Tasks:
    """Solves on an engine.

    Parameters
    ----------
    folder : Path
        Which the workers share.
    store : Store or None
        What they share in place of it.
    """

    def __init__(self, engine: Engine, folder: Path, store: Store | None) -> None:
        self._engine, self._folder, self._store = engine, folder, store
        self._known: list[tuple[csr_array, list[int], list[Path]]] = []
        self._obsolete: tuple[str, ...] = ()  # files of the half-sweep before

    def __call__(
        self, equations: Equations, other: np.ndarray, gram: np.ndarray, steps: int, own: np.ndarray
    ) -> np.ndarray:
        bounds, cells = self._cells_of(equations)
        numbers = (
            equations.row_logs,
            equations.row_weights,
            equations.column_logs,
            equations.column_weights,
        )
        terms = self._shared(named_terms(self._folder, *numbers))
        fixed = self._shared(named_block(self._folder, other))
        products = self._shared(named_block(self._folder, gram))
        rows = [
            self._shared(named_block(self._folder, own[first:last]))
            for first, last in pairwise(bounds)
        ]
        needed = {path.name for path in (terms, fixed, products, *rows)}  # by content: maybe again
        obsolete = tuple(name for name in self._obsolete if name not in needed)
        tasks = [
            Task(
                "embeddings.solving:solve",
                {
                    "objective": equations.objective,
                    "steps": steps,
                    "first": first,
                    "shape": equations.matrix.shape,
                },
                (run, terms, fixed, products, before),
                is_passed_on=False,
                obsolete=obsolete,
            )
            for (first, _), run, before in zip(pairwise(bounds), cells, rows)
        ]
        losses = np.empty(len(own))
        files = make_files(self._engine, tasks, self._folder, SILENT, self._store)
        for (first, last), file in zip(pairwise(bounds), files):
            block = open_block(file, last - first)
            own[first:last] = block[:, :-2]
            losses[first:last] = np.ascontiguousarray(block[:, -2:]).view(np.float64)[:, 0]
        self._obsolete = (*needed, *(file.name for file in files))
        for name in self._obsolete:
            (self._folder / name).unlink(missing_ok=True)
        if self._store is not None:
            self._store.remove(self._obsolete)
        return losses

    def _cells_of(self, equations: Equations) -> tuple[list[int], list[Path]]:
        """Return where the parts of a matrix begin, and their files, which are made once."""
        matrix, files = equations.matrix, []
        for known, bounds, made in self._known:
            if known is matrix:
                return bounds, made
        bounds = weighted_bounds(equations.indptr, -(-matrix.nnz // tasks_of(self._engine)))
        at_once = matrix.nnz  # cells on this disk
        if self._store is not None:
            at_once = int(np.diff(equations.indptr[bounds]).max())
        check_disk(12.0 * at_once, "the counts in parts", "free some room", self._folder)
        for first, last in pairwise(bounds):
            rows = MatrixRows(matrix).rows(first, last)
            digest = hashlib.sha256()
            for array in rows:
                digest.update(np.ascontiguousarray(array).view(np.uint8).data)
            path = self._folder / f"{digest.hexdigest()}.cells"
            with new_run(path, (last - first, matrix.shape[1]), matrix.data.dtype) as append:
                append(rows)
            release(matrix.indices, matrix.data)
            files.append(self._shared(path))
        self._known.append((matrix, bounds, files))
        return bounds, files

    def _shared(self, path: Path) -> Path:
        """Move a file into the store, if there is one."""
        if self._store is not None:
            self._store.put(path, path.name)
            path.unlink()
        return path


def solve(
    target: Path,
    inputs: list[Path],
    *,
    objective: list[float],
    steps: int,
    first: int,
    shape: list[int],
) -> None:
    """Improve some rows; write them, and the two halves of the loss of each (float64)."""
    from scipy.sparse import csr_array

    run, (n_rows, n_columns) = Run.open(inputs[0]), shape
    n = run.shape[0]
    row_cells, indices, values = run.rows(0, n)
    if run.shape[1] != n_columns or not are_within(indices, 0, n_columns):
        raise FormatError(inputs[0], "a damaged file", "counts", advice="run the command again")
    indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(row_cells)])
    cells = np.ascontiguousarray(values), np.ascontiguousarray(indices), indptr
    terms = open_terms(inputs[1], 2 * (n_rows + n_columns))
    row_logs, row_weights, *of_columns = np.split(terms, [n_rows, 2 * n_rows, -n_columns])
    other, own = open_block(inputs[2], n_columns), open_block(inputs[4], n).copy()
    gram = open_block(inputs[3], other.shape[1])
    if not own.shape[1] == other.shape[1] == gram.shape[1]:
        raise FormatError(inputs[4], "another width", "that of the other side")
    divisor, confidence, exponent = objective
    equations = Equations(
        csr_array(cells, shape=(n, n_columns)),
        row_logs[first : first + n],
        of_columns[0],
        row_weights[first : first + n],
        of_columns[1],
        (divisor, confidence, exponent),
    )
    losses = solve_in_threads(equations, other, gram, steps, own, threads=1)
    write_block(target, np.hstack([own, losses[:, None].view(np.float32)]))
