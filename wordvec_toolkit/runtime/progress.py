"""How long work tells what it is doing; the library itself stays silent."""

import sys
import time
from collections.abc import Callable
from typing import Protocol, Union, cast

from ..errors import SettingError


class Progress(Protocol):
    """Receives the advance of long work; `wordvec_toolkit.cli` draws it on stderr."""

    def start(self, task: str, total: float | None, unit: str) -> None:
        """Begin a task of `total` units (None if not known)."""

    def advance(self, amount: float) -> None:
        """Report that `amount` more units are done."""

    def status(self, text: str) -> None:
        """Say in a few words how the task stands; what was said before is gone."""

    def finish(self, result: str) -> None:
        """End the task with a few words on what came out."""

    def note(self, message: str) -> None:
        """Say something that the user should know."""


#: What public functions take: None is silent, True draws a bar on stderr, and a function is called
#: with the task, how much is done, and the total or None.
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
    """A `Progress` that draws one plain bar at a time on stderr, in terminals and notebooks.

    It holds no state of the terminal, so that an interrupted task leaves nothing behind.  Where
    stderr is a file only results and notes are written.
    """

    _SECONDS = 0.1  # between two drawings

    def __init__(self) -> None:
        self._is_drawn = sys.stderr.isatty() or "ipykernel" in sys.modules
        self._task, self._unit, self._status = "", "", ""
        self._total: float | None = None
        self._done = self._started = self._drawn = 0.0

    def start(self, task: str, total: float | None, unit: str) -> None:
        self._task, self._total, self._unit, self._status = task, total, unit, ""
        self._done = self._drawn = 0.0
        self._started = time.perf_counter()

    def advance(self, amount: float) -> None:
        self._done += amount
        if self._is_drawn and time.perf_counter() - self._drawn >= self._SECONDS:
            self._drawn = time.perf_counter()
            self._write("\r" + self._line().ljust(100)[:100])

    def _line(self) -> str:
        seconds = max(1e-9, self._drawn - self._started)
        speed = rate(self._done / seconds, self._unit)
        if not self._total:
            return f"{self._task:<26} {speed}  {self._status}"
        share = min(1.0, self._done / self._total)
        left = seconds / share - seconds if share else 0.0
        bar = f"|{'#' * round(20 * share):<20}| {share:4.0%}"
        return f"{self._task:<26} {bar}  {speed}  {left:.0f} s left  {self._status}"

    def status(self, text: str) -> None:
        self._status = text

    def finish(self, result: str) -> None:
        seconds = time.perf_counter() - self._started
        self._say(f"{self._task:<26} {result}  ({seconds:.1f} s)")

    def note(self, message: str) -> None:
        self._say(f"note: {message}")

    def _say(self, line: str) -> None:
        self._write(("\r" + line.ljust(100) if self._is_drawn else line) + "\n")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


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
        return Bar()
    if hasattr(progress, "start"):
        return cast(Progress, progress)
    if callable(progress):
        return Calls(progress)
    raise SettingError(
        f"progress is {progress!r}; expected None, True, or a function that is called with the "
        "task, how much is done, and the total"
    )
