"""Read test sets: word pairs with human scores, and analogy questions."""

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import FormatError, WordvecError
from ..registry.listing import registry
from ..registry.store import fetched_path
from ..runtime.extras import gensim_data

#: Sets that come with gensim: name -> file.
SIMILARITY_SETS = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
ANALOGY_SETS = {"google": "questions-words.txt"}


@dataclass(frozen=True)
class SimilaritySet:
    """Pairs of words with the similarity that people gave them."""

    name: str
    sha256: str
    pairs: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class AnalogySet:
    """Questions a : b :: c : d in named sections."""

    name: str
    sha256: str
    sections: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...]


@dataclass(frozen=True)
class Row:
    """A line of a test set, its number, and its fields."""

    number: int
    line: str
    fields: list[str]


@dataclass(frozen=True)
class Table:
    """The text of a test set, and where it comes from."""

    name: str
    path: Path
    sha256: str
    text: str

    def rows(self) -> Iterator[Row]:
        """Yield all lines but blank ones and those that start with ``#``."""
        for number, line in enumerate(self.text.splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                yield Row(number, line, split_fields(line))

    def sections(self) -> list[tuple[str | None, list[Row]]]:
        """Return the rows below each line ``: name``, with that name; first those before any."""
        sections: list[tuple[str | None, list[Row]]] = [(None, [])]
        for row in self.rows():
            if row.line.startswith(":"):
                sections.append((row.line[1:].strip(), []))
            else:
                sections[-1][1].append(row)
        return sections

    def error(self, found: str, expected: str, row: Row | None = None) -> FormatError:
        """Return the error for a row that is not as expected, or for the whole."""
        return FormatError(self.path, found, expected, line=row.number if row else None)


def open_table(name_or_path: str | Path, known: Mapping[str, str] | Sequence[str]) -> Table:
    """Open a test set.

    `known` are the names that an error suggests; those with a file are found in gensim's data.
    """
    name = str(name_or_path)
    path = Path(name_or_path)
    if not path.exists() and isinstance(known, Mapping) and name in known:
        path = gensim_data(known[name])
    elif path.is_file():
        name = path.name
    elif (fetched := fetched_path(name)) is not None:
        path = fetched
    elif name in registry() and registry()[name].addresses:
        raise WordvecError(f"the test set {name} is not here yet; try: wvt fetch {name}")
    else:
        raise WordvecError(
            f"there is no test set {name}; expected a file, "
            + (f"one of {', '.join(known)}, " if known else "")
            + "or one that wvt fetch lists"
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise WordvecError(f"cannot read {path}: {error.strerror}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError(path, "bytes that are not UTF-8", "UTF-8 text") from None
    return Table(name, path, hashlib.sha256(raw).hexdigest(), text)


def read_similarity_set(name_or_path: str | Path) -> SimilaritySet:
    """Read word pairs with scores.

    One pair a line, separated by tabs, commas, semicolons or spaces: two words, then, as the first
    number after them, the score (SimLex-999's own file has a part of speech between).  Lines that
    start with ``#`` and one header line without a number are passed over.

    Parameters
    ----------
    name_or_path : str or path
        A file, or ``wordsim353`` or ``simlex999``, which come with gensim.

    Raises
    ------
    FormatError
        If a line does not have two words and a number.
    """
    table = open_table(name_or_path, SIMILARITY_SETS)
    pairs = []
    header_allowed = True
    for row in table.rows():
        fields = row.fields
        score = next((value for value in map(_number, fields[2:]) if value is not None), None)
        if len(fields) < 3 or score is None or not fields[0] or not fields[1]:
            if header_allowed and len(fields) >= 3:
                header_allowed = False
                continue
            raise table.error(repr(row.line[:60]), "two words and a score", row)
        header_allowed = False
        pairs.append((fields[0], fields[1], score))
    if len(pairs) < 2:
        raise table.error(f"{len(pairs)} scored pairs", "at least two")
    return SimilaritySet(table.name, table.sha256, tuple(pairs))


def split_fields(line: str) -> list[str]:
    """Split a line at tabs, else semicolons, else commas, else white space."""
    for separator in ("\t", ";", ","):
        if separator in line:
            try:
                fields = next(csv.reader([line], delimiter=separator))
            except csv.Error:
                return []
            return [field.strip() for field in fields]
    return line.split()


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None


def read_analogy_set(name_or_path: str | Path) -> AnalogySet:
    """Read analogy questions: four words a line, ``: name`` before each section.

    Parameters
    ----------
    name_or_path : str or path
        A file, or ``google``, which comes with gensim.

    Raises
    ------
    FormatError
        If a line is neither four words nor a section's name.
    """
    table = open_table(name_or_path, ANALOGY_SETS)
    sections = []
    for title, rows in table.sections():
        questions = []
        for row in rows:
            words = row.line.split("\t") if "\t" in row.line else row.line.split()
            if len(words) != 4:
                raise table.error(f"{len(words)} words", "four, or ': section'", row)
            a, b, c, d = (word.strip() for word in words)
            questions.append((a, b, c, d))
        if questions:
            sections.append(("all" if title is None else title, tuple(questions)))
    if not sections:
        raise table.error("no questions", "four words a line")
    return AnalogySet(table.name, table.sha256, tuple(sections))
