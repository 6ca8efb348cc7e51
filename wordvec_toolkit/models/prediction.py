"""Memory, disk and time of a build, predicted from a sample of its text.

Numbers of words and of cells grow as powers of the length of a text (Heaps' law).  The exponents
are those between half of the sample and all of it; they fall slowly as a text grows, so that
predictions are rather too high.
"""

import itertools
import math
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..counts.cooccurrence import Cooccurrence
from ..counts.counting import count_cooccurrences
from ..counts.settings import CountingSettings
from ..counts.sizes import BYTES_A_CELL, most_cells, way_of_counting
from ..embeddings.lanczos import PanelAlgebra
from ..embeddings.ppmi import ppmi
from ..embeddings.settings import FactorisingSettings
from ..embeddings.svd import check_factorising, krylov_sizes
from ..errors import EmptyResultError, ExhaustedError, SettingError
from ..runtime.memory import check_disk, memory_budget
from ..runtime.parallel import n_threads, one_blas_thread
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.rows import Rows
from ..text.blocks import Damage, read_blocks
from ..text.corpus import EncodedCorpus
from ..text.files import Corpus, Source, as_items, find_sources
from ..text.growth import extrapolated
from ..text.numbering import Encoder
from ..text.settings import TextSettings
from ..text.tokenizers import make_tokenizer
from ..text.vocabulary import SPECIALS, Vocabulary
from .costs import FLOOR
from .opening import workspace_path

SAMPLE = 24 << 20  # bytes of text
_MOST_FILES = 8  # that a sample is taken from, where they are large enough
_BYTES_A_TYPE = 150  # of the table of words while text is read
#: Of the cells that PPMI keeps.
POSITIVE_SHARE = 0.85
_FEWER = "choose fewer contexts (max_contexts, --max-contexts) or words (min_count, --min-count)"


class PredictedStep(NamedTuple):
    """A step of a build: its size, and the memory, disk (bytes) and time (seconds) it takes.

    Attributes
    ----------
    temporary : float
        Bytes of disk that are free again after the step.
    """

    step: str
    holds: str
    memory: float
    disk: float
    seconds: float
    temporary: float = 0.0


@dataclass(frozen=True)
class Prediction:
    """Predicted memory, disk and time of a build.

    Attributes
    ----------
    share : float
        Of the text that was read.
    n_tokens, n_types, n_words, n_contexts, n_cells : int
    steps : list of PredictedStep
    problem : str
        Why it does not fit, and what would; "" if it fits.
    """

    share: float
    n_tokens: int
    n_types: int
    n_words: int
    n_contexts: int
    n_cells: int
    steps: Rows[PredictedStep]
    problem: str

    @property
    def memory(self) -> float:
        """Most memory of any step."""
        return max(step.memory for step in self.steps)

    @property
    def disk(self) -> float:
        """Disk of all steps together."""
        return sum(step.disk for step in self.steps)

    @property
    def most_disk(self) -> float:
        """Most disk at any time."""
        ends = itertools.accumulate(step.disk for step in self.steps)
        return max(end + step.temporary for end, step in zip(ends, self.steps))

    @property
    def seconds(self) -> float:
        """Time of all steps together."""
        return sum(step.seconds for step in self.steps)


