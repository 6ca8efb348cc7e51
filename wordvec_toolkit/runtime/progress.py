"""Progress of long work; the library itself stays silent."""

import shutil
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, Union, cast

from ..errors import SettingError
from .printing import plain_stream, printable

if TYPE_CHECKING:
    from IPython.display import DisplayHandle


class Progress(Protocol):
    """Receives the advance of long work; `wordvec_toolkit.cli` draws it on stderr."""

    def start(self, task: str, total: float | None, unit: str) -> None:
        """Begin a task of `total` units (None if not known)."""

    def advance(self, amount: float) -> None:
        """Report that `amount` more units are done."""

    def status(self, text: str) -> None:
        """Show the state of the task in a few words, instead of the last ones."""

    def finish(self, result: str) -> None:
        """End the task with a few words on what came out."""

    def note(self, message: str) -> None:
        """Say something that the user should know."""


#: What public functions take: None is silent, True draws a bar on stderr or in the notebook, and a
#: function is called with the task, how much is done, and the total or None.
ProgressLike = Union[None, bool, Callable[[str, float, float | None], object], Progress]


class Silent:
    """A `Progress` that shows nothing."""

    def start(self, task: str, total: float | None, unit: str) -> None: ...

    def advance(self, amount: float) -> None: ...

    def status(self, text: str) -> None: ...

    def finish(self, result: str) -> None: ...

    def note(self, message: str) -> None: ...


SILENT: Progress = Silent()


class Calls(Silent):
    """A `Progress` that calls a function with the task, how much of it is done, and the total."""

    def __init__(self, function: Callable[[str, float, float | None], object]) -> None:
        self._function = function
        self._task, self._done = "", 0.0
        self._total: float | None = None

    def start(self, task: str, total: float | None, unit: str) -> None:
        self._task, self._done, self._total = task, 0.0, total
        self._function(task, 0.0, total)

    def advance(self, amount: float) -> None:
        self._done += amount
        self._function(self._task, self._done, self._total)


class Bar:
    """A `Progress` that draws one plain bar at a time on stderr.

    It holds no state of the terminal, so that interrupted work leaves nothing behind.  Where
    stderr is a file or a pipe, only notes are written.
    """

    _SECONDS = 0.1  # between two drawings

    def __init__(self) -> None:
        self._is_drawn = sys.stderr.isatty()
        self._task, self._unit, self._status = "", "", ""
        self._total: float | None = None
        self._done = self._started = self._drawn = 0.0

    def start(self, task: str, total: float | None, unit: str) -> None:
        self._task, self._total, self._unit, self._status = task, total, unit, ""
        self._done = self._drawn = 0.0
        self._started = time.perf_counter()
        self._draw()

    def advance(self, amount: float) -> None:
        self._done += amount
        self._draw()

    def status(self, text: str) -> None:
        self._status = text
        self._draw()

    def _draw(self) -> None:
        now = time.perf_counter()
        if self._is_drawn and now - self._drawn >= self._SECONDS:
            self._drawn = now
            self._write(self._line(max(1e-9, now - self._started)))

    def _line(self, seconds: float) -> str:
        speed = rate(self._done / seconds, self._unit)
        if not self._total:
            return f"{self._task:<26} {speed}  {self._status}"
        share = min(1.0, self._done / self._total)
        minutes, left = divmod(round(seconds / share - seconds) if share else 0, 60)
        bar = f"|{'#' * round(20 * share):<20}|"
        brief = f"{share:4.0%}  {minutes}:{left:02} left  {self._status}"
        line = f"{self._task:<26} {bar} {speed} {brief}"
        return line if len(line) < _width() else f"{self._task:<26} {brief}"

    def finish(self, result: str) -> None:
        if self._is_drawn:
            seconds = time.perf_counter() - self._started
            self._write(f"{self._task:<26} {result}  ({seconds:.1f} s)", "\n")

    def note(self, message: str) -> None:
        self.say(f"note: {message}")

    def say(self, line: str) -> None:
        """Write a line of its own."""
        if self._is_drawn:
            self._write("")
        sys.stderr.write(f"{printable(line)}\n")

    def _write(self, line: str, end: str = "\r") -> None:
        """Overwrite the current line."""
        shown = line if end == "\n" else line[: _width()]
        stream = plain_stream(sys.stderr)
        stream.write("\r" + printable(shown).ljust(_width()) + end)
        stream.flush()


class NotebookBar(Bar):
    """A `Progress` that draws finished tasks and one bar in an output of a notebook's cell.

    The output is redrawn in place, and nothing is written to stderr.  Of many tasks, such as
    epochs, the last ones stay.
    """

    _MOST_LINES = 10

    def __init__(self) -> None:
        super().__init__()
        self._is_drawn = True
        self._lines: list[str] = []
        self._output: DisplayHandle | None = None

    def say(self, line: str) -> None:
        self._write(printable(line), "\n")

    def _write(self, line: str, end: str = "\r") -> None:
        from IPython.display import display

        if end == "\n":
            self._lines = [*self._lines[1 - self._MOST_LINES :], line]
        text = "\n".join(self._lines if end == "\n" else [*self._lines, line])
        data = {"text/plain": text.rstrip("\n")}
        if self._output is None:
            self._output = display(data, raw=True, display_id=True)
        else:
            self._output.update(data, raw=True)


def is_in_notebook() -> bool:
    """Return whether the code runs in a cell of a notebook."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _width() -> int:
    return shutil.get_terminal_size().columns - 1


_SCALES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def rate(per_second: float, unit: str) -> str:
    """Return a speed for people; "" without a unit."""
    if not unit:
        return ""
    for scale, prefix in _SCALES:
        if per_second >= scale:
            return f"{per_second / scale:.1f} {prefix}{unit}/s"
    return f"{per_second:.0f} {unit}/s"


def as_progress(progress: ProgressLike) -> Progress:
    """Return what long work reports to; see `ProgressLike`.

    Raises
    ------
    SettingError
        If it is something else.
    """
    if progress is None or progress is False:
        return SILENT
    if progress is True:
        return NotebookBar() if is_in_notebook() else Bar()
    if hasattr(progress, "start"):
        return cast(Progress, progress)
    if callable(progress):
        return Calls(progress)
    raise SettingError(
        f"progress is {progress!r}; expected None, True, or a function that is called with the "
        "task, how much is done, and the total"
    )
