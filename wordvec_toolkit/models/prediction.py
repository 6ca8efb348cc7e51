"""Memory, disk and time of a build of PPMI-SVD vectors, predicted from a sample of its text.

Numbers of cells grow as powers of the length of a text, as those of words do.  Predictions tend to
be too high.
"""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..counts.cooccurrence import Cooccurrence
from ..counts.counting import count_cooccurrences
from ..counts.settings import CountingSettings
from ..counts.sizes import BYTES_A_CELL, most_cells, way_of_counting
from ..embeddings.lanczos import PanelAlgebra
from ..embeddings.ppmi import ppmi
from ..embeddings.settings import FactorisingSettings
from ..embeddings.svd import check_factorising, krylov_sizes
from ..errors import ExhaustedError
from ..runtime.memory import check_disk, memory_budget
from ..runtime.parallel import n_threads, one_blas_thread
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.rows import Rows
from ..text.files import Corpus
from ..text.growth import extrapolated
from ..text.settings import TextSettings
from .costs import FLOOR
from .text_samples import PredictedStep, Prediction, place_of, read_sample

#: Of the cells that PPMI keeps.
POSITIVE_SHARE = 0.85
_FEWER = "choose fewer contexts (max_contexts, --max-contexts) or words (min_count, --min-count)"


@dataclass(frozen=True)
class PpmiPrediction(Prediction):
    """Predicted memory, disk and time of a build of PPMI-SVD vectors.

    Attributes
    ----------
    n_contexts, n_cells : int
    """

    n_contexts: int
    n_cells: int


def predict_ppmi(
    corpus: Corpus,
    text: TextSettings,
    counting: CountingSettings,
    factorising: FactorisingSettings | None = None,
    output: str | Path | None = None,
    *,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> PpmiPrediction:
    """Predict the counts, PPMI and SVD of a text from a sample of about 24 MiB of it.

    Parameters
    ----------
    factorising : FactorisingSettings, optional
        None: no SVD.
    output : path, optional
        The workspace, for which there must be disk.

    Raises
    ------
    SettingError
        If the text can be read only once, or its size is not known.
    EmptyResultError
        If the sample is too small to tell.
    """
    progress = as_progress(progress)
    sample = read_sample(corpus, text, threads, progress)
    n_tokens, n_words = sample.n_tokens, sample.n_words
    progress.start("counting the sample", None, "")
    counts, counting_seconds = [], 0.0
    for part in sample.parts():
        started = time.perf_counter()
        counts.append(count_cooccurrences(part, threads=threads, **counting.keywords()))
        counting_seconds = time.perf_counter() - started
    n_contexts = counting.n_contexts(n_words)
    n_columns = n_contexts * (2 if counting.direction == "split" else 1)
    n_most = most_cells(sample.counts * sample.scale, counting, n_columns)

    def cells_of(m: int) -> float:
        before, now = (found.n_cells for found in counts)
        most = min(n_most, 2.0 * counting.window * m, float(n_words) * n_columns)
        return min(extrapolated(before, now, sample.ratio, m / len(sample.ids)), most)

    n_cells = round(cells_of(n_tokens))
    way = way_of_counting(n_tokens, n_words, n_most, cells_of)
    cells = float(BYTES_A_CELL * n_cells)
    on_disk = cells > memory_budget() / 4
    vocabulary = 20.0 * n_words
    steps = Rows(
        [
            sample.step(),
            PredictedStep(
                "counts",
                f"{n_cells:,} cells, {way}",
                FLOOR + way.memory,
                cells + vocabulary,
                counting_seconds * sample.scale,
                way.disk,
            ),
        ]
    )
    weighing, per_cell, per_number = _measured(counts[1], n_threads(threads))
    growth = n_cells / max(counts[1].n_cells, 1)
    steps.append(
        PredictedStep(
            "ppmi",
            f"{round(POSITIVE_SHARE * n_cells):,} cells, "
            + ("on disk" if on_disk else "in memory"),
            FLOOR + (0.0 if on_disk else POSITIVE_SHARE * cells),
            POSITIVE_SHARE * cells + vocabulary,
            weighing * growth,
            POSITIVE_SHARE * cells if on_disk else 0.0,
        )
    )
    problem = ""
    if factorising is not None:
        shape, kept = (n_words, n_columns), round(POSITIVE_SHARE * n_cells)
        sizes = krylov_sizes(min(shape), factorising)
        side = min(shape)
        basis = 4.0 * (sizes.basis + 3 * sizes.block) * side
        result = 4.0 * n_words * sizes.wanted
        most = max(basis, result) if n_columns < n_words else basis + result
        products = 2 * sizes.basis * kept * per_cell
        steps.append(
            PredictedStep(
                "svd",
                f"{sizes.wanted} dimensions",
                FLOOR + most + BYTES_A_CELL * kept,
                result + vocabulary,
                products + 4.0 * side * sizes.basis**2 * per_number,
            )
        )
        try:
            check_factorising(shape, factorising, kept)
        except ExhaustedError as error:
            problem = str(error)
    progress.finish(f"{n_cells:,} cells")
    sizes_found = (sample.share, n_tokens, sample.n_types, n_words)
    prediction = PpmiPrediction(*sizes_found, steps, problem, n_contexts, n_cells)
    try:
        check_disk(prediction.most_disk, "the build", _FEWER, place_of(corpus, output))
    except ExhaustedError as error:
        return replace(prediction, problem=problem or str(error))
    return prediction


def _measured(counts: Cooccurrence, threads: int) -> tuple[float, float, float]:
    """Return the seconds of weighing, of a cell times a number, and of a product of two numbers."""
    started = time.perf_counter()
    weighted = ppmi(counts, threads=threads).sparse_matrix()
    weighing = time.perf_counter() - started
    algebra, width = PanelAlgebra(threads), 32
    block = np.ones((weighted.shape[1], width), np.float32)
    with one_blas_thread():
        algebra.sparse(weighted[:1], block)  # which loads the kernel
        started = time.perf_counter()
        image = algebra.sparse(weighted, block)
        per_cell = (time.perf_counter() - started) / max(1, weighted.nnz * width)
        started = time.perf_counter()
        algebra.gram(image, image)
        per_number = (time.perf_counter() - started) / (len(image) * width * width)
    return weighing, per_cell, per_number
