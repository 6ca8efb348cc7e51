"""Beginnings of texts, from which memory, disk and time of builds are predicted.

Numbers of words grow as powers of the length of a text (Heaps' law).  The exponents are those
between half of the sample and all of it.  They fall slowly as a text grows, so predictions tend to
be too high.
"""

import itertools
import math
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..errors import EmptyResultError, SettingError
from ..runtime.parallel import n_threads
from ..runtime.progress import Progress
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
_MOST_FILES = 8  # in a sample, where they are large enough
_BYTES_A_TYPE = 150  # of the table of words while text is read


class PredictedStep(NamedTuple):
    """Step of a build: its size, and the memory, disk (bytes) and time (seconds) it takes.

    Attributes
    ----------
    temporary : float
        Bytes of disk that the step frees at its end.
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
        Share of the text that was read.
    n_tokens, n_types, n_words : int
    steps : list of PredictedStep
    problem : str
        Reason why it does not fit, and what would; "" if it fits.
    """

    share: float
    n_tokens: int
    n_types: int
    n_words: int
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


@dataclass(frozen=True, eq=False)
class TextSample:
    """The beginning of a text.

    Attributes
    ----------
    share : float
        Share of the text.
    seconds : float
        Time that reading it took.
    scale : float
        Length of the text divided by that of the sample.
    """

    settings: TextSettings
    share: float
    seconds: float
    scale: float
    ids: np.ndarray
    sentences: np.ndarray
    documents: np.ndarray
    half: int
    counts: np.ndarray
    counts_of_half: np.ndarray

    @property
    def n_tokens(self) -> int:
        """Number of tokens of the whole text."""
        return round(len(self.ids) * self.scale)

    @property
    def n_types(self) -> int:
        return self.grown((self.counts_of_half > 0).sum(), (self.counts > 0).sum())

    @property
    def n_words(self) -> int:
        """Number of words that the whole text keeps."""
        least, n_types = self.settings.min_count, self.n_types
        n = self.grown((self.counts_of_half >= least).sum(), (self.counts >= least).sum())
        return min(n, self.settings.max_size or n_types, n_types)

    @property
    def ratio(self) -> float:
        return len(self.ids) / max(self.half, 1)

    def grown(self, before: float, now: float) -> int:
        """Extrapolate to the whole text a number measured on half of the sample and on all."""
        return round(extrapolated(before, now, self.ratio, self.scale))

    def parts(self) -> tuple[EncodedCorpus, EncodedCorpus]:
        """Return half of the sample and all of it, over words frequent enough in the whole text."""
        half, whole = (
            _encoded(
                self.ids[:end],
                self.sentences,
                self.documents,
                counts,
                self.settings.min_count * end / self.n_tokens,
                self.n_words,
            )
            for end, counts in ((self.half, self.counts_of_half), (len(self.ids), self.counts))
        )
        return half, whole

    def step(self) -> PredictedStep:
        """Return the cost of reading the text."""
        n_tokens, n_types, n_words = self.n_tokens, self.n_types, self.n_words
        return PredictedStep(
            "corpus",
            f"{n_tokens:,} tokens, {n_words:,} words of {n_types:,} types",
            FLOOR + _BYTES_A_TYPE * n_types,
            4.0 * n_tokens + 8 * len(self.sentences) * self.scale + 20.0 * n_words,
            self.seconds * self.scale,
            4.0 * n_tokens,
        )


def read_sample(
    corpus: Corpus, text: TextSettings, threads: int | None, progress: Progress
) -> TextSample:
    """Read about 24 MiB of a text.

    Raises
    ------
    SettingError
        If the text can be read only once, or its size is not known.
    EmptyResultError
        If the sample is too small for a prediction.
    """
    sources = find_sources(as_items(corpus))
    if any(source.path is None or not source.size for source in sources):
        raise SettingError("a plan reads a sample of files on this machine; give files")
    progress.start("reading a sample", None, "")
    tokenizer = make_tokenizer(text.tokenizer, text.lowercase, text.normalize)
    n_all = sum(source.size or 0 for source in sources)
    started = time.perf_counter()
    with (
        tempfile.TemporaryFile() as spool,
        Encoder(tokenizer, text.layout, spool, n_threads(threads)) as encoder,
    ):
        n_read = _read_beginnings(encoder, sources, text)
        table, ids = encoder.all_ids()
        sentences, documents = encoder.offsets()
    seconds = time.perf_counter() - started
    n, scale = len(ids), max(1.0, n_all / max(n_read, 1))
    if n < 1000:
        raise EmptyResultError(f"a sample of {n} tokens is too small for a prediction")
    half = _middle(sentences, n)
    counts = [np.bincount(ids[:m], minlength=table.n_words) for m in (n, half)]
    progress.finish(f"{n_read / n_all:.0%} of the text")
    return TextSample(
        text, n_read / n_all, seconds, scale, ids, sentences, documents, half, *counts
    )


def place_of(corpus: Corpus, output: str | Path | None) -> Path:
    """Return the innermost existing folder on the path of a new workspace."""
    workspace = workspace_path(as_items(corpus), output).absolute()
    return next(folder for folder in (workspace, *workspace.parents) if folder.is_dir())


def _read_beginnings(encoder: Encoder, sources: list[Source], text: TextSettings) -> float:
    """Feed the beginnings of some files, and return the number of bytes read."""
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


def _middle(sentences: np.ndarray, n: int) -> int:
    """Return the end of a sentence in the middle of `n` tokens, or the middle if none is near."""
    at = int(np.searchsorted(sentences, n // 2))
    return int(sentences[at]) if at < len(sentences) and sentences[at] <= 3 * n // 4 else n // 2


def _encoded(
    ids: np.ndarray,
    sentences: np.ndarray,
    documents: np.ndarray,
    found: np.ndarray,
    least: float,
    most: int,
) -> EncodedCorpus:
    """Return tokens over at most `most` words, those that occur `least` times or more.

    A last sentence or document that goes on after the tokens is ended.
    """
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
