"""Test sets in many languages: files that hold several, and which sets there are in a language."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import SettingError, WordvecError
from ..registry.listing import registry
from ..registry.store import is_here
from ..text.languages import LANGUAGES, Language, language_code, recognise_language
from .tables import Source

#: Name -> language codes of the sets that hold several languages.
MANY_LANGUAGES = {
    "multi-simlex": ("ar", "cy", "en", "es", "et", "fi", "fr", "he", "pl", "ru", "yue", "zh"),
    "paralex": tuple(code for code in LANGUAGES if code not in ("cy", "yue")),
}
_MULTI_SIMLEX = ("SIMLEX_IDS", "LINKS")
_PARALEX = ("Language", "Comment", "Test label")


def split_language(name_or_path: str | Path) -> tuple[str | Path, str]:
    """Return the name of a set and the code of the language behind its colon, "" if none is."""
    name, colon, language = str(name_or_path).rpartition(":")
    code = language_code(language) if colon and name else None
    if code is None or Path(name_or_path).exists():
        return name_or_path, ""
    return name, code


def check_one_language(source: Source) -> None:
    """Refuse a file of several languages of which none is named."""
    first = source.lines[0].text if source.lines else ""
    for head, example in ((_MULTI_SIMLEX, "fi"), (_PARALEX, "ko")):
        if all(name in first for name in head):
            raise WordvecError(
                f"{source.name} holds several languages; name one behind a colon, such as "
                f"{source.name}:{example}"
            )


def multi_simlex_pairs(source: Source, code: str) -> tuple[tuple[str, str, float], ...]:
    """Return the pairs of a language of Multi-SimLex, in the form of the Concepticon.

    A row is a concept; SIMLEX_IDS says of which pairs (``203:2``: the second word of pair 203), and
    the scores are in that order.

    Raises
    ------
    FormatError
        If it is no such table, or lacks the language.
    """
    rows = list(csv.DictReader((line.text for line in source.lines), delimiter="\t"))
    language = LANGUAGES[code].upper()
    needed = {"SIMLEX_IDS", language, f"{language}_IN_SOURCE", f"{language}_SCORE"}
    if not rows or (missing := needed - rows[0].keys()):
        found = f"no column {min(missing)}" if rows else "no rows"
        raise source.error(found, f"Multi-SimLex with {LANGUAGES[code]}")
    words: dict[int, dict[str, str]] = {}
    scores: dict[int, float] = {}
    for number, row in enumerate(rows, 2):
        places = str(row["SIMLEX_IDS"]).split()
        numbers = str(row[f"{language}_SCORE"]).split()
        written = str(row[f"{language}_IN_SOURCE"]).split()
        if len(places) == 1:
            written = [" ".join(written)]
        if len(written) != len(places):  # words of several parts
            written = [str(row[language])] * len(places)
        try:
            for place, score, word in zip(places, numbers, written, strict=True):
                pair, _, side = place.partition(":")
                words.setdefault(int(pair), {})[side] = word
                scores[int(pair)] = float(score)
        except ValueError:
            raise source.error(
                f"{len(numbers)} scores of {len(places)} pairs in row {number}", "a score each"
            ) from None
    return tuple(
        (own["1"], own["2"], scores[pair])
        for pair, own in sorted(words.items())
        if own.keys() == {"1", "2"}
    )


def paralex_words(source: Source, code: str) -> Iterator[tuple[str, str]]:
    """Yield word and category of a language of ParaLex.

    Raises
    ------
    FormatError
        If it is no such table, or lacks the language.
    """
    rows = csv.reader(f"{line.text}\n" for line in source.lines)
    if tuple(next(rows, ())[:3]) != _PARALEX:
        raise source.error("another header", "Language,Comment,Test label,Term 1,...")
    found = False
    for row in rows:
        if len(row) > 3 and row[0].strip().casefold() == code:
            found = True
            yield from ((word.strip(), row[2].strip()) for word in row[3:] if word.strip())
    if not found:
        raise source.error(f"no rows of {code}", f"words in {LANGUAGES[code]}")


@dataclass(frozen=True)
class Chosen:
    """Names of test sets that were chosen for a text, and what to say of the choice."""

    names: tuple[str, ...]
    note: str


def default_sets(kind: str, usual: Sequence[str], text: str, language: str | None = None) -> Chosen:
    """Choose the test sets of a kind for a text, if nobody has named any.

    Parameters
    ----------
    kind : str
        See `Entry.kind`.
    usual : sequence of str
        Those for English, and where no language is recognised.
    text : str
        Some of the text, or its most frequent words.
    language : str, optional
        Its code or name, in place of recognising it.

    Returns
    -------
    Chosen
        Without names where none is here; the note says which would fit.

    Raises
    ------
    SettingError
        If there is no such language.
    """
    if language is not None:
        code = language_code(language)
        if code is None:
            raise SettingError(
                f"language is {language!r}; expected one of {', '.join(LANGUAGES)}, or a name"
            )
        found = Language(code, "")
    else:
        found = recognise_language(text)
    if found.code in ("en", ""):
        return Chosen(tuple(usual), "")
    known = sets_in(found.code, kind)
    by = f" (recognised by {found.by}; choose another language by --language)" if found.by else ""
    note = f"the text is {found.name}{by}"
    if known.here:
        note += f"; {kind} sets in it: {', '.join(known.here)}"
    elif known.elsewhere:
        others = ", ".join(known.elsewhere)
        fetch = known.elsewhere[0].partition(":")[0]
        note += f"; none of the {kind} sets in it is here ({others}): wvt fetch {fetch}"
    else:
        note += f"; no {kind} set in it is known: name a file of your own"
    return Chosen(known.here, note)


@dataclass(frozen=True)
class SetsOfLanguage:
    """Names of the test sets of one kind in a language: those that are here, and the others."""

    here: tuple[str, ...]
    elsewhere: tuple[str, ...]


def sets_in(code: str, kind: str) -> SetsOfLanguage:
    """Return the test sets of a kind (`Entry.kind`) in a language."""
    here: list[str] = []
    elsewhere: list[str] = []
    for entry in registry().values():
        is_of_many = code in MANY_LANGUAGES.get(entry.name, ())
        if entry.kind == kind and (is_of_many or entry.language == LANGUAGES.get(code)):
            name = f"{entry.name}:{code}" if is_of_many else entry.name
            (here if is_here(entry) else elsewhere).append(name)
    return SetsOfLanguage(tuple(here), tuple(elsewhere))
