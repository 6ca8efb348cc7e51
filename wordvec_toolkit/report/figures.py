"""Figures that are the same bytes each time they are drawn, and are told apart in print, too."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ..errors import SettingError
from ..runtime.extras import require
from ..text.file_writing import check_targets, write_files

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Suffix of a file -> what would differ from run to run, or from version to version, is left out.
FORMATS: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
#: Colours that the colour-blind tell apart (Okabe and Ito 2008), and marks for those who see none.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
GREY = "#6b6b6b"
HOUSE_FONT = "DejaVu Sans"  # comes with matplotlib: the same letters everywhere
_DPI = 200
_STYLE = {
    "axes.edgecolor": GREY,
    "axes.labelcolor": "#333333",
    "axes.labelsize": 9.5,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "font.size": 9,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "mathtext.fontset": "dejavusans",
    "pdf.fonttype": 42,  # text that can be searched and edited
    "savefig.facecolor": "white",
    "svg.hashsalt": "wordvec-toolkit",
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": "#333333",
    "ytick.labelcolor": "#333333",
}


def check_figure(path: str | Path, overwrite: bool = False) -> None:
    """Refuse, before the long work, a figure that could not be drawn or written.

    Raises
    ------
    SettingError
        If its name does not end in .png, .svg or .pdf.
    WordvecError
        If there is such a file already and `overwrite` was not asked for.
    MissingExtraError
        If matplotlib is not installed.
    """
    if Path(path).suffix.lower() not in FORMATS:
        raise SettingError(
            f"the figure is {str(path)!r}; expected a name that ends in {', '.join(FORMATS)}"
        )
    check_targets([Path(path)], overwrite)
    require("matplotlib", "a figure", "plot")


@contextmanager
def styled(families: Sequence[str] = ()) -> Iterator[None]:
    """Draw in the style of the house in a ``with`` block, whatever the user's own settings.

    `families` are fonts for letters that the font of the house has not.
    """
    matplotlib = require("matplotlib", "a figure", "plot")
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        matplotlib.rcParams["font.family"] = [HOUSE_FONT, *families]
        yield


def write_figure(
    figure: "Figure", path: str | Path, overwrite: bool = False, families: Sequence[str] = ()
) -> None:
    """Write a figure as its name says; see `check_figure` for what can go wrong.

    `families` as in `styled`.
    """
    check_figure(path, overwrite)
    suffix = Path(path).suffix.lower()

    def fill(stream: IO[bytes]) -> None:
        with styled(families):
            figure.savefig(stream, format=suffix[1:], dpi=_DPI, metadata=FORMATS[suffix])

    write_files({Path(path): fill}, overwrite)
