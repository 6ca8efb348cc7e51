"""Test sets of a study in the language of its text."""

from collections.abc import Collection, Sequence
from itertools import islice
from pathlib import Path

from ..errors import WordvecError
from ..evaluation.datasets import ANALOGY_SETS, SIMILARITY_SETS
from ..evaluation.language_sets import default_sets
from ..registry.store import fetched_path
from ..text.blocks import read_blocks
from ..text.files import find_sources
from ..text.languages import language_code, recognise_language
from ..workspace.folder import is_workspace

_USUAL = {"similarity": tuple(SIMILARITY_SETS), "analogy": tuple(ANALOGY_SETS)}
_BLIMP = "blimp"
_MOST = 20_000  # characters that are looked at


def tests_for(
    corpus: Sequence[str], language: str | None = None, kinds: Collection[str] = tuple(_USUAL)
) -> tuple[dict[str, tuple[str, ...]], str]:
    """Return test sets by their kind in the language of a corpus, and what to say of the choice.

    Those for English, which are the defaults of `StudySettings`, are not named.

    Parameters
    ----------
    corpus : sequence of str
        As in `StudySettings`.
    language : str, optional
        Its code or name, in place of recognising it.
    kinds : collection of str
        Those wanted; ``minimal_pairs`` is BLiMP, for English, once it is fetched.
    """
    text = "" if language or not kinds else _beginning(corpus)
    chosen = {
        kind: default_sets(kind, usual, text, language)
        for kind, usual in _USUAL.items()
        if kind in kinds
    }
    named = {kind: sets.names for kind, sets in chosen.items() if sets.note}
    notes = [sets.note for sets in chosen.values() if sets.note]
    has_blimp = "minimal_pairs" in kinds and fetched_path(_BLIMP) is not None
    if has_blimp and not default_sets("minimal pairs", (_BLIMP,), text, language).note:
        named["minimal_pairs"] = (_BLIMP,)
    return named, "; ".join(dict.fromkeys(part for note in notes for part in note.split("; ")))


def language_of(corpus: Sequence[str], language: str | None = None) -> str:
    """Return the code of the language of a corpus, "" if it is not known; see `tests_for`."""
    return (
        language_code(language) if language else recognise_language(_beginning(corpus)).code
    ) or ""


def _beginning(corpus: Sequence[str]) -> str:
    """Return the beginning of a text, or the most frequent words of a workspace."""
    if len(corpus) == 1 and is_workspace(corpus[0]):
        from .words import vocabulary_of

        vocabulary = vocabulary_of(Path(corpus[0]))
        return " ".join(vocabulary.first_words(2000)) if vocabulary is not None else ""
    try:
        source = find_sources(list(corpus))[0]
        return "".join(islice(read_blocks(source), 1))[:_MOST] if not source.is_stream else ""
    except WordvecError:
        return ""  # which is refused, with its reason, where it is read
