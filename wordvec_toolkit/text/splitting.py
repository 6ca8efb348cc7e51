"""Split a text into training, validation and test text, document by document."""

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from ..errors import EmptyResultError, WordvecError, expect_path
from ..runtime.progress import Progress, ProgressLike, as_progress
from ..runtime.settings import takes
from ..runtime.signatures import Signature
from .blocks import Damage
from .file_writing import new_files
from .files import Source, as_items, find_sources
from .settings import SplitSettings
from .split_results import CorpusSplit, SplitPart, Unit
from .units import Piece, read_pieces, rereadable

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import SplitCorpusKeywords

PARTS = ("train", "valid", "test")
#: Training text that is written to a file of its own, too.
SAMPLE = "sample"
_TRAIN, _VALID, _TEST, _SAMPLE = range(4)
#: Side of a unit -> files that it goes to.
_FILES = ((_TRAIN,), (_VALID,), (_TEST,), (_TRAIN, _SAMPLE))

_FEWEST = 20  # documents, or else lines, that can be split
_BUFFERED = 1 << 20  # characters that are kept before they are written
_BOM = "\ufeff"


@takes(SplitSettings)
def split_corpus(
    corpus: str | Path | Sequence[str | Path],
    folder: str | Path,
    *,
    valid_text: str | Path | None = None,
    test_text: str | Path | None = None,
    overwrite: bool = False,
    progress: ProgressLike = None,
    **settings: "Unpack[SplitCorpusKeywords]",
) -> CorpusSplit:
    """Write `folder`/train.txt, valid.txt and test.txt, with every document whole in one of them.

    Documents are ordered by a hash of their words that is keyed by `seed`: test text is taken from
    the bottom of that order, validation text from its top, and training gets the rest.  So copies
    of a document are on one side, the order of the documents does not matter, and where a text
    grows hardly any document changes its side, and none from test to validation.  Within a file
    they are as in the text.

    A text of less than 20 different documents, or of such as are too long for their share, is split
    by its lines instead.

    Parameters
    ----------
    corpus : str, Path or a list of them
        See `encode_corpus`.  What is written is read back by the same layout.
    folder : str or Path
        Made if it is not there.
    valid_text, test_text : str or Path, optional
        Text of your own, read as `corpus` is and written in place of a part of it.
    overwrite : bool
        Replace files with other content.

    Raises
    ------
    EmptyResultError
        If the text has no words.
    WordvecError
        If it is too short to be split, cannot be read, changes meanwhile, or there are such files
        of other content.
    """
    expect_path("folder", folder)
    progress = as_progress(progress)
    given = {_VALID: valid_text, _TEST: test_text}
    own = {part: find_sources(as_items(text)) for part, text in given.items() if text is not None}
    settings |= {"valid": 0.0} if _VALID in own else {}
    settings |= {"test": 0.0} if _TEST in own else {}
    chosen = SplitSettings.among(settings)
    sample, layout = chosen.sample, chosen.layout
    targets = [Path(folder, f"{name}.txt") for name in (*PARTS, SAMPLE)]
    sources = find_sources(as_items(corpus))
    _check_places([*sources, *chain(*own.values())], targets)
    with rereadable(sources) as kept:
        unit, digests, n_words, parts, damage = _choose(kept, chosen, progress)
        seen = [source.sha256 for source in kept]
        if sample is not None:
            parts = choose_sample(digests, n_words, parts, sample)
        if not (parts == _SAMPLE).any():
            targets = targets[: len(PARTS)]
        with new_files(targets, overwrite, leave_same=True) as streams:
            writer = _Writer(streams, unit, parts, separated=layout != "documents")
            again = [replace(source, n_bytes=0, sha256="") for source in kept]
            _start(progress, "writing text", again)
            changed = writer.write(read_pieces(again, layout, chosen, progress=progress))
            for part, others in own.items():
                writer.copy(read_pieces(others, layout, chosen, damage, progress), part)
            if changed or [source.sha256 for source in again] != seen:
                raise WordvecError("the text changed while it was read; try again when it is whole")
            if len(targets) == len(PARTS):
                _remove_sample(Path(folder, f"{SAMPLE}.txt"), overwrite, progress)
    by_side = np.bincount(parts, weights=n_words, minlength=len(_FILES)).astype(np.int64)
    by_side[_TRAIN] += by_side[_SAMPLE]
    for part in own:
        by_side[part] = writer.n_copied[part]
    names = [target.stem for target in targets]
    totals = by_side.tolist()
    progress.finish(", ".join(f"{name} {n:,} words" for name, n in zip(names, totals)))
    n_all = sum(totals[:_SAMPLE])
    facts = {
        "n_invalid_sequences": damage.n_invalid,
        "n_nul_bytes": damage.n_nul,
        "sources": [source.facts() for source in (*again, *chain(*own.values()))],
    }
    signature = Signature.of(
        "split",
        by=unit,
        layout=layout,
        valid=f"{chosen.valid:g}",
        test=f"{chosen.test:g}",
        most=chosen.most,
    )
    if sample is not None:
        signature = signature.add(sample=sample)
    return CorpusSplit(
        tuple(
            SplitPart(
                name,
                str(path),
                *writer.counts(part),
                totals[part],
                writer.sha256(part),
                totals[part] / n_all,
            )
            for part, (name, path) in enumerate(zip(names, targets))
        ),
        unit,
        len(parts),
        len(digests) - len(np.unique(digests)),
        facts,
        signature.add(seed=chosen.seed),
    )