def predict_ppmi(
    corpus: Corpus,
    text: TextSettings,
    counting: CountingSettings,
    factorising: FactorisingSettings | None = None,
    output: str | Path | None = None,
    *,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> Prediction:
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
    sources = find_sources(as_items(corpus))
    if any(source.path is None or not source.size for source in sources):
        raise SettingError("a plan reads a sample of files on this machine; give files")
    progress = as_progress(progress)
    progress.start("reading a sample", None, "")
    tokenizer = make_tokenizer(text.tokenizer, text.lowercase, text.normalize)
    n_all = sum(source.size or 0 for source in sources)
    started = time.perf_counter()
    with (
        tempfile.TemporaryFile() as spool,
        Encoder(tokenizer, text.layout, spool, n_threads(threads)) as encoder,
    ):
        n_read = _read_sample(encoder, sources, text)
        table, ids = encoder.all_ids()
        sentences, documents = encoder.offsets()
        reading = time.perf_counter() - started
    n, scale = len(ids), max(1.0, n_all / max(n_read, 1))
    if n < 1000:
        raise EmptyResultError(f"a sample of {n} tokens is too small for a prediction")
    n_tokens = round(n * scale)
    half = int(sentences[np.searchsorted(sentences, n // 2)])
    whole, first = (np.bincount(ids[:m], minlength=table.n_words) for m in (n, half))
    ratio = n / max(half, 1)

    def grown(before: float, now: float) -> int:
        return round(extrapolated(before, now, ratio, scale))

    n_types = grown((first > 0).sum(), (whole > 0).sum())
    n_words = min(
        grown((first >= text.min_count).sum(), (whole >= text.min_count).sum()),
        text.max_size or n_types,
        n_types,
    )
    progress.start("counting the sample", None, "")
    counts, counting_seconds = [], 0.0
    for end, found in ((half, first), (n, whole)):
        started = time.perf_counter()
        # Words that occur often enough in the whole text.
        least = text.min_count * end / n_tokens
        part = _encoded(ids[:end], sentences, documents, found, least, n_words)
        counts.append(count_cooccurrences(part, threads=threads, **counting.keywords()))
        counting_seconds = time.perf_counter() - started
    n_contexts = counting.n_contexts(n_words)
    n_columns = n_contexts * (2 if counting.direction == "split" else 1)
    n_most = most_cells(whole * scale, counting, n_columns)

    def cells_of(m: int) -> float:
        before, now = (found.n_cells for found in counts)
        most = min(n_most, 2.0 * counting.window * m, float(n_words) * n_columns)
        return min(extrapolated(before, now, ratio, m / n), most)

    n_cells = round(cells_of(n_tokens))
    way = way_of_counting(n_tokens, n_words, n_most, cells_of)
    cells = float(BYTES_A_CELL * n_cells)
    on_disk = cells > memory_budget() / 4
    vocabulary = 20.0 * n_words
    text_disk = 4.0 * n_tokens + 8 * len(sentences) * scale + vocabulary
    steps = Rows(
        [
            PredictedStep(
                "corpus",
                f"{n_tokens:,} tokens, {n_words:,} words of {n_types:,} types",
                FLOOR + _BYTES_A_TYPE * n_types,
                text_disk,
                reading * scale,
                4.0 * n_tokens,
            ),
            PredictedStep(
                "counts",
                f"{n_cells:,} cells, {way}",
                FLOOR + way.memory,
                cells + vocabulary,
                counting_seconds * scale,
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
    progress.finish(f"{n_read / n_all:.0%} of the text")
    sizes_found = (n_read / n_all, n_tokens, n_types, n_words, n_contexts, n_cells)
    prediction = Prediction(*sizes_found, steps, problem)
    try:
        check_disk(prediction.most_disk, "the build", _FEWER, _place(corpus, output))
    except ExhaustedError as error:
        return replace(prediction, problem=problem or str(error))
    return prediction


def _place(corpus: Corpus, output: str | Path | None) -> Path:
    """Return the folder that is there in which a workspace would be made."""
    workspace = workspace_path(as_items(corpus), output).absolute()
    return next(folder for folder in (workspace, *workspace.parents) if folder.is_dir())


def _read_sample(encoder: Encoder, sources: list[Source], text: TextSettings) -> float:
    """Feed the beginnings of some files, and return how many of their bytes that were."""
    size = sum(source.size or 0 for source in sources) / len(sources)
    n_files = min(len(sources), max(_MOST_FILES, math.ceil(SAMPLE / size)))
    places = np.unique(np.linspace(0, len(sources) - 1, n_files).round().astype(int))
    n_read = 0.0
    for place in places.tolist():
        source, before, taken, n_bytes = sources[place], 0, 0, 0.0
        for block in read_blocks(source, text, Damage(), encoder.layout):
            encoder.feed(block)
            taken += len(block.encode("utf-8", "replace"))
            # The next block has been read already.
            n_bytes, before = float(before or source.n_bytes), source.n_bytes
            if taken >= SAMPLE / len(places):
                break
        else:
            n_bytes = float(source.size or 0)
        n_read += n_bytes
    encoder.finish()
    return n_read


def _encoded(
    ids: np.ndarray,
    sentences: np.ndarray,
    documents: np.ndarray,
    found: np.ndarray,
    least: float,
    most: int,
) -> EncodedCorpus:
    """Return tokens over the words that occur at least `least` times, and `most` of them."""
    n_specials, end = len(SPECIALS), len(ids)
    order = np.argsort(-found, kind="stable")
    order = order[found[order] >= max(1.0, least)][:most]
    new = np.zeros(len(found), np.int32)
    new[order] = np.arange(n_specials, n_specials + len(order), dtype=np.int32)
    totals = np.concatenate([np.zeros(n_specials, np.int64), found[order]])
    names = [*SPECIALS, *map(str, range(len(order)))]
    first, second = (
        np.unique(np.append(np.minimum(each, end), end)) for each in (sentences, documents)
    )
    return EncodedCorpus(Vocabulary(names, totals, n_specials), new[ids], first, second)


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
