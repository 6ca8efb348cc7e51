"""Test sets of several files, in a folder or a zip archive: BATS, and SemEval-2017 task 2."""

import hashlib
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..errors import FormatError, WordvecError
from ..registry.store import fetched_path

#: Names of the files of BATS and of sets made like it: ``I01 [noun - plural_reg].txt``.
BATS_FILE = r"[A-Z]\d\d\b.*\.txt"
_LARGEST = 1 << 22  # bytes of a file
_MOST = 1000  # files
_MARK = "\ufeff"


@dataclass(frozen=True)
class Packed:
    """The wanted texts of a folder or an archive, by their names, in the order of these."""

    name: str
    path: Path
    sha256: str
    texts: dict[str, str]


def open_packed(name_or_path: str | Path, wanted: str) -> Packed | None:
    """Read the files whose names fit a regular expression; None for what is no folder or archive
    with such files.

    Raises
    ------
    FormatError
        If a folder has none, or they are larger than test sets are, or not UTF-8.
    """
    path: Path | None = Path(name_or_path)
    if path is not None and not path.exists():
        path = fetched_path(str(name_or_path))
    if path is None or not (path.is_dir() or zipfile.is_zipfile(path)):
        return None
    try:
        raw = _of_folder(path, wanted) if path.is_dir() else _of_archive(path, wanted)
        texts = {name: raw[name].decode("utf-8").lstrip(_MARK) for name in sorted(raw)}
    except UnicodeDecodeError:
        raise FormatError(path, "files that are not UTF-8", "a test set in UTF-8") from None
    except OSError as error:
        raise WordvecError(f"cannot read {path}: {error.strerror}") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise FormatError(path, f"damage ({error})", "a zip archive") from None
    if not texts and not path.is_dir():
        return None
    if not texts:
        raise FormatError(path, f"no files called {wanted}", "the files of a test set")
    digests = [f"{name} {hashlib.sha256(raw[name]).hexdigest()}" for name in texts]
    digest = hashlib.sha256("\n".join(digests).encode()).hexdigest()
    name = path.name if Path(name_or_path).exists() else str(name_or_path)
    return Packed(name, path, digest, texts)


def _of_folder(path: Path, wanted: str) -> dict[str, bytes]:
    found = {
        each.relative_to(path).as_posix(): each
        for each in path.rglob("*")
        if re.fullmatch(wanted, each.name) and each.is_file()
    }
    _check_sizes(path, [each.stat().st_size for each in found.values()])
    return {name: each.read_bytes() for name, each in found.items()}


def _of_archive(path: Path, wanted: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        found = [
            info
            for info in archive.infolist()
            if not info.is_dir()
            and re.fullmatch(wanted, PurePosixPath(info.filename).name)
            and not info.filename.startswith("__MACOSX/")
        ]
        _check_sizes(path, [info.file_size for info in found])
        return {info.filename: archive.open(info).read(_LARGEST) for info in found}


def _check_sizes(path: Path, sizes: Sequence[int]) -> None:
    if len(sizes) > _MOST or max(sizes, default=0) >= _LARGEST:
        raise FormatError(
            path, f"{len(sizes):,} files, the largest of {max(sizes):,} bytes", "a test set"
        )


@dataclass(frozen=True)
class PairSections:
    """Questions of every pair of a section with every other, and the further right answers.

    Attributes
    ----------
    sections : tuple
        As those of `AnalogySet`.
    others : dict
        Pair c, d -> other words than d that are right.
    """

    sections: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...]
    others: dict[tuple[str, str], tuple[str, ...]]


def pair_sections(packed: Packed) -> PairSections:
    """Return the questions of BATS: a file for each relation, ``word<tab>answer/answer/...``.

    Each pair is asked for with each other of its file; the first answer is b and d, all others are
    right, too (Gladkova et al. 2016).

    Raises
    ------
    FormatError
        If a line is no pair.
    """
    sections = []
    others: dict[tuple[str, str], tuple[str, ...]] = {}
    for name, text in packed.texts.items():
        pairs: dict[tuple[str, str], None] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            word, *rest = line.split("\t" if "\t" in line else None, 1)
            answers = [each.strip() for each in "".join(rest).split("/") if each.strip()]
            if not word.strip() or not answers:
                raise FormatError(
                    f"{packed.path}, {name}, line {number}", repr(line[:60]), "a word, answers"
                )
            pair = word.strip(), answers[0]
            pairs[pair] = None
            others[pair] = tuple(dict.fromkeys((*others.get(pair, ()), *answers[1:])))
        asked = tuple((*one, *other) for one in pairs for other in pairs if one != other)
        sections.append((PurePosixPath(name).stem, asked))
    return PairSections(tuple(sections), others)


def scored_pairs(packed: Packed, code: str) -> tuple[tuple[str, str, float], ...]:
    """Return the pairs of SemEval-2017 task 2, whose words and scores are in files of their own.

    Raises
    ------
    FormatError
        If these are not one each, or their lines differ in number or are no pairs and numbers.
    """
    parts = [
        [text for name, text in packed.texts.items() if name.endswith(f".{part}.txt")]
        for part in ("data", "gold")
    ]
    expected = f"{code}.test.data.txt and {code}.test.gold.txt"
    if [len(part) for part in parts] != [1, 1]:
        raise FormatError(packed.path, f"the files {', '.join(packed.texts)}", expected)
    pairs, golds = ([line for line in text.splitlines() if line.strip()] for (text,) in parts)
    if len(pairs) != len(golds):
        raise FormatError(packed.path, f"{len(pairs)} pairs and {len(golds)} scores", "as many")
    found = []
    for number, (pair, gold) in enumerate(zip(pairs, golds), 1):
        words = [word.strip() for word in pair.split("\t")]
        try:
            score = float(gold)
        except ValueError:
            score = float("nan")
        if len(words) != 2 or not all(words) or not abs(score) < float("inf"):
            raise FormatError(
                packed.path, f"{pair[:40]!r} and {gold[:20]!r} in pair {number}", "words, a score"
            )
        found.append((words[0], words[1], score))
    return tuple(found)
