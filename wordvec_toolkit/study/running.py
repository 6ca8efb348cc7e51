"""Run the steps of a study, each as a command in a process of its own.

What a step took is thereby its own, an error or a lack of memory ends that step alone, and the
command that the report gives for a number is the one that made it.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .. import __version__
from ..bundle import file_sha256, is_bundle, open_bundle
from ..errors import FormatError
from ..progress import Progress
from ..report.data import Status
from .folder import Record, StudyFolder
from .steps import Step

_POLL = 0.05  # seconds between looks at the process
_BEAT = 5.0  # seconds between notes of how long it has been at work
_PATIENCE = 15.0  # seconds that an interrupted command has to stop
#: Packages on which the numbers depend.
PACKAGES = ("numpy", "scipy", "scikit-learn", "numba", "gensim", "torch")


@dataclass(frozen=True)
class Outcome:
    """How a step ended.

    Attributes
    ----------
    record : Record or None
        None if it was not run.
    was_done : bool
        Whether an earlier run of the study had done it.
    """

    step: Step
    status: Status
    reason: str = ""
    record: Record | None = None
    was_done: bool = False


class Runner:
    """Runs steps, unless their results are there.

    Parameters
    ----------
    folder : StudyFolder
        Held by the caller.
    launcher : sequence of str
        What begins a command line, in place of ``wvt``.
    progress : Progress
    """

    def __init__(self, folder: StudyFolder, launcher: Sequence[str], progress: Progress) -> None:
        self.folder, self.launcher, self.progress = folder, tuple(launcher), progress
        self.outcomes: dict[str, Outcome] = {}

    def key(self, step: Step) -> str | None:
        """Return the digest of a command and of all that it reads; None if that is missing."""
        needed = []
        for name in step.needs:
            outcome = self.outcomes.get(name)
            if outcome is None or outcome.record is None or outcome.status != "done":
                return None
            needed.append(outcome.record.digest)
        place = str(self.folder.path)
        own = [each == place or each.startswith(place + os.sep) for each in step.arguments]
        arguments = [
            "{study}" + each.removeprefix(place) if is_own else each
            for each, is_own in zip(step.arguments, own)
        ]
        stamps = [_stamp(each) for each, is_own in zip(step.arguments, own) if not is_own]
        read = [__version__, arguments, needed, stamps]
        return hashlib.sha256(json.dumps(read).encode()).hexdigest()

    def finished(self, step: Step) -> Outcome | None:
        """Return the outcome of a step that an earlier run has done, and that still holds."""
        record = self.folder.record(step.name)
        if record is None or record.status != "done" or record.key != self.key(step):
            return None
        if self._digest(step) != record.digest:
            return None
        return Outcome(step, "done", record=record, was_done=True)

    def run(self, step: Step, seconds: float) -> Outcome:
        """Run a step, unless that is done; `seconds` is what it is expected to take."""
        if (outcome := self.finished(step)) is None:
            lacking = [name for name in step.needs if not self._is_done(name)]
            if lacking:
                reason = f"it needs {' and '.join(lacking)}, which could not be had"
                outcome = Outcome(step, "missing", reason)
            else:
                outcome = self._run(step, seconds)
        self.outcomes[step.name] = outcome
        return outcome

    def pass_over(self, step: Step, status: Status, reason: str) -> Outcome:
        """Note that a step is not run, and why."""
        self.outcomes[step.name] = Outcome(step, status, reason)
        return self.outcomes[step.name]

    def _is_done(self, name: str) -> bool:
        outcome = self.outcomes.get(name)
        return outcome is not None and outcome.status == "done"

    def _run(self, step: Step, seconds: float) -> Outcome:
        key = self.key(step)
        assert key is not None  # the caller has looked
        begun = Record(key, "running", seconds=0.0)
        before = self.folder.record(step.name)
        if before is not None and before.key == key and before.status == "running":
            spent = before.seconds if step.goes_on else 0.0
            begun = replace(begun, seconds=spent, attempts=before.attempts + 1)
        self.folder.keep(step.name, begun)
        self.progress.start(step.name, seconds, "")
        try:
            code, record = self._watch(step, begun)
        finally:
            self.progress.finish("")
        digest = self._digest(step) if code == 0 else None
        if digest is not None:
            done = replace(record, status="done", digest=digest)
            self.folder.keep(step.name, done)
            return Outcome(step, "done", record=done)
        reason = self._reason(step, code)
        self.folder.keep(step.name, replace(record, status="failed", reason=reason))
        return Outcome(step, "failed", reason, record)

    def _watch(self, step: Step, record: Record) -> tuple[int, Record]:
        """Run the command to its end; return its exit status and what it took."""
        started = beat = time.monotonic()
        before = record.seconds or 0.0
        for path in (self.folder.result_path(step.name), self.folder.log_path(step.name)):
            path.unlink(missing_ok=True)  # a link would be written through
        with (
            open(self.folder.result_path(step.name), "wb") as out,
            open(self.folder.log_path(step.name), "wb") as log,
        ):
            # The pipe to its standard input ends with this process, however that ends; Ctrl-C
            # comes to this process alone.
            process = subprocess.Popen(
                [*self.launcher, *step.arguments, "--json"],
                stdin=subprocess.PIPE, stdout=out, stderr=log, start_new_session=True,
            )  # fmt: skip
            try:
                shown, peak = 0.0, None
                while (ended := _ended(process)) is None:
                    peak = _peak_memory(process.pid) or peak
                    time.sleep(_POLL)
                    now = time.monotonic()
                    self.progress.advance(now - started - shown)
                    shown = now - started
                    if now - beat > _BEAT:
                        beat = now
                        self.folder.keep(step.name, replace(record, seconds=before + now - started))
            except BaseException:
                _stop(process)
                raise
            finally:
                if process.stdin is not None:
                    with suppress(OSError):
                        process.stdin.close()
        code, resident = ended
        took = before + time.monotonic() - started
        return code, replace(record, seconds=took, peak_bytes=peak or resident)

    def _digest(self, step: Step) -> str | None:
        """Return the digest of what a step has made; None if that is not there, or damaged."""
        if step.makes is not None:
            if not is_bundle(step.makes):
                return None
            try:
                return open_bundle(step.makes).digest
            except FormatError:
                return None
        result = self.folder.result(step.name)
        if result is None:
            return None
        if step.section == "split" and not _are_whole(result, self.folder.text):
            return None
        return file_sha256(self.folder.result_path(step.name))

    def _reason(self, step: Step, code: int) -> str:
        """Return in a sentence why a command has failed: the last one that it said."""
        if code < 0:
            with suppress(ValueError):
                name = signal.Signals(-code).name
                more = ", most likely for want of memory" if name == "SIGKILL" else ""
                return f"the system ended it ({name}{more})"
        with suppress(OSError):
            said = self.folder.log_path(step.name).read_text("utf-8", "replace").splitlines()
            lines = [line for line in said if line.strip()]
            own = [line for line in lines if line.startswith(("wvt: ", "Error: "))]
            if own or lines:
                return (own or lines)[-1].removeprefix("wvt: ").removeprefix("Error: ")
        return f"it ended with exit status {code}" if code else "it has made nothing"


def versions() -> dict[str, str]:
    """Return the versions of the toolkit and of the packages that its numbers depend on."""
    found = {"wordvec-toolkit": __version__, "python": sys.version.split()[0]}
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def _stamp(argument: str) -> list[int] | None:
    """Return what tells a file from what it was before; None for what is no file."""
    with suppress(OSError, ValueError):
        path = Path(argument)
        if is_bundle(path):
            path = path / "manifest.json"
        if path.is_file():
            status = path.stat()
            return [status.st_size, status.st_mtime_ns]
    return None


def _are_whole(result: object, folder: Path) -> bool:
    """Tell whether the parts of a split are the files that were written, in this folder."""
    parts = result.get("parts") if isinstance(result, dict) else None
    if not isinstance(parts, list):
        return False
    try:
        return all(
            Path(part["path"]).parent == folder
            and file_sha256(Path(part["path"])) == part["sha256"]
            for part in parts
        )
    except (OSError, KeyError, TypeError):
        return False


def _peak_memory(pid: int) -> int | None:
    """Return the most memory that a running process has had, in bytes, where the system tells.

    What ``wait4`` tells holds that of the process that began it, too, before the program was there.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    except (OSError, ValueError, StopIteration):
        return None


def _ended(process: "subprocess.Popen[bytes]") -> tuple[int, int | None] | None:
    """Return the exit status and peak memory of a process; None while it is at work."""
    wait4: Callable[..., tuple[int, int, object]] | None = getattr(os, "wait4", None)
    if wait4 is None:  # Windows
        code = process.poll()
        return None if code is None else (code, None)
    pid, status, usage = wait4(process.pid, os.WNOHANG)
    if pid == 0:
        return None
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = int(getattr(usage, "ru_maxrss", 0))
    return process.returncode, peak if sys.platform == "darwin" else peak * 1024


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Have a process stop: in order if it will, else at once."""
    if process.returncode is not None:
        return
    with suppress(OSError):
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
    try:
        process.wait(_PATIENCE)
    except BaseException:
        process.kill()
        process.wait()
