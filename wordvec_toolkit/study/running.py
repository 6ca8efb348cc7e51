"""Run the steps of a study, each in a process of its own.

What a step took is thereby its own, and an error or a lack of memory ends that step alone.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from .. import __version__
from ..bundles.reading import file_sha256, open_bundle
from ..bundles.recognising import is_bundle, is_replaceable
from ..errors import FormatError
from ..report.data import Status
from ..runtime.memory import peak_memory, peak_memory_of, resident_bytes
from ..runtime.progress import Progress
from .folder import Record, StudyFolder
from .stamps import stamp_of
from .steps import Step
from .versions import versions
from .worker import FAILED

_POLL = 0.05  # seconds between looks at the process
_BEAT = 5.0  # seconds between notes of how long it has been at work
_PATIENCE = 15.0  # seconds that an interrupted command has to stop


@dataclass(frozen=True)
class Outcome:
    """Outcome of a step.

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
    worker : sequence of str
        The command of a process that does what it reads, see `wordvec_toolkit.study.worker`.
    progress : Progress
    """

    def __init__(self, folder: StudyFolder, worker: Sequence[str], progress: Progress) -> None:
        self.folder, self.worker, self.progress = folder, tuple(worker), progress
        self.outcomes: dict[str, Outcome] = {}
        self.standing = ""  # which step it is, and about how long the rest takes

    def key(self, step: Step) -> str | None:
        """Return the digest of a step and of all that it reads; None if that is missing."""
        needed = []
        for name in step.needs:
            outcome = self.outcomes.get(name)
            if outcome is None or outcome.record is None or outcome.status != "done":
                return None
            needed.append(outcome.record.digest)
        values = [
            (name, value)
            for part in (step.inputs, step.settings)
            for name, found in part.items()
            for value in (found if isinstance(found, (list, tuple)) else [found])
        ]
        read = [__version__, step.section, [self._stamped(*one) for one in values], needed]
        return hashlib.sha256(json.dumps(read).encode()).hexdigest()

    def _stamped(self, name: str, value: object) -> list[object]:
        """Return a keyword with its value, and with what tells whether a file has changed."""
        if not isinstance(value, str):
            return [name, value]
        if (inside := self.folder.inside(value)) is not None:
            return [name, "{study}", inside, stamp_of(value, is_ours=True)]
        return [name, value, stamp_of(value, name)]

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
                reason = f"it needs {' and '.join(lacking)}, which is not available"
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
        begun = Record(key, "running", seconds=0.0, versions=versions())
        before = self.folder.record(step.name)
        killed = before is not None and before.key == key and before.status == "running"
        if before is not None and killed:
            spent, peak = (before.seconds, before.peak_bytes) if step.resumes else (0.0, None)
            begun = replace(begun, seconds=spent, peak_bytes=peak, attempts=before.attempts + 1)
        self.folder.keep(step.name, begun)
        self._clear(step)
        self.progress.start(step.name, seconds, "")
        self.progress.status(self.standing)
        try:
            code, record = self._watch(step, begun)
        finally:
            self.progress.finish("")
        digest = self._digest(step) if code == 0 else None
        if digest is not None:
            done = replace(record, status="done", digest=digest)
            if self._was_there(step):
                done = _with_cost_of(before, done, killed and not step.resumes)
            self.folder.keep(step.name, done)
            return Outcome(step, "done", record=done)
        reason = self._reason(step, code)
        self.folder.keep(step.name, replace(record, status="failed", reason=reason))
        return Outcome(step, "failed", reason, record)

    def _clear(self, step: Step) -> None:
        """Remove a damaged bundle of the study's own, which its command would take for made."""
        makes = step.makes
        if makes is None or self.folder.inside(str(makes)) is None:
            return
        if is_replaceable(makes) and self._digest(step) is None:
            shutil.rmtree(makes, ignore_errors=True)

    def _was_there(self, step: Step) -> bool:
        """Return whether a command says that it has found its bundle made."""
        if step.makes is None:
            return False
        with suppress(LookupError, TypeError):
            steps = self.folder.result(step.name)["steps"]
            return any(one["reused"] for one in steps if one["name"] == step.makes.name)
        return False

    def _watch(self, step: Step, record: Record) -> tuple[int, Record]:
        """Run the command to its end; return its exit status and what it took."""
        started = beat = time.monotonic()
        before, peak = record.seconds or 0.0, record.peak_bytes
        for path in (self.folder.result_path(step.name), self.folder.log_path(step.name)):
            path.unlink(missing_ok=True)  # "x": no link is written through
        with (
            open(self.folder.result_path(step.name), "xb") as out,
            open(self.folder.log_path(step.name), "xb") as log,
        ):
            # The pipe to its standard input brings what is to be done, and ends with this process,
            # however that ends; Ctrl-C comes to this process alone.
            process = subprocess.Popen(
                self.worker, stdin=subprocess.PIPE, stdout=out, stderr=log, start_new_session=True
            )
            try:
                _send(process, step)
                shown, own = 0.0, None
                while (ended := _ended(process)) is None:
                    own = peak_memory_of(process.pid) or own
                    time.sleep(_POLL)
                    now = time.monotonic()
                    self.progress.advance(now - started - shown)
                    shown = now - started
                    if now - beat > _BEAT:
                        beat = now
                        spent = before + now - started
                        so_far = replace(record, seconds=spent, peak_bytes=_larger(peak, own))
                        self.folder.keep(step.name, so_far)
            except BaseException:
                _stop(process)
                raise
            finally:
                if process.stdin is not None:
                    with suppress(OSError):
                        process.stdin.close()
        code, resident = ended
        # What wait4 tells holds that of the process that began it, too, before the program was
        # there; where it is more than that, it is the command's own, up to its end.
        if own is None or (resident or 0) > (peak_memory() or 0):
            own = resident
        took = before + time.monotonic() - started
        return code, replace(record, seconds=took, peak_bytes=_larger(peak, own))

    def _digest(self, step: Step) -> str | None:
        """Return the digest of what a step has made; None if that is not there, or damaged."""
        if step.makes is not None:
            if not is_bundle(step.makes):
                return None
            try:
                bundle = open_bundle(step.makes)
                return bundle.digest if bundle.is_whole() else None
            except FormatError:
                return None
        result = self.folder.result(step.name)
        if result is None:
            return None
        if step.section == "split":
            return self._digest_of_parts(result)
        return file_sha256(self.folder.result_path(step.name))

    def _digest_of_parts(self, result: object) -> str | None:
        """Return the digest of the parts of a split; None if they are not as they were written."""
        with suppress(OSError, LookupError, TypeError):
            parts = [[part["name"], part["sha256"]] for part in result["parts"]]  # type: ignore[index]
            if all(file_sha256(self.folder.part(name)) == digest for name, digest in parts):
                return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        return None

    def _reason(self, step: Step, code: int) -> str:
        """Return in a sentence why a command has failed: the last one that it said."""
        if code < 0:
            with suppress(ValueError):
                name = signal.Signals(-code).name
                more = ", most likely out of memory" if name == "SIGKILL" else ""
                return f"the system killed it ({name}{more})"
        with suppress(OSError):
            said = self.folder.log_path(step.name).read_text("utf-8", "replace").splitlines()
            lines = [line for line in said if line.strip()]
            own = [line for line in lines if line.startswith(FAILED)]
            if own or lines:
                return (own or lines)[-1].removeprefix(FAILED)
        if not code and step.makes is not None and is_bundle(step.makes):
            return f"{step.makes} is damaged; delete that folder and run the same command again"
        return f"it ended with exit status {code}" if code else "it made nothing"