def _remove_sample(path: Path, overwrite: bool, progress: Progress) -> None:
    """Remove the sample of the split that is replaced, which is no part of the new one."""
    if path.is_file():
        if overwrite:
            path.unlink()
        what = "removed" if overwrite else "left as it is"
        progress.note(f"{path} belongs to another split and is {what}")


def _check_places(sources: list[Source], targets: list[Path]) -> None:
    places = {target.resolve() for target in targets}
    for source in sources:
        if source.path is not None and source.path.resolve() in places:
            raise WordvecError(
                f"{source.path} is part of the text and would be written, too; choose another "
                "folder with -o"
            )


def _start(progress: Progress, task: str, sources: list[Source]) -> None:
    progress.start(task, sum(source.size or 0 for source in sources), "B")


def _choose(
    sources: list[Source], chosen: SplitSettings, progress: Progress
) -> tuple[Unit, np.ndarray, np.ndarray, np.ndarray, Damage]:
    """Return what is kept whole, and of each such unit its digest, its words and its side."""
    name = ", ".join(source.name for source in sources)
    valid, test, most, seed = chosen.valid, chosen.test, chosen.most, chosen.seed
    n_different: dict[str, int] = {}
    units: tuple[Unit, ...] = (
        ("document",) if chosen.layout == "documents" else ("document", "line")
    )
    for unit in units:
        damage = Damage()
        for source in sources:
            source.n_bytes, source.sha256 = 0, ""
        _start(progress, "reading text", sources)
        pieces = read_pieces(sources, chosen.layout, chosen, damage, progress)
        digests, n_words = measure_units(pieces, unit, seed)
        progress.finish(f"{len(digests):,} {unit}s, {n_words.sum():,} words")
        if not len(digests):
            raise EmptyResultError(f"{name} holds no words; expected UTF-8 text with words in it")
        if (parts := choose_parts(digests, n_words, valid, test, most)) is not None:
            if unit == "line":
                progress.note(
                    f"the documents are too few to be split ({n_different['document']:,} "
                    "different), or too long: lines are split instead, so that test and training "
                    "text can come from one document (--layout says what a document is)"
                )
            for message in damage.messages():
                progress.note(message)
            return unit, digests, n_words, parts, damage
        n_different[unit] = len(np.unique(digests))
    found = " and ".join(f"{unit}s: {n:,}" for unit, n in n_different.items())
    raise WordvecError(
        f"{name} cannot be split (different {found}); expected at least {_FEWEST}, short enough "
        f"for {valid:g} and {test:g} of the words, at most {most:,} each: take more text, or "
        "larger valid, test or most (--valid, --test, --most)"
    )


