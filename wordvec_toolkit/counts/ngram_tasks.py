"""Counting n-grams on an engine: parts of a corpus are counted into runs, which are added here."""

from functools import lru_cache
from pathlib import Path

from ..bundles.reading import Bundle
from ..engine.choosing import new_store
from ..engine.tasks import Engine, Task, make_files
from ..runtime.memory import within_memory
from ..runtime.parallel import n_threads
from ..runtime.progress import Progress
from ..text.corpus import EncodedCorpus
from .ngram_counting import add_ngram_runs, count_ngram_part, part_size, sentence_parts
from .ngram_runs import NgramRun
from .ngrams import NgramCounts
from .runs import runs_folder
from .tasks import LEAST, open_text, tasks_of


def count_ngrams_on_engine(
    engine: Engine, corpus: Bundle, order: int, threads: int | None, progress: Progress
) -> NgramCounts:
    """Count the n-grams of a bundle; see `count_ngrams`.

    Raises
    ------
    WordvecError
        If a task fails, or the workers do not share the folder of the bundle.
    """
    text = EncodedCorpus.from_bundle(corpus)
    n = len(text) + 2 * text.n_sentences
    with within_memory(engine.memory):
        size = min(part_size(order), max(LEAST, -(-n // tasks_of(engine))))
    parts = list(sentence_parts(text, size))
    tasks = [
        Task(
            "counts.ngram_tasks:count",
            {"digest": corpus.digest, "order": order, "first": first, "last": last},
            (corpus.path,),
            int(text.sentences[last] - text.sentences[first]),
            corpus.bytes_of("ids", *map(int, text.sentences[[first, last]])),
        )
        for first, last in parts
    ]
    progress.start("counting n-grams", len(text), "token")
    with runs_folder() as folder, new_store() as store:
        try:
            paths = make_files(engine, tasks, folder, progress, store)
        finally:
            _text.cache_clear()  # of engines in this process
        runs = [NgramRun.open(path) for path in paths]
        counts = add_ngram_runs(text, parts, runs, folder, n_threads(threads), progress)
    progress.finish(f"{len(counts.trie):,} n-grams")
    return counts


def count(
    target: Path, inputs: list[Path], *, digest: str, order: int, first: int, last: int
) -> None:
    """Count the n-grams of some sentences of a corpus into a run."""
    count_ngram_part(_text(str(inputs[0]), digest), first, last, order, target)


@lru_cache(maxsize=1)
def _text(path: str, digest: str) -> EncodedCorpus:
    return open_text(path, digest)