def _send(process: "subprocess.Popen[bytes]", step: Step) -> None:
    """Tell a worker what to do."""
    task = {"section": step.section, "keywords": {**step.inputs, **step.settings}}
    assert process.stdin is not None
    with suppress(OSError):  # it has ended
        process.stdin.write(json.dumps(task).encode() + b"\n")
        process.stdin.flush()


def _with_cost_of(before: Record | None, now: Record, was_killed: bool) -> Record:
    """Return the record of a command that found its bundle made, with what that took when it was.

    None where that is not known: what it takes to find a bundle is not what it takes to make one.
    """
    if before is not None and was_killed:  # after it was made, and before that was noted
        seconds = (before.seconds or 0.0) + (now.seconds or 0.0)
        return replace(now, seconds=seconds, peak_bytes=_larger(before.peak_bytes, now.peak_bytes))
    if before is not None and (before.digest == now.digest or before.key == now.key):
        return replace(
            now, seconds=before.seconds, peak_bytes=before.peak_bytes, versions=before.versions
        )
    return replace(now, seconds=None, peak_bytes=None)


def _larger(one: int | None, other: int | None) -> int | None:
    return max((n for n in (one, other) if n is not None), default=None)


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
    return process.returncode, resident_bytes(int(getattr(usage, "ru_maxrss", 0)))


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
