"""Read WordNet databases, as wndb(5WN) describes them, and layers of other languages over them.

A line of ``data.noun``: offset, lexicographer file, type, words with their numbers, pointers to
other synsets, the gloss after a bar.  A line of ``index.noun``: lemma and the offsets of its
senses, the most frequent first.  A line of a layer (Open Multilingual Wordnet): synset, tab,
``kor:lemma``, tab, word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..errors import FormatError, expect, expect_path
from .database_files import PARTS, TAGGED, TextFile, read_files, read_lines

#: Letter of a part of speech in files; satellites of adjectives are adjectives.
_TYPES = {"n": "n", "v": "v", "a": "a", "s": "a", "r": "r"}
_NUMBERED = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}  # in sense keys
#: Markers of where an adjective may stand, which are no part of the word.
_PLACE = re.compile(r"\((?:a|p|ip)\)$")
_LAYER_KEY = re.compile(r"(\d{8})-([nvasr])")
_MOST_WORDS = 1 << 12  # in a synset; 28 in WordNet 3.0

#: A synset: part of speech and offset.
Key = tuple[str, int]


class Pointer(NamedTuple):
    """A relation to another synset; word numbers from 1, 0 for the whole synset."""

    symbol: str
    target: Key
    from_word: int
    to_word: int


class Synset(NamedTuple):
    """A sense: the words that have it, with spaces, and what it points to."""

    words: tuple[str, ...]
    pointers: tuple[Pointer, ...]
    gloss: str
    is_satellite: bool


@dataclass
class Database:
    """Contents of the files of a database.

    Attributes
    ----------
    synsets : dict
        In the order of the files: nouns, verbs, adjectives, adverbs.
    senses : dict
        Part of speech and lower-case word -> synsets, the most frequent first.
    exceptions : dict
        Part of speech and inflected form -> base forms.
    tagged : dict
        Part of speech, word and number of its sense from 1 -> occurrences in tagged text.
    sha256 : dict
        Name of a file -> its digest.
    language : str
        Of the words, as a layer names it.
    """

    synsets: dict[Key, Synset] = field(default_factory=dict)
    senses: dict[tuple[str, str], tuple[Key, ...]] = field(default_factory=dict)
    exceptions: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    tagged: dict[tuple[str, str, int], int] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)
    language: str = "eng"


def read_wndb(path: str | Path | Mapping[str, TextFile]) -> Database:
    """Read a WordNet database, version 3.0 or 3.1.

    Parameters
    ----------
    path : path, or files by name
        The folder of its files, one that holds it, or a tar or zip archive; or what `read_files`
        found there.

    Raises
    ------
    FormatError
        If a file is missing or damaged; the message names the line.
    """
    if not isinstance(path, Mapping):
        expect_path("path", path)
    files = path if isinstance(path, Mapping) else read_files(path)
    found = Database(sha256={name: file.sha256 for name, file in files.items()})
    for part, letter in PARTS.items():
        _read_data(files[f"data.{part}"], letter, found.synsets)
    for part, letter in PARTS.items():
        data = files[f"data.{part}"]
        _check_pointers(data, letter, found.synsets)
        _read_index(files[f"index.{part}"], letter, found)
        if f"{part}.exc" in files:
            _read_exceptions(files[f"{part}.exc"], letter, found.exceptions)
    if TAGGED in files:
        _read_tagged(files[TAGGED], found.tagged)
    if not found.synsets:
        raise FormatError(files["data.noun"].path, "no synsets", "a WordNet database")
    return found


def _read_data(file: TextFile, letter: str, synsets: dict[Key, Synset]) -> None:
    for number, line in enumerate(file.lines, 1):
        if not line or line.startswith("  "):  # the licence
            continue
        try:
            offset, synset = _parsed(line, letter)
        except (ValueError, IndexError):
            raise file.error(
                f"{line[:40]!r}", "offset, file, type, words, pointers and a gloss", number
            ) from None
        if (letter, offset) in synsets:
            raise file.error(f"a second synset {offset:08d}", "different offsets", number)
        synsets[letter, offset] = synset


def _parsed(line: str, letter: str) -> tuple[int, Synset]:
    fields, _, gloss = line.partition(" | ")
    items = fields.split()
    offset, kind, n_words = int(items[0]), items[2], int(items[3], 16)
    if _TYPES.get(kind) != letter or not 1 <= n_words <= _MOST_WORDS or not 0 <= offset < 10**8:
        raise ValueError
    words = tuple(plain_word(word) for word in items[4 : 4 + 2 * n_words : 2])
    at = 4 + 2 * n_words
    n_pointers = int(items[at])
    ends = items[at + 1 : at + 1 + 4 * n_pointers]
    if n_pointers < 0 or len(ends) != 4 * n_pointers or not all(words):
        raise ValueError
    pointers = tuple(
        Pointer(ends[i], (_TYPES[ends[i + 2]], int(ends[i + 1])), *_words_of(ends[i + 3]))
        for i in range(0, len(ends), 4)
        if ends[i + 2] in _TYPES or _refuse()
    )
    return offset, Synset(words, pointers, gloss.strip(), kind == "s")


def _refuse() -> bool:
    raise ValueError


def _words_of(code: str) -> tuple[int, int]:
    if len(code) != 4:
        raise ValueError
    return int(code[:2], 16), int(code[2:], 16)


def plain_word(word: str) -> str:
    """Return a word of a data file with spaces, without the marker of an adjective's place."""
    return _PLACE.sub("", word).replace("_", " ").strip()


