"""Progress on stderr: a bar with rate and remaining time on a terminal, nothing in a pipe."""

from collections.abc import Callable

from ...runtime.progress import Bar


class TerminalProgress(Bar):
    """Draws one bar at a time; use it in a ``with`` block, which leaves the line clean.

    `compiles`: whether kernels may be compiled meanwhile, which is then announced.
    """

    def __init__(self, compiles: bool = True) -> None:
        super().__init__()
        self._compiles = compiles

    def __enter__(self) -> "TerminalProgress":
        if self._compiles:
            announce_compilation(self.say)
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_drawn:
            self._write("")


def announce_compilation(say: Callable[[str], None]) -> None:
    """Announce the first compilation of a kernel."""
    from numba.core import event

    class Announcer(event.Listener):
        said = False

        def on_start(self, event: object) -> None:
            if not Announcer.said:
                Announcer.said = True
                say("compiling kernels (first run only) ...")

        def on_end(self, event: object) -> None:
            pass

    event.register("numba:compile", Announcer())
