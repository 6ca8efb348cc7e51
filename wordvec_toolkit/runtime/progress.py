"""How long work tells what it is doing; the library itself stays silent."""

from typing import Protocol


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


class Silent:
    """A `Progress` that shows nothing."""

    def start(self, task: str, total: float | None, unit: str) -> None: ...

    def advance(self, amount: float) -> None: ...

    def status(self, text: str) -> None: ...

    def finish(self, result: str) -> None: ...

    def note(self, message: str) -> None: ...


SILENT: Progress = Silent()
