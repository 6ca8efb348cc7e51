"""Test sets of minimal pairs: a grammatical sentence, and one that differs from it and is not."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import SettingError, expect
from .columns import Columns, choose_words
from .tables import Source, open_source, tables_of

#: Names of the fields: good sentence, bad sentence, phenomenon, paradigm.
_TITLES = (
    ("good", "grammatical", "acceptable", "correct"),
    ("bad", "ungrammatical", "unacceptable", "incorrect", "wrong"),
    ("linguistics_term", "phenomenon", "category", "term"),
    ("uid", "paradigm", "type"),
)
#: Terms in BLiMP's files that the tables of its authors count among another phenomenon.
_COUNTED_AS = {"s-selection": "argument_structure"}
_WANTED = "a good and a bad sentence"


@dataclass(frozen=True)
class MinimalPairSet:
    """Pairs of sentences, the good one first; `reading`: how the file was read.

    Attributes
    ----------
    pairs : tuple of (str, str)
    phenomena, paradigms : tuple of str
        Those of each pair; "" where the set does not say.
    """

    name: str
    sha256: str
    pairs: tuple[tuple[str, str], ...]
    phenomena: tuple[str, ...]
    paradigms: tuple[str, ...]
    reading: str = ""


def read_minimal_pairs(
    name_or_path: str | Path, columns: Columns = None, encoding: str | None = None
) -> MinimalPairSet:
    """Read pairs of a grammatical and an ungrammatical sentence.

    Either JSON lines as BLiMP has them, with ``sentence_good`` and ``sentence_bad``,
    ``linguistics_term`` (the phenomenon) and ``UID`` (the paradigm); or a table, best separated by
    tabs, with a pair in each row, whose header may name the same; lines ``: name`` begin a
    phenomenon.  Of a folder all ``.jsonl`` or else all ``.tsv`` files are read.

    Parameters
    ----------
    name_or_path : str or path
        A file, a folder, or ``blimp`` after ``wvt fetch blimp``.
    columns : str or sequence of str or int, optional
        The two fields or columns of the sentences, by name or, of a table, by number from 1.
    encoding : str, optional
        Default: UTF-8, or what the byte order mark says.

    Raises
    ------
    FormatError
        If a line has no two sentences, or it is not clear which they are.
    """
    expect("dataset", name_or_path, (str, Path), "a file, a folder or a name")
    folder = Path(name_or_path)
    paths: Sequence[str | Path] = [name_or_path]
    if folder.is_dir():
        paths = sorted(folder.glob("*.jsonl")) or sorted(folder.glob("*.tsv"))
        if not paths:
            raise SettingError(f"the folder {folder} has no .jsonl or .tsv files of minimal pairs")
    sources = [open_source(path, (), True, encoding) for path in paths]
    rows: list[tuple[str, str, str, str]] = []
    readings: list[str] = []
    for source in sources:
        is_json = bool(source.lines) and source.lines[0].text.lstrip().startswith("{")
        found, reading = (_json_rows if is_json else _table_rows)(source, columns)
        rows += found
        readings.append(reading)
    digest = sources[0].sha256
    if len(sources) > 1:
        digest = hashlib.sha256("".join(source.sha256 for source in sources).encode()).hexdigest()
    good, bad, phenomena, paradigms = zip(*rows)
    name = folder.name if folder.is_dir() else sources[0].name
    return MinimalPairSet(
        name,
        digest,
        tuple(zip(good, bad)),
        phenomena,
        paradigms,
        "; ".join(dict.fromkeys(readings)),
    )


def _json_rows(source: Source, columns: Columns) -> tuple[list[tuple[str, str, str, str]], str]:
    """Return the rows of JSON lines."""
    rows = []
    chosen: list[str] | None = None
    for line in source.lines:
        try:
            data = json.loads(line.text)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            raise source.error(repr(line.text[:60]), f"a JSON object with {_WANTED}", line)
        if chosen is None:
            chosen = _json_fields(source, data, columns)
        fields = [data.get(name, "") if name else "" for name in chosen]
        if not all(isinstance(each, str) for each in fields) or not all(map(str.strip, fields[:2])):
            raise source.error(
                repr(line.text[:60]), f"text in {chosen[0]!r} and {chosen[1]!r}", line
            )
        good, bad, phenomenon, paradigm = fields
        phenomenon = _COUNTED_AS.get(phenomenon, phenomenon) or line.section or ""
        rows.append((good, bad, phenomenon, paradigm))
    assert chosen is not None
    return rows, f"sentences: fields {chosen[0]} and {chosen[1]}"


def _json_fields(source: Source, data: dict[str, object], columns: Columns) -> list[str]:
    """Return the names of the fields; "" for those that there are not."""
    names = list(data)
    if columns is not None:
        wanted = columns.split(",") if isinstance(columns, str) else list(columns)
        sentences = [str(name).strip() for name in wanted]
        if len(sentences) != 2 or not set(sentences) <= set(names):
            raise SettingError(
                f"columns is {columns!r}; expected two fields of {source.path}: {', '.join(names)}"
            )
    else:
        sentences = []
        for title in _TITLES[:2]:
            found = [name for name in names if _is_called(name, title)]
            found = [name for name in found if _is_called(name, ("sentence",))] or found
            if len(found) != 1:
                raise source.error(
                    f"the fields {', '.join(names)[:200]}",
                    f"one for each of {_WANTED}; name them with columns='good,bad' (--columns)",
                )
            sentences += found
    others = [next((n for n in names if n.casefold() in title), "") for title in _TITLES[2:]]
    return [*sentences, *others]


def _table_rows(source: Source, columns: Columns) -> tuple[list[tuple[str, str, str, str]], str]:
    """Return the rows of a table."""
    chosen = choose_words(tables_of(source, 2, _WANTED), 2, columns, _TITLES)
    names = [name.casefold() for name in chosen.header.fields] if chosen.header else []
    places = [next((i for i, n in enumerate(names) if n in title), -1) for title in _TITLES[2:]]

    def cell(fields: Sequence[str], place: int) -> str:
        return fields[place] if place >= 0 else ""

    rows = [
        (
            good,
            bad,
            cell(row.fields, places[0]) or row.line.section or "",
            cell(row.fields, places[1]),
        )
        for row, (good, bad) in zip(chosen.rows, chosen.items)
    ]
    return rows, chosen.text.replace("words:", "sentences:")


def _is_called(name: str, title: Sequence[str]) -> bool:
    return bool(set(title) & set(name.casefold().replace("-", "_").split("_")))


def groups_of(names: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
    """Yield the names of groups, in the order of the set, with the places of their pairs."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    yield from ((name, own) for name, own in places.items() if name)
