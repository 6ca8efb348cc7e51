"""Read test sets: word pairs with human scores, and analogy questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import expect
from ..text.languages import LANGUAGES
from .column_names import kind_of
from .columns import Columns, choose_scored, choose_words
from .language_sets import check_one_language, multi_simlex_pairs, several_languages, split_language
from .packed_sets import BATS_FILE, open_packed, pair_sections, scored_pairs
from .tables import open_source, tables_of

#: Sets that come with gensim: name -> file.
SIMILARITY_SETS: dict[str, str] = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
ANALOGY_SETS: dict[str, str] = {"google": "questions-words.txt"}


@dataclass(frozen=True)
class SimilaritySet:
    """Pairs of words with the similarity that people gave them; `reading`: the columns taken."""

    name: str
    sha256: str
    pairs: tuple[tuple[str, str, float], ...]
    reading: str = ""


@dataclass(frozen=True)
class AnalogySet:
    """Questions a : b :: c : d in named sections; `reading`: the columns taken; `others`: words
    that are right besides d, by c and d."""

    name: str
    sha256: str
    sections: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...]
    reading: str = ""
    others: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, hash=False)


def read_similarity_set(
    name_or_path: str | Path, columns: Columns = None, encoding: str | None = None
) -> SimilaritySet:
    """Read word pairs with scores.

    A table with a pair in each row; what separates its columns and which of them hold the words
    and the score is found from the whole file: by names in a header, or because no other reading is
    left.  Columns of ids, parts of speech and raters are not taken; of several columns of scores,
    the one that is called a mean, or is the mean of the others in each row.  Lines that start with
    ``#`` are skipped.

    Parameters
    ----------
    name_or_path : str or path
        A file, or ``wordsim353`` or ``simlex999``, which come with gensim; of Multi-SimLex and
        SemEval-2017 task 2 (also its folder or archive) with the language: ``multi-simlex:fi``.
    columns : str or sequence of str or int, optional
        The columns of the two words and the score, by name or by number from 1:
        ``"word1,word2,score"``, ``(2, 3, 5)``.
    encoding : str, optional
        Default: UTF-8, or what the byte order mark says.

    Raises
    ------
    FormatError
        If rows differ in their columns, a score is not a number, or more than one reading is left.
    """
    name, code = split_language(name_or_path)
    expect("dataset", name, (str, Path), "a file or a name")
    wanted = rf"{code or 'en'}\.test\.(data|gold)\.txt"
    if (packed := open_packed(name, wanted)) is not None:
        if not code:
            raise several_languages(packed.name, "de")
        pairs = scored_pairs(packed, code)
        return SimilaritySet(f"{packed.name}:{code}", packed.sha256, pairs, LANGUAGES[code])
    source = open_source(name, SIMILARITY_SETS, encoding=encoding)
    if code:
        found = multi_simlex_pairs(source, code)
        return SimilaritySet(f"{source.name}:{code}", source.sha256, found, LANGUAGES[code])
    if columns is None:
        check_one_language(source)
    chosen = choose_scored(tables_of(source, 3, "two words and a score"), columns)
    pairs = tuple((a, b, score) for (a, b), score in zip(chosen.items, chosen.scores))
    return SimilaritySet(source.name, source.sha256, pairs, chosen.text)


def read_analogy_set(
    name_or_path: str | Path, columns: Columns = None, encoding: str | None = None
) -> AnalogySet:
    """Read analogy questions: four words in each row, ``: name`` before each section.

    Columns are found as in `read_similarity_set`; a column that its header calls ``type``,
    ``category``, ``section`` or ``relation`` holds the section.

    Or a folder or zip archive of the form of BATS: a file for each relation with a pair in each
    line, ``word<tab>answer/answer``, called ``I01 [noun - plural_reg].txt``.

    Parameters
    ----------
    name_or_path : str or path
        A file or folder, or ``google``, which comes with gensim.
    columns : str or sequence of str or int, optional
        The columns of the four words, by name or by number from 1.
    encoding : str, optional
        Default: UTF-8, or what the byte order mark says.

    Raises
    ------
    FormatError
        If rows differ in their columns, or more than one reading is left.
    """
    expect("dataset", name_or_path, (str, Path), "a file or a name")
    if (packed := open_packed(name_or_path, BATS_FILE)) is not None:
        made = pair_sections(packed)
        reading = f"pairs: those of {len(made.sections)} files"
        return AnalogySet(packed.name, packed.sha256, made.sections, reading, made.others)
    source = open_source(name_or_path, ANALOGY_SETS, True, encoding)
    chosen = choose_words(tables_of(source, 4, "four words"), 4, columns)
    names = chosen.header.fields if chosen.header else ()
    labels = [place for place, name in enumerate(names) if kind_of(name) == "label"]
    sections: dict[str, list[tuple[str, str, str, str]]] = {}
    for row, (a, b, c, d) in zip(chosen.rows, chosen.items):
        section = row.fields[labels[0]] if len(labels) == 1 else row.line.section
        sections.setdefault("all" if section is None else section, []).append((a, b, c, d))
    kept = tuple((section, tuple(questions)) for section, questions in sections.items())
    return AnalogySet(source.name, source.sha256, kept, chosen.text)
