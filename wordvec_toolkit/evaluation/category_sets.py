"""Test sets of words in categories, and of groups of words with one that does not belong."""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import SettingError
from .datasets import ANALOGY_SETS, AnalogySet, open_table, read_analogy_set
from .everyday import EVERYDAY, NAME
from .statistics.bootstrap import generator

#: Sets that need no file: ten kinds of everyday words, and columns of the Google analogies.
CATEGORY_SETS = (NAME, "google-categories")
_MOST_GROUPS = 100_000
_HEADERS = {"category", "categories", "class", "concept", "label", "word"}
#: Category -> (section, column) of the Google analogies.  US cities are left out: they would
#: differ from capitals by country alone.
_GOOGLE_COLUMNS = {
    "capitals": ("capital-world", 0),
    "countries": ("capital-world", 1),
    "currencies": ("currency", 1),
    "states": ("city-in-state", 1),
    "nationalities": ("gram6-nationality-adjective", 1),
    "adverbs": ("gram1-adjective-to-adverb", 1),
    "comparatives": ("gram3-comparative", 1),
    "participles": ("gram5-present-participle", 1),
}


@dataclass(frozen=True)
class CategorySet:
    """Words in categories; no word stands in two."""

    name: str
    sha256: str
    categories: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class OddOneOutSet:
    """Groups of words; the last of each does not belong to the others."""

    name: str
    sha256: str
    groups: tuple[tuple[str, ...], ...]


def read_category_set(name_or_path: str | Path) -> CategorySet:
    """Read words in categories.

    Either one word a line with its category, separated by a tab, comma, semicolon or space; or
    ``: category`` lines, each followed by its words.  Battig, AP, BLESS and ESSLLI exist in the
    first form.  Lines that start with ``#`` and a header line are passed over.

    Parameters
    ----------
    name_or_path : str or path
        A file, ``everyday`` (ten words of each of ten kinds, made for this toolkit), or
        ``google-categories`` (columns of the Google analogies: capitals, currencies, adverbs, ...).

    Raises
    ------
    FormatError
        If a line has not two fields, a word stands in two categories, or there is one category.
    """
    if not Path(name_or_path).exists():
        if str(name_or_path) == NAME:
            return _made(NAME, ((title, words.split()) for title, words in EVERYDAY.items()))
        if str(name_or_path) == "google-categories":
            return categories_of_google(read_analogy_set(next(iter(ANALOGY_SETS))))
    table = open_table(name_or_path, CATEGORY_SETS)
    categories: dict[str, dict[str, None]] = {}
    category_of: dict[str, str] = {}
    n_rows = 0
    for section, rows in table.sections():
        for row in rows:
            n_rows += 1
            fields = [field for field in row.fields if field]
            if section is not None:
                pairs = [(word, section) for word in fields]
            elif len(fields) != 2:
                raise table.error(
                    repr(row.line[:60]), "a word and its category, or ': category'", row
                )
            elif n_rows == 1 and {field.lower() for field in fields} <= _HEADERS:
                continue
            else:
                pairs = [(fields[0], fields[1])]
            for word, title in pairs:
                other = category_of.setdefault(_form(word), title)
                if other != title:
                    raise table.error(
                        f"{word!r} in the categories {other!r} and {title!r}",
                        "each word in one category",
                        row,
                    )
                categories.setdefault(title, {})[word] = None
    if len(categories) < 2:
        raise table.error(f"{len(categories)} categories", "at least two")
    kept = tuple((title, tuple(own)) for title, own in categories.items())
    return CategorySet(table.name, table.sha256, kept)


def categories_of_google(test: AnalogySet) -> CategorySet:
    """Return columns of the Google analogies as categories; words of two categories are left out.

    Raises
    ------
    SettingError
        If the set lacks Google's sections.
    """
    sections = dict(test.sections)
    missing = {section for section, _ in _GOOGLE_COLUMNS.values()} - set(sections)
    if missing:
        raise SettingError(
            f"{test.name} has no section {min(missing)}; expected Google's analogies"
        )
    columns: dict[str, list[str]] = {}
    for title, (section, column) in _GOOGLE_COLUMNS.items():
        places = (column, column + 2)
        columns[title] = list(dict.fromkeys(q[i] for q in sections[section] for i in places))
    seen: dict[str, int] = {}
    for words in columns.values():
        for word in words:
            seen[_form(word)] = seen.get(_form(word), 0) + 1
    return _made(
        "google-categories",
        ((title, [w for w in words if seen[_form(w)] == 1]) for title, words in columns.items()),
    )


def read_odd_one_out_set(name_or_path: str | Path) -> OddOneOutSet:
    """Read groups of words: one group a line, three words or more, the last the odd one.

    Words are separated by tabs, commas, semicolons or spaces.  Lines that start with ``#`` and
    ``: section`` lines are passed over.

    Raises
    ------
    FormatError
        If a line has fewer than three words, or one of them twice.
    """
    table = open_table(name_or_path, ())
    groups = []
    for row in (row for _, rows in table.sections() for row in rows):
        words = tuple(field for field in row.fields if field)
        if len(words) < 3 or len({_form(word) for word in words}) < len(words):
            raise table.error(repr(row.line[:60]), "three or more different words", row)
        groups.append(words)
    if not groups:
        raise table.error("no groups", "three or more words a line")
    return OddOneOutSet(table.name, table.sha256, tuple(groups))


def odd_one_out_of(
    categories: CategorySet, size: int = 5, per_category: int = 10, seed: int = 0
) -> OddOneOutSet:
    """Draw groups of `size` words: all but the last from one category, the last from another.

    Parameters
    ----------
    per_category : int
        Groups for each category that has enough words.  Many more than its words make the
        groups say the same again and again, and intervals of their score too narrow.

    Raises
    ------
    SettingError
        If `size` is below 3, or no category has that many words less one.
    """
    if size < 3:
        raise SettingError(f"size is {size}; it must be at least 3")
    if not 1 <= per_category <= _MOST_GROUPS:
        raise SettingError(f"per_category is {per_category}; it must be from 1 to {_MOST_GROUPS:,}")
    if seed < 0:
        raise SettingError(f"seed is {seed}; it must be at least 0")
    random = generator(seed)
    groups: dict[tuple[str, ...], None] = {}
    for title, words in categories.categories:
        if len(words) < size - 1:
            continue
        others = [w for other, own in categories.categories if other != title for w in own]
        for _ in range(per_category if others else 0):
            drawn = random.choice(len(words), size - 1, replace=False)
            odd = others[int(random.integers(len(others)))]
            alike = tuple(words[i] for i in sorted(drawn))
            groups[alike + (odd,)] = None
    if not groups:
        raise SettingError(
            f"no category of {categories.name.removesuffix(',known')} has {size - 1} known "
            "words, and another category one more; try a smaller size, or categories in the "
            "language of the corpus"
        )
    name = f"{categories.name},size:{size},per-category:{per_category},seed:{seed}"
    text = "\n".join("\t".join(group) for group in groups)
    return OddOneOutSet(name, hashlib.sha256(text.encode()).hexdigest(), tuple(groups))


def _made(name: str, categories: Iterable[tuple[str, list[str]]]) -> CategorySet:
    kept = tuple((title, tuple(words)) for title, words in categories)
    text = "\n".join(f"{word}\t{title}" for title, words in kept for word in words)
    return CategorySet(name, hashlib.sha256(text.encode()).hexdigest(), kept)


def _form(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()
