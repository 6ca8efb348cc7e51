"""Write ARPA files; see `wordvec_toolkit.lm.arpa` for what they are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from ..._kernels import arpa as kernels
from ...errors import SettingError, WordvecError, expect
from ...runtime.arguments import checks_types
from ...runtime.file_arrays import pieces_of
from ...runtime.memory import release
from ...runtime.parallel import even_bounds, map_stream, n_threads
from ...runtime.progress import ProgressLike, as_progress
from ...text.file_writing import write_files
from ...text.vocabulary import Vocabulary
from ..ngram.model import NgramModel

_BLOCK = 1 << 16  # n-grams
_ROOM = 1 << 22  # bytes, for a block as it mostly is
_UNWRITABLE = re.compile(rb"[ \t\r\n]")


@dataclass(frozen=True)
class _Job:
    order: int
    first: int
    last: int


@checks_types
def write_arpa(
    model: NgramModel,
    path: str | Path,
    overwrite: bool = False,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> Path:
    """Write a model as an ARPA file; it takes its place only when it is whole.

    Numbers have the digits that restore every bit of a float32, as those of KenLM.  The n-grams of
    each order are sorted by the ids of their words.

    Parameters
    ----------
    path : path
        Compressed if it ends in .gz, .bz2, .xz or .zst.
    overwrite : bool
        Replace an existing file.
    threads : int, optional
        All processors if None; any number writes the same bytes.

    Raises
    ------
    WordvecError
        If there is such a file already, a word does not go into the format, a number of the model
        is NaN or infinite, it is of stupid backoff, or the disk is full.  Nothing is left behind
        then.
    """
    expect("model", model, NgramModel)
    progress = as_progress(progress)
    path = Path(path)
    if str(path) == "-":
        raise SettingError("models go to a file, not to standard output; name the file")
    if model.unseen_backoff:
        raise SettingError(
            "ARPA files cannot hold stupid backoff, which has a factor for unseen histories; use "
            "another smoothing, or keep the bundle"
        )
    arena, ends = _word_bytes(model.vocabulary)
    if not model.trie.is_sorted():
        raise WordvecError("the tree of n-grams is damaged; build the model again")
    if not _are_at_most(model.logprobs, 1e-6):
        raise WordvecError("the model holds an invalid probability; build it again")
    if not _are_at_most(model.backoffs, np.finfo(np.float64).max):
        raise WordvecError("the model holds an invalid back-off weight; build it again")

    def lines(job: _Job) -> list[np.ndarray]:
        pieces = []
        first, room = job.first, _ROOM
        while first < job.last:
            out = np.empty(room, np.uint8)
            place, used = kernels.format_ngrams(
                first,
                job.last,
                job.order,
                model.trie.words,
                model.trie.children,
                model.logprobs,
                model.backoffs,
                arena,
                ends,
                out,
            )
            pieces.append(out[:used])
            if place == first:  # not even one found room
                room *= 2
            first = place
        return pieces

    def fill(stream: IO[bytes]) -> None:
        counts = [f"ngram {k}={size}\n" for k, size in enumerate(model.trie.sizes, 1)]
        stream.write(("\\data\\\n" + "".join(counts)).encode())
        jobs = list(_jobs(model))
        for job, pieces in zip(jobs, map_stream(lines, jobs, n_threads(threads))):
            if job.first == model.trie.bases[job.order - 1]:
                stream.write(f"\n\\{job.order}-grams:\n".encode())
            for piece in pieces:
                stream.write(piece.data)
            release(model.trie.words, model.trie.children, model.logprobs, model.backoffs)
            progress.advance(job.last - job.first)
        stream.write(b"\n\\end\\\n")

    progress.start("writing ARPA", len(model.trie), "n-grams")
    write_files({path: fill}, overwrite, threads)
    progress.finish(f"{len(model.trie):,} n-grams of orders 1 to {model.order}")
    return path


def _jobs(model: NgramModel) -> Iterator[_Job]:
    for order in range(1, model.order + 1):
        base = int(model.trie.bases[order - 1])
        size = model.trie.sizes[order - 1]
        bounds = even_bounds(size, _BLOCK) if size else [0, 0]  # for there is a header, too
        for first, last in zip(bounds[:-1], bounds[1:]):
            yield _Job(order, base + first, base + last)


def _are_at_most(logs: np.ndarray, most: float) -> bool:
    """Return whether all are numbers up to `most`."""
    return all(bool(piece.max() <= most) for piece in pieces_of(logs))


def _word_bytes(vocabulary: Vocabulary) -> tuple[np.ndarray, np.ndarray]:
    """Return the words in UTF-8 one after another, and where each ends."""
    try:
        words = [word.encode() for word in vocabulary.words]
    except UnicodeEncodeError as error:
        raise WordvecError(f"the word {error.object!r} is not Unicode text; remove it") from None
    arena = b"".join(words)
    if _UNWRITABLE.search(arena) or not all(words):
        odd = next(word for word in words if not word or _UNWRITABLE.search(word))
        raise WordvecError(
            f"the word {odd.decode()!r} is empty or holds white space, which ARPA files cannot "
            "hold; build the model with another tokenizer"
        )
    ends = np.cumsum([len(word) for word in words], dtype=np.int64)
    return np.frombuffer(arena, np.uint8), ends
