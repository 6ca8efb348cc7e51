"""Memory, disk and time of a build of an n-gram model, predicted from a sample of its text."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..counts.ngram_counting import count_ngrams
from ..errors import ExhaustedError
from ..lm.ngram.estimation import estimate
from ..lm.ngram.kneser_ney import FALLBACK, KneserNey
from ..lm.ngram.room import check_sizes, grown_sizes, room_of
from ..lm.settings import NgramSettings
from ..runtime.memory import check_disk
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.rows import Rows
from ..text.files import Corpus
from ..text.settings import TextSettings
from .costs import FLOOR
from .text_samples import PredictedStep, Prediction, place_of, read_sample

_IN_FILES = 1.7  # times as long as in memory (benchmarks/memory.py --order 5)
_BYTES_A_WORD = 20.0  # of a vocabulary on disk


@dataclass(frozen=True)
class NgramPrediction(Prediction):
    """Predicted memory, disk and time of a build of an n-gram model.

    Attributes
    ----------
    n_ngrams : list of int
        Number of n-grams of each order.
    in_memory : bool
        Whether it is counted and estimated in memory, not in files.
    """

    n_ngrams: list[int]
    in_memory: bool


def predict_ngram_lm(
    corpus: Corpus,
    text: TextSettings,
    chosen: NgramSettings,
    output: str | Path | None = None,
    *,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> NgramPrediction:
    """Predict the n-gram model of a text from a sample of about 24 MiB of it.

    Parameters
    ----------
    output : path, optional
        The workspace, whose disk is checked.

    Raises
    ------
    SettingError
        If the text can be read only once, or its size is not known.
    EmptyResultError
        If the sample is too small for a prediction.
    """
    progress = as_progress(progress)
    sample = read_sample(corpus, text, threads, progress)
    progress.start("counting the sample", None, "")
    measured, seconds = [], 0.0
    for part in sample.parts():
        started = time.perf_counter()
        counts = count_ngrams(part, chosen.order, threads)
        measured.append((len(part) + 2 * part.n_sentences, counts.trie.sizes))
        if part.n_sentences:
            estimate(counts, KneserNey(FALLBACK), threads=threads)
        seconds = time.perf_counter() - started
    del counts
    n = round(measured[-1][0] * sample.scale)

    def sizes_of(m: int) -> Sequence[int]:
        return [sample.n_words, *grown_sizes(measured, m)[1:]]

    sizes = list(sizes_of(n))
    room = room_of(sizes_of, n, any(chosen.prune))
    way = "in memory" if room.in_memory else "in files"
    growth = sum(sizes) / max(1, sum(measured[-1][1]))
    step = PredictedStep(
        "ngram",
        f"{sum(sizes):,} n-grams ({', '.join(f'{size:,}' for size in sizes)}), {way}",
        max(room.memory, FLOOR),
        room.disk + _BYTES_A_WORD * sample.n_words,
        seconds * growth * (1.0 if room.in_memory else _IN_FILES),
        room.temporary,
    )
    steps = Rows([sample.step(), step])
    progress.finish(f"{sum(sizes):,} n-grams")
    problem = ""
    try:
        place = place_of(corpus, output)
        check_sizes(sizes_of, n, chosen, place)
        advice = "choose a lower order (--order) or fewer words (min_count, --min-count)"
        check_disk(steps[0].disk + step.disk + step.temporary, "the build", advice, place)
    except ExhaustedError as error:
        problem = str(error)
    found = (sample.share, sample.n_tokens, sample.n_types, sample.n_words, steps, problem)
    return NgramPrediction(*found, sizes, room.in_memory)