def _check_pointers(file: TextFile, letter: str, synsets: dict[Key, Synset]) -> None:
    for key, synset in synsets.items():
        if key[0] != letter:
            continue
        for pointer in synset.pointers:
            target = synsets.get(pointer.target)
            if (
                target is None
                or pointer.from_word > len(synset.words)
                or pointer.to_word > len(target.words)
            ):
                part, offset = pointer.target
                raise FormatError(
                    file.path,
                    f"a pointer of {key[1]:08d} to {offset:08d}-{part} (word {pointer.to_word})",
                    "a synset and a word that exist",
                )


def _read_index(file: TextFile, letter: str, found: Database) -> None:
    for number, line in enumerate(file.lines, 1):
        if not line or line.startswith("  "):
            continue
        items = line.split()
        try:
            n_senses, n_symbols = int(items[2]), int(items[3])
            offsets = [int(item) for item in items[6 + n_symbols :]]
            if items[1] not in (letter, "s") or n_senses < 1 or len(offsets) != n_senses:
                raise ValueError
        except (ValueError, IndexError):
            raise file.error(
                f"{line[:40]!r}", "a lemma and the offsets of its senses", number
            ) from None
        keys = tuple((letter, offset) for offset in offsets)
        if missing := [key for key in keys if key not in found.synsets]:
            raise file.error(f"an offset {missing[0][1]:08d}", "one of the data file", number)
        found.senses[letter, plain_word(items[0]).lower()] = keys


def _read_exceptions(
    file: TextFile, letter: str, exceptions: dict[tuple[str, str], tuple[str, ...]]
) -> None:
    for line in file.lines:
        form, *bases = (word.replace("_", " ") for word in line.split()) if line.strip() else ("",)
        if bases:
            exceptions[letter, form] = tuple(bases)


def _read_tagged(file: TextFile, tagged: dict[tuple[str, str, int], int]) -> None:
    for number, line in enumerate(file.lines, 1):
        if not line.strip():
            continue
        try:
            key, sense, count = line.split()
            word, _, rest = key.partition("%")
            place = (_NUMBERED[rest[0]], word.replace("_", " "), int(sense))
            if not 0 <= int(count) < 2**31:
                raise ValueError
        except (ValueError, KeyError, IndexError):
            raise file.error(f"{line[:40]!r}", "a sense key and two numbers", number) from None
        tagged[place] = tagged.get(place, 0) + int(count)


def read_layer(path: str | Path, base: Database) -> Database:
    """Read the words of another language over the synsets of a database (OMW's tab files).

    Glosses, relations and synsets are those of `base`; words and senses those of the layer, in the
    order of its file, since it does not say which sense is the most frequent.

    Raises
    ------
    FormatError
        If the file is no such layer, or most of its synsets are not in `base`.
    """
    expect_path("path", path)
    expect("base", base, Database, "a Database, as read_wndb(path) returns")
    file = read_lines(Path(path))
    words: dict[Key, list[str]] = {}
    language, n_lines, n_unknown = "", 0, 0
    for number, line in enumerate(file.lines, 1):
        if line.startswith("#"):
            language = language or (line.split("\t")[1] if line.count("\t") > 1 else "")
            continue
        fields = line.rstrip("\r").split("\t")
        if not line.strip() or (len(fields) > 1 and not fields[1].endswith("lemma")):
            continue  # definitions and examples
        matched = _LAYER_KEY.fullmatch(fields[0])
        if matched is None or len(fields) != 3 or not fields[2].strip():
            raise file.error(
                f"{line[:40]!r}", "synset, lang:lemma and a word, between tabs", number
            )
        language = language or fields[1].partition(":")[0]
        key = _TYPES[matched[2]], int(matched[1])
        n_lines += 1
        if key in base.synsets:
            words.setdefault(key, []).append(" ".join(fields[2].replace("_", " ").split()))
        else:
            n_unknown += 1
    if not n_lines:
        raise FormatError(path, "no words", "synset, lang:lemma and a word, between tabs")
    if not words or n_unknown > n_lines // 2:
        raise FormatError(
            path,
            f"{n_unknown} of {n_lines} words in synsets that the database does not have",
            "a layer over this version of WordNet (Open Multilingual Wordnet 1: WordNet 3.0)",
        )
    senses: dict[tuple[str, str], list[Key]] = {}
    for key, own in words.items():
        for word in dict.fromkeys(own):
            senses.setdefault((key[0], word.lower()), []).append(key)
    synsets = {
        key: Synset(
            tuple(dict.fromkeys(words.get(key, ()))),
            # Pointers between words are of the other language's words.
            tuple(p for p in synset.pointers if not p.from_word),
            synset.gloss,
            synset.is_satellite,
        )
        for key, synset in base.synsets.items()
    }
    return Database(
        synsets,
        {place: tuple(dict.fromkeys(keys)) for place, keys in senses.items()},
        {},
        {},
        {**base.sha256, "layer": file.sha256},
        language or "und",
    )