def measure_units(pieces: Iterable[Piece], unit: Unit, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each unit of a text a hash of its words, keyed by `seed`, and their number.

    Returns
    -------
    uint64 array (n,), int64 array (n,)
    """
    digests, n_words = array("Q"), array("q")
    keyed = hashlib.blake2b(digest_size=8, key=seed.to_bytes(8, "little"))
    current, n, within_word = -1, 0, False
    digest = keyed
    by_line = unit == "line"
    for text, document, line, starts, _ in pieces:
        number = line if by_line else document
        if number != current:
            if current >= 0:
                digests.append(int.from_bytes(digest.digest(), "big"))
                n_words.append(n)
            current, n, digest = number, 0, keyed.copy()
        if words := text.split():
            goes_on = not starts and within_word and not text[0].isspace()
            joined = " ".join(words)
            digest.update((joined if goes_on or not n else " " + joined).encode())
            n += len(words) - goes_on
        if text:
            within_word = not text[-1].isspace()
    if current >= 0:
        digests.append(int.from_bytes(digest.digest(), "big"))
        n_words.append(n)
    return np.array(digests, np.uint64), np.array(n_words, np.int64)


def choose_parts(
    digests: np.ndarray, n_words: np.ndarray, valid: float, test: float, most: int
) -> np.ndarray | None:
    """Return the side of each unit, an index into `PARTS`; None if there are too few.

    Units with a share that is too small for them stay in training.

    Returns
    -------
    uint8 array (n,)
    """
    different, which = np.unique(digests, return_inverse=True)
    if len(different) < _FEWEST:
        return None
    weights = np.bincount(which, weights=n_words)  # of all copies
    sides = np.full(len(different), _TRAIN, np.uint8)
    upwards = np.arange(len(different))
    for side, share, order in ((_TEST, test, upwards), (_VALID, valid, upwards[::-1])):
        if share == 0:
            continue
        limit = min(share * weights.sum(), most)
        fitting = order[(weights[order] <= limit) & (sides[order] == _TRAIN)]
        chosen = fitting[: np.searchsorted(np.cumsum(weights[fitting]), limit, "right")]
        if not len(chosen):
            return None
        sides[chosen] = side
    return sides[which]


def choose_sample(
    digests: np.ndarray, n_words: np.ndarray, parts: np.ndarray, sample: int
) -> np.ndarray:
    """Return the sides again, with as many units of training as `sample` words allow marked so."""
    training = np.flatnonzero(parts == _TRAIN)
    if n_words[training].sum() <= sample:
        return parts
    order = training[np.argsort(digests[training], kind="stable")]
    fitting = order[: np.searchsorted(np.cumsum(n_words[order]), sample, "right")]
    sides = parts.copy()
    sides[fitting] = _SAMPLE
    return sides


class _Writer:
    """Writes each piece of a text to the side that its unit is on."""

    def __init__(
        self, streams: Sequence[IO[bytes]], unit: Unit, parts: np.ndarray, separated: bool
    ) -> None:
        self._streams = streams
        self._by_line = unit == "line"
        self._parts = parts.tobytes()
        self._separated = separated
        self._waiting: list[list[str]] = [[] for _ in streams]
        self._digests = [hashlib.sha256() for _ in streams]
        self._last = [-1] * len(streams)  # document
        self._n_documents = [0] * len(streams)
        self._n_lines = [0] * len(streams)
        self.n_copied = [0] * len(streams)  # words

    def write(self, pieces: Iterable[Piece]) -> bool:
        """Write all pieces; return whether they are other ones than the sides were chosen for."""
        parts, size, number = self._parts, 0, -1
        for text, document, line, starts, ends in pieces:
            number = line if self._by_line else document
            if number >= len(parts):
                return True
            for file in _FILES[parts[number]]:
                self._put(file, text, document, starts, ends)
            size += len(text)
            if size > _BUFFERED:
                self._flush()
                size = 0
        self._flush()
        return number + 1 != len(parts)

    def copy(self, pieces: Iterable[Piece], file: int) -> None:
        """Write another text whole to one file."""
        for text, document, _, starts, ends in pieces:
            self._put(file, text, document, starts, ends)
            self.n_copied[file] += len(text.split())
            self._flush()

    def _put(self, file: int, text: str, document: int, starts: bool, ends: bool) -> None:
        waiting = self._waiting[file]
        if starts:
            if document != self._last[file]:
                if self._last[file] < 0:
                    if text.startswith(_BOM):  # one is taken for a mark when this is read
                        waiting.append(_BOM)
                elif self._separated:
                    waiting.append("\n")
                self._last[file] = document
                self._n_documents[file] += 1
            self._n_lines[file] += 1
        waiting.append(text)
        if ends:
            waiting.append("\n")

    def _flush(self) -> None:
        for stream, waiting, digest in zip(self._streams, self._waiting, self._digests):
            data = "".join(waiting).encode()
            waiting.clear()
            stream.write(data)
            digest.update(data)

    def counts(self, part: int) -> tuple[int, int]:
        return self._n_documents[part], self._n_lines[part]

    def sha256(self, part: int) -> str:
        return self._digests[part].hexdigest()
