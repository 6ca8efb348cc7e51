"""Test sets of words in categories, and of groups of words with one that does not belong."""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import SettingError, expect
from ..text.languages import LANGUAGES
from .columns import Columns, all_names, choose_words
from .datasets import ANALOGY_SETS, AnalogySet, read_analogy_set
from .everyday import EVERYDAY, NAME
from .language_sets import check_one_language, paralex_words, split_language
from .statistics.bootstrap import generator
from .tables import open_source, tables_of

#: Sets that need no file: ten kinds of everyday words, and columns of the Google analogies.
CATEGORY_SETS = (NAME, "google-categories")
_MOST_GROUPS = 100_000
_TITLES = (
    ("word", "words", "concept", "term", "item", "noun", "exemplar", "단어"),
    ("category", "categories", "class", "label", "group", "type", "cluster", "범주"),
)
#: Category -> (section, column) of the Google analogies.  US cities are excluded: they would
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
    """Words in categories; no word is in two; `reading`: the columns taken."""

    name: str
    sha256: str
    categories: tuple[tuple[str, tuple[str, ...]], ...]
    reading: str = ""


@dataclass(frozen=True)
class OddOneOutSet:
    """Groups of words; the last of each does not belong to the others; `reading`: the columns."""

    name: str
    sha256: str
    groups: tuple[tuple[str, ...], ...]
    reading: str = ""


def read_category_set(
    name_or_path: str | Path, columns: Columns = None, encoding: str | None = None
) -> CategorySet:
    """Read words in categories.

    Either a table with a word and its category in each row, whose columns are found as in
    `read_similarity_set`; or ``: category`` lines, each followed by its words.  Battig, AP, BLESS
    and ESSLLI exist in the first form.  Where no header tells, the column that repeats its cells
    holds the categories.  Words of several categories are skipped.

    Parameters
    ----------
    name_or_path : str or path
        A file, ``everyday`` (ten words of each of ten kinds, made for this toolkit), or
        ``google-categories`` (columns of the Google analogies: capitals, currencies, adverbs, ...);
        of ParaLex with the language: ``paralex:ko``.
    columns : str or sequence of str or int, optional
        The columns of the word and the category, by name or by number from 1.
    encoding : str, optional
        Default: UTF-8, or what the byte order mark says.

    Raises
    ------
    FormatError
        If rows differ in their columns, more than one reading is left, or there is one category.
    """
    expect("dataset", name_or_path, (str, Path), "a file or a name")
    if not Path(name_or_path).exists():
        if str(name_or_path) == NAME:
            return _made(NAME, ((title, words.split()) for title, words in EVERYDAY.items()))
        if str(name_or_path) == "google-categories":
            return categories_of_google(read_analogy_set(next(iter(ANALOGY_SETS))))
    name, code = split_language(name_or_path)
    source = open_source(name, CATEGORY_SETS, True, encoding)
    members: list[tuple[str, str]] = []
    if code:
        members, reading = list(paralex_words(source, code)), LANGUAGES[code]
    elif any(line.section is not None for line in source.lines):
        for row in tables_of(source, 1, "words", ragged=True)[0].rows:
            if row.line.section is None:
                raise source.error(repr(row.line.text[:60]), "': category' before it", row.line)
            members += [(word, row.line.section) for word in row.fields]
        reading = "words: below their category"
    else:
        if columns is None:
            check_one_language(source)
        chosen = choose_words(tables_of(source, 2, "a word and its category"), 2, columns, _TITLES)
        members = [(word, title) for word, title in chosen.items]
        reading = chosen.text.replace("words:", "words and categories:")
        n_words, n_titles = (len({_form(cell) for cell in cells}) for cells in zip(*members))
        if columns is None and chosen.header is None and 1 < n_words < n_titles == len(members):
            members = [(word, title) for title, word in members]
            reading = chosen.text.replace("words:", "categories and words:")
    titles_of: dict[str, set[str]] = {}
    for word, title in members:
        titles_of.setdefault(_form(word), set()).add(title)
    categories: dict[str, dict[str, None]] = {}
    for word, title in members:
        if len(titles_of[_form(word)]) == 1:
            categories.setdefault(title, {})[word] = None
    if len(categories) < 2:
        raise source.error(f"{len(categories)} categories", "at least two")
    if (n := sum(len(titles) > 1 for titles in titles_of.values())) > 0:
        reading += f"; {n} word{'s' * (n > 1)} of several categories skipped"
    kept = tuple((title, tuple(own)) for title, own in categories.items())
    name = f"{source.name}:{code}" if code else source.name
    return CategorySet(name, source.sha256, kept, reading)


def categories_of_google(test: AnalogySet) -> CategorySet:
    """Return columns of the Google analogies as categories; words of two categories are skipped.

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


def read_odd_one_out_set(name_or_path: str | Path, encoding: str | None = None) -> OddOneOutSet:
    """Read groups of words: one group a line, three words or more, the last the odd one.

    Words are separated by tabs, commas, semicolons or blanks, in the whole file by the same.  Lines
    that start with ``#``, ``: section`` lines and a first column that counts are skipped.

    Raises
    ------
    FormatError
        If a line has fewer than three words, or one of them twice.
    """
    source = open_source(name_or_path, (), True, encoding)
    table = tables_of(source, 3, "three or more different words", ragged=True)[0]
    if all_names(table):
        raise table.error(
            f"a header ({', '.join(table.rows[0].fields)})", "rows of words alone", table.rows[0]
        )
    counted = [row.fields[0] for row in table.rows]
    counts = len(counted) > 2 and counted == [
        str(int(counted[0]) + i) if counted[0].isdecimal() else "" for i in range(len(counted))
    ]
    groups = []
    for row in table.rows:
        words = row.fields[counts:]
        if len(words) < 3 or len({_form(word) for word in words}) < len(words):
            raise table.error(repr(row.line.text[:60]), "three or more different words", row)
        groups.append(words)
    reading = f"words: separated by {table.separator}" + ", after a number" * counts
    return OddOneOutSet(source.name, source.sha256, tuple(groups), reading)


def odd_one_out_of(
    categories: CategorySet, size: int = 5, per_category: int = 10, seed: int = 0
) -> OddOneOutSet:
    """Draw groups of `size` words: all but the last from one category, the last from another.

    Parameters
    ----------
    per_category : int
        Groups for each category that has enough words.  Many more than its words make the
        groups repeat one another, and intervals of their score too narrow.

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
