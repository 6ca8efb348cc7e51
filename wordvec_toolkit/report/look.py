"""Colours and marks of figures, and the metadata of their files."""

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from matplotlib.artist import Artist

#: Suffix of a file -> metadata that would differ from run to run or from version to version.
FORMATS: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
#: Colours that the colour-blind tell apart (after Okabe and Ito 2008, darkened where they would be
#: pale on white), with marks and dashes for print.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#b5578e", "#b97a00", "#2b8cc4", "#111111")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", (0, (5, 2.2)), (0, (1.2, 2)), (0, (7, 2, 1.5, 2)), (0, (3, 1.5)), (0, (9, 3)), ":")
PAPER, INK, SOFT, RULE = "#ffffff", "#1f2328", "#5b6169", "#dcdcd6"
#: What a page shows where the pointer rests on a mark; see `hinted`.
HINTS: "WeakKeyDictionary[Artist, tuple[str, ...]]" = WeakKeyDictionary()
