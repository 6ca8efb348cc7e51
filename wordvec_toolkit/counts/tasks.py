"""Counting on an engine: parts of a corpus are counted into runs, and ranges of rows added.

All files are named by what they hold, and any number of workers makes the same counts.
"""

import json
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from ..bundles.checks import are_within
from ..bundles.reading import Bundle, open_bundle
from ..engine.choosing import new_store
from ..engine.tasks import Engine, Task, make_files
from ..errors import WordvecError
from ..runtime.memory import within_memory
from ..runtime.parallel import weighted_bounds
from ..runtime.progress import Progress
from ..text.corpus import EncodedCorpus
from .cooccurrence import Cooccurrence
from .counting import Counting, count_part
from .runs import Run, add_rows, dtype_of_sum, new_run, runs_folder, sum_bounds, total_offsets
from .settings import CountingSettings
from .storage import CellWriter

_TASKS = 4  # for each worker, so that none waits long for the last one
LEAST = 1 << 14  # tokens of a part


def count_on_engine(
    engine: Engine, corpus: Bundle, chosen: CountingSettings, progress: Progress
) -> Cooccurrence:
    """Count the co-occurrences of a bundle; see `count_cooccurrences`.

    Raises
    ------
    WordvecError
        If a task fails, or the workers do not share the folder of the bundle.
    """
    counting = Counting(EncodedCorpus.from_bundle(corpus), chosen)
    n_tasks, n_columns = tasks_of(engine), counting.shape[1]
    with runs_folder() as folder, new_store() as store:
        progress.start("counting co-occurrences", len(counting.corpus), "token")
        tasks = _count_tasks(counting, corpus, n_tasks, engine.memory)
        try:
            paths = make_files(engine, tasks, folder, progress, store)
        finally:
            _counting.cache_clear()  # of engines in this process
        runs = [Run.open(path) for path in paths]
        offsets = total_offsets(runs)
        progress.start("adding counts", int(offsets[-1]), "cell")
        share = -(-int(offsets[-1]) // n_tasks)
        with within_memory(engine.memory):
            bounds = sum_bounds(offsets, 1, share)
        at = weighted_bounds(offsets[bounds], share)
        groups = [bounds[first : last + 1] for first, last in pairwise(at)]
        tasks = [
            Task(
                "counts.tasks:add",
                {"n_columns": n_columns, "bounds": group},
                tuple(paths),
                int(offsets[group[-1]] - offsets[group[0]]),
                is_passed_on=False,
            )
            for group in groups
        ]
        sums = [Run.open(path) for path in make_files(engine, tasks, folder, progress, store)]
        for path in paths:  # their room is needed for the result
            path.unlink()
        cells = CellWriter(dtype_of_sum(runs), sum(run.n_cells for run in sums))
        for run, group in zip(sums, groups):
            for first, last in pairwise(group):
                cells.append(*run.rows(first - group[0], last - group[0]))
        matrix = cells.matrix(n_columns)
    return counting.finished(matrix, progress)


def tasks_of(engine: Engine) -> int:
    """Return into how many tasks work is cut, if no part is too small."""
    return _TASKS * engine.n_workers


def _count_tasks(counting: Counting, corpus: Bundle, n_tasks: int, memory: int) -> list[Task]:
    settings: dict[str, object] = {"digest": corpus.digest, "settings": counting.chosen.as_dict()}
    with within_memory(memory):
        parts = counting.parts(max(LEAST, -(-len(counting.corpus) // n_tasks)))

    def task(first: int, last: int) -> Task:
        reach = counting.reach(first, last)
        arguments = {**settings, "first": first, "last": last, "reach": reach}
        pieces = corpus.bytes_of("ids", *reach)
        return Task("counts.tasks:count", arguments, (corpus.path,), last - first, pieces)

    return [task(first, last) for first, last in parts]


def count(
    target: Path,
    inputs: list[Path],
    *,
    digest: str,
    settings: dict[str, object],
    first: int,
    last: int,
    reach: list[int],
) -> None:
    """Count some tokens of a corpus into a run, by reading those in reach of their windows."""
    counting = _counting(str(inputs[0]), digest, json.dumps(settings))
    if not are_within(counting.corpus.ids[slice(*reach)], 0, len(counting.corpus.vocabulary)):
        raise WordvecError(f"{inputs[0]} has ids outside its vocabulary; build it again")
    count_part(counting, first, last, target)


@lru_cache(maxsize=1)
def _counting(path: str, digest: str, settings: str) -> Counting:
    return Counting(open_text(path, digest), CountingSettings(**json.loads(settings)))


def open_text(path: str, digest: str) -> EncodedCorpus:
    """Open the bundle of a corpus, which must have this digest."""
    bundle = open_bundle(path)
    if bundle.digest != digest:
        raise WordvecError(f"{path} is another text here than where the counting was started")
    return EncodedCorpus.from_bundle(bundle)


def add(target: Path, inputs: list[Path], *, n_columns: int, bounds: list[int]) -> None:
    """Add some rows of runs into a run of these rows."""
    runs = [Run.open(path) for path in inputs]
    shape = (bounds[-1] - bounds[0], n_columns)
    with new_run(target, shape, dtype_of_sum(runs)) as append:
        for first, last in pairwise(bounds):
            append(add_rows(runs, n_columns, first, last))
