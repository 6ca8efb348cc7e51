"""The registry: all entries by name."""

from difflib import get_close_matches
from functools import cache

from ..errors import WordvecError
from . import corpora, pretrained, similarity_sets, thesauri, word_sets
from .entries import Entry


@cache
def registry() -> dict[str, Entry]:
    """Return all entries by name."""
    modules = (corpora, similarity_sets, word_sets, thesauri, pretrained)
    return {entry.name: entry for module in modules for entry in module.ENTRIES}


def find_entry(name: str) -> Entry:
    """Return the entry called `name`.

    Raises
    ------
    WordvecError
        With names of similar spelling, if there is none.
    """
    entry = registry().get(name)
    if entry is None:
        near = get_close_matches(name, registry(), n=3)
        advice = f"; did you mean {' or '.join(near)}?" if near else ""
        raise WordvecError(
            f"there is no {name!r} in the registry{advice}; wvt fetch lists all names"
        )
    return entry
