"""Progress on stderr: a bar with rate and remaining time on a terminal, nothing in a pipe."""

import sys
import time
from collections.abc import Iterator
from typing import Any

import click

from .output import bar_stream

_SCALES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


class TerminalProgress:
    """Draws one bar at a time; use it in a ``with`` block.

    `compiles`: whether kernels may be compiled meanwhile, which is then announced.
    """

    def __init__(self, compiles: bool = True) -> None:
        self._compiles = compiles
        self._drawn = sys.stderr.isatty()
        self._bars: Any = None
        self._task: Any = None
        self._started = 0.0
        self._done = 0.0
        self._name = ""
        self._unit = ""

    def __enter__(self) -> "TerminalProgress":
        if self._compiles:
            announce_compilation()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def start(self, task: str, total: float | None, unit: str) -> None:
        self._stop()
        self._name, self._unit, self._done = task, unit, 0.0
        self._started = time.perf_counter()
        if not self._drawn:
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.text import Text

        class Bars(Progress):
            """Bars with what is said of each in a line below, where there is room."""

            def get_renderables(self) -> Iterator[Any]:
                yield self.make_tasks_table(self.tasks)
                for task in self.tasks:
                    if task.fields["status"]:
                        yield Text(task.fields["status"], no_wrap=True, overflow="ellipsis")

        self._bars = Bars(
            TextColumn("{task.description:<26}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(file=bar_stream()),
            transient=True,
        )
        self._bars.start()
        self._task = self._bars.add_task(task, total=total, rate="", status="")

    def advance(self, amount: float) -> None:
        self._done += amount
        if self._bars is not None:
            seconds = max(1e-9, time.perf_counter() - self._started)
            self._bars.update(
                self._task, advance=amount, rate=_rate(self._done / seconds, self._unit)
            )

    def status(self, text: str) -> None:
        if self._bars is not None:
            self._bars.update(self._task, status=text)

    def finish(self, result: str) -> None:
        self._stop()
        if self._drawn:
            seconds = time.perf_counter() - self._started
            click.echo(f"{self._name:<26} {result}  ({seconds:.1f} s)", err=True)

    def note(self, message: str) -> None:
        click.echo(f"note: {message}", err=True)

    def _stop(self) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None


def _rate(per_second: float, unit: str) -> str:
    if not unit:
        return ""
    for scale, prefix in _SCALES:
        if per_second >= scale:
            return f"{per_second / scale:.1f} {prefix}{unit}/s"
    return f"{per_second:.0f} {unit}/s"


def announce_compilation() -> None:
    """Have the first compilation of a kernel said on stderr."""
    from numba.core import event

    class Announcer(event.Listener):  # type: ignore[misc]
        said = False

        def on_start(self, event: Any) -> None:
            if not Announcer.said:
                Announcer.said = True
                click.echo("compiling kernels (first run only) ...", err=True)

        def on_end(self, event: Any) -> None:
            pass

    event.register("numba:compile", Announcer())
