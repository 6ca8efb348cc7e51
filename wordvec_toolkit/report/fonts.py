"""Fonts for any script: installed ones with letters that the default font lacks."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.font_manager import FontEntry

HOUSE_FONT = "DejaVu Sans"  # comes with matplotlib: the same letters everywhere
_FALLBACKS = 6  # fonts


@lru_cache(maxsize=512)
def _characters(path: str, index: int) -> frozenset[int]:
    """Return the code points that a font file has letters for; none if it cannot be read."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path) if index == 0 else FT2Font(path, face_index=index)
        return frozenset(font.get_charmap())
    except (OSError, RuntimeError, ValueError, TypeError):
        return frozenset()


def families_for(words: Iterable[str]) -> tuple[list[str], str]:
    """Return families of installed fonts that have what the default font lacks for `words`.

    Returns
    -------
    list of str
        As few as it takes: of plain upright ones that with most of the letters first, by name
        among equals.
    str
        Letters that no installed font has, each once, by code point.
    """
    from matplotlib.font_manager import fontManager

    missing = {ord(letter) for word in words for letter in word if letter.isprintable()} - {32}
    entries = [entry for entry in fontManager.ttflist if _is_plain(entry)]
    entries.sort(key=lambda entry: (entry.name, entry.fname))
    house = [entry for entry in entries if entry.name == HOUSE_FONT]
    missing -= _of(house[0]) if house else set()
    families: list[str] = []
    while missing and len(families) < _FALLBACKS:
        best = max(entries, key=lambda entry: len(missing & _of(entry)), default=None)
        if best is None or not missing & _of(best):
            break
        families.append(best.name)
        missing -= _of(best)
    return families, "".join(map(chr, sorted(missing)))


def _of(entry: "FontEntry") -> frozenset[int]:
    return _characters(entry.fname, getattr(entry, "index", 0))


def _is_plain(entry: "FontEntry") -> bool:
    """Return whether a font is upright and of normal weight, and no list of last resort."""
    return (
        entry.style == "normal"
        and str(entry.weight) in ("400", "normal", "regular", "book")
        and "Last Resort" not in entry.name
    )


def note_on_missing(missing: str) -> str:
    """State which letters cannot be drawn, and what helps; nothing if all can."""
    if not missing:
        return ""
    shown = missing if len(missing) <= 8 else missing[:8] + " ..."
    return (
        f"no installed font has the letters {shown}: they are drawn as boxes; install one, such as "
        "one of the Noto fonts, or take .html"
    )
