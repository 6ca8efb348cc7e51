"""Engines of this machine: threads of this process, and other processes."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from queue import SimpleQueue

from ..runtime import startup
from ..runtime.memory import budget_share
from .tasks import do_order

_MOST_DEATHS = 3  # of workers that had the same task


class Threads:
    """Runs tasks in threads of this process."""

    def __init__(self, n_workers: int) -> None:
        self.n_workers = n_workers

    @property
    def memory(self) -> int:
        return budget_share(self.n_workers)

    def run(self, orders: Sequence[str]) -> Iterator[tuple[int, str]]:
        with ThreadPoolExecutor(self.n_workers) as pool:
            futures = {pool.submit(self.do, order): place for place, order in enumerate(orders)}
            try:
                for future in as_completed(futures):
                    yield futures[future], future.result()
            except BaseException:  # the caller's, too
                for future in futures:
                    future.cancel()
                self.close()
                raise

    def do(self, order: str) -> str:
        return do_order(order)

    def close(self) -> None:
        pass


class Processes(Threads):
    """Runs tasks in processes that end with this one; a task whose process dies is run again."""

    def __init__(self, n_workers: int) -> None:
        super().__init__(n_workers)
        self._lock = threading.Lock()
        self._all: set[subprocess.Popen[bytes]] = set()
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._scratch: tempfile.TemporaryDirectory[str] | None = None  # what killed ones leave
        self._is_closed = False

    def run(self, orders: Sequence[str]) -> Iterator[tuple[int, str]]:
        self._is_closed = False
        return super().run(orders)

    def do(self, order: str) -> str:
        for _ in range(_MOST_DEATHS):
            with self._lock:
                if self._is_closed:
                    return "stopped"
                worker = self._started() if self._idle.empty() else self._idle.get()
            if (answer := _answer(worker, order)) is not None:
                self._idle.put(worker)
                return answer
            with self._lock:
                self._all.discard(worker)
            worker.wait()
        return (
            f"{_MOST_DEATHS} processes were killed at the same task, most likely out of memory; "
            "lower --memory, or use fewer processes"
        )

    def _started(self) -> "subprocess.Popen[bytes]":
        run = f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import main; main()"
        # Ctrl-C comes to this process alone, and the end of standard input tells of its end.
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        worker = subprocess.Popen(
            [sys.executable, "-c", run],
            env={**os.environ, "TMPDIR": self._scratch.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._all.add(worker)
        return worker

    def close(self) -> None:
        """End the processes; the next run starts others."""
        with self._lock:
            self._is_closed = True
            while not self._idle.empty():
                self._idle.get()
            for worker in self._all:
                worker.kill()
            for worker in self._all:
                worker.wait()
                for pipe in (worker.stdin, worker.stdout):
                    with suppress(OSError):
                        pipe.close()  # type: ignore[union-attr]
            self._all.clear()
            if self._scratch is not None:
                self._scratch.cleanup()
            self._scratch = None


def _answer(worker: "subprocess.Popen[bytes]", order: str) -> str | None:
    """Return what a process says to an order; None if it has died."""
    assert worker.stdin is not None and worker.stdout is not None
    try:
        worker.stdin.write(order.encode() + b"\n")
        worker.stdin.flush()
        line = worker.stdout.readline()
    except (OSError, ValueError):  # closed
        return None
    return line.decode()[:-1] if line.endswith(b"\n") else None


def main() -> None:
    """Do the orders that come as lines of standard input, and answer each with a line."""
    startup.prepare()
    orders: SimpleQueue[bytes] = SimpleQueue()
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what else is printed is no answer

    def read() -> None:
        for line in sys.stdin.buffer:
            orders.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        answer = do_order(orders.get().decode())
        answers.write(" ".join(answer.split()).encode() + b"\n")
