"""Word pairs that people have ranked by how well they show a relation: SemEval-2012 task 2."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..errors import FormatError, expect
from .packed_sets import Packed, open_packed

_PARADIGMS = "subcategories-paradigms.txt"
_ANSWERS = r"Phase2Answers-(\d+[a-z])\.txt"
_FILES = rf"{re.escape(_PARADIGMS)}|{_ANSWERS}"
_EXAMPLE = re.compile(r"(\w[\w'-]*)\s*:\s*(\w[\w'-]*)")
_QUOTED = re.compile(r'"([^"]*)"')
_CHOICES = 4
_UNANSWERED = ("", "")
_FIELDS = 4  # number, letter and two names, before the examples

Pair = tuple[str, str]


@dataclass(frozen=True)
class Question:
    """A MaxDiff question: four pairs, and how many people called each the least and the most
    illustrative."""

    pairs: tuple[Pair, ...]
    least: tuple[int, ...]
    most: tuple[int, ...]


@dataclass(frozen=True)
class Relation:
    """A relation, its example pairs, the questions, and the rating of each pair."""

    name: str
    paradigms: tuple[Pair, ...]
    questions: tuple[Question, ...]
    ratings: dict[Pair, float]


@dataclass(frozen=True)
class RelationSet:
    """Relations of a folder or an archive; `reading` says which."""

    name: str
    sha256: str
    relations: tuple[Relation, ...]
    reading: str


def is_relation_set(name_or_path: str | Path) -> bool:
    """Return whether a path is a folder or zip archive of the form of SemEval-2012 task 2."""
    try:
        packed = open_packed(name_or_path, re.escape(_PARADIGMS))
    except FormatError:
        return False
    return packed is not None and bool(packed.texts)


def read_relation_set(name_or_path: str | Path) -> RelationSet:
    """Read a folder or zip archive of the form of SemEval-2012 task 2.

    ``subcategories-paradigms.txt`` has a relation in each line (``1, a, CLASS-INCLUSION,
    Taxonomic, flower:tulip, emotion:rage``), ``Phase2Answers-1a.txt`` an answer to a MaxDiff
    question: four pairs in quotes, the least and the most illustrative of them ("" for none).
    Where there are relations below a folder Testing, those below Training are skipped, as in the
    task.

    A pair is rated as in the task: 100 (most - least) / shown, with the numbers of answers in which
    it was chosen and shown, to one decimal.

    Raises
    ------
    FormatError
        If a line is something else, or a relation has no paradigms.
    """
    expect("dataset", name_or_path, (str, Path), "a folder or an archive")
    packed = open_packed(name_or_path, _FILES)
    if packed is None or not any(_is(name, _PARADIGMS) for name in packed.texts):
        raise FormatError(name_or_path, f"no {_PARADIGMS}", "the form of SemEval-2012 task 2")
    paradigms: dict[str, tuple[str, tuple[Pair, ...]]] = {}
    for name, text in packed.texts.items():
        if _is(name, _PARADIGMS):
            paradigms |= _paradigms(f"{packed.path}, {name}", text)
    named = [name for name in packed.texts if not _is(name, _PARADIGMS)]
    testing = [name for name in named if "Testing" in PurePosixPath(name).parts]
    relations = []
    for name in testing or named:
        found = re.fullmatch(_ANSWERS, PurePosixPath(name).name)
        key = found[1] if found else ""
        if key not in paradigms:
            raise FormatError(f"{packed.path}, {name}", f"relation {key}", f"one in {_PARADIGMS}")
        relations.append(_relation(packed, name, *paradigms[key]))
    if not relations:
        raise FormatError(packed.path, "no answers", "files called Phase2Answers-1a.txt")
    relations.sort(key=lambda each: (int(re.findall(r"\d+", each.name)[0]), each.name))
    part = " below Testing" if testing else ""
    reading = f"{len(relations)} relations{part}"
    return RelationSet(packed.name, packed.sha256, tuple(relations), reading)


def _is(name: str, file: str) -> bool:
    return PurePosixPath(name).name == file


def _paradigms(where: str, text: str) -> dict[str, tuple[str, tuple[Pair, ...]]]:
    """Return the name and the example pairs of relations, by number and letter."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        *fields, examples = [field.strip() for field in line.split(",", _FIELDS)]
        # Here and there the file has a full stop or a blank in place of a comma.
        kept = tuple(_EXAMPLE.findall(examples))
        rest = _EXAMPLE.sub("", examples).strip(",. ")
        if len(fields) < _FIELDS or not kept or rest:
            raise FormatError(
                f"{where}, line {number}", repr(line[:60]), "1, a, NAME, Name, word:word, ..."
            )
        key = f"{fields[0]}{fields[1]}"
        found[key] = f"{key} {fields[2]}: {fields[3]}", kept
    return found


def _relation(packed: Packed, name: str, title: str, paradigms: tuple[Pair, ...]) -> Relation:
    shown: Counter[Pair] = Counter()
    chosen: Counter[Pair] = Counter()  # most less least
    least: dict[tuple[Pair, ...], Counter[Pair]] = {}
    most: dict[tuple[Pair, ...], Counter[Pair]] = {}
    for number, line in enumerate(packed.texts[name].splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = (field.partition(":") for field in _QUOTED.findall(line)[: _CHOICES + 2])
        pairs = [(first.strip(), second.strip()) for first, _, second in parts]
        asked, answered = tuple(pairs[:_CHOICES]), pairs[_CHOICES:]
        is_whole = len(answered) == 2 and all(all(pair) for pair in asked)
        if not is_whole or not set(answered) <= {*asked, _UNANSWERED}:
            raise FormatError(
                f"{packed.path}, {name}, line {number}",
                repr(line[:60]),
                "four pairs in quotes, then the least and the most illustrative of them",
            )
        shown.update(asked)
        for pair, votes, sign in zip(answered, (least, most), (-1, 1)):
            votes.setdefault(asked, Counter())[pair] += 1
            chosen[pair] += sign
    questions = tuple(
        Question(
            asked,
            tuple(least[asked][pair] for pair in asked),
            tuple(most[asked][pair] for pair in asked),
        )
        for asked in least
    )
    ratings = {pair: round(100 * chosen[pair] / n, 1) for pair, n in sorted(shown.items())}
    return Relation(title, paradigms, questions, ratings)
