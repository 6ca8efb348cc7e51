"""Dask cluster as an engine; nothing else imports Dask.

Dask sends the name of `do_order` and text, and text comes back.
"""

import logging
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from hashlib import sha256
from types import ModuleType
from typing import TYPE_CHECKING

from ..errors import WordvecError
from ..runtime.extras import require
from ..runtime.memory import budget_share, memory_budget
from .tasks import do_order

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

_PATIENCE = 60  # seconds without any worker
_CONNECTING = 30  # seconds until the scheduler answers


class Cluster:
    """Runs tasks on a Dask cluster, which is asked when it is first needed.

    Parameters
    ----------
    address : str
        Of a scheduler, as ``tcp://host:8786``; "" starts one on this machine.
    n_started : int
        Processes to start, if there is no address.
    """

    def __init__(self, address: str, n_started: int = 0) -> None:
        self._address, self._n_started = address, n_started
        self._cluster: LocalCluster | None = None
        self._client: Client | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    @property
    def n_workers(self) -> int:
        return max(1, sum(threads for threads, _ in self._workers()))  # one may be on its way

    @property
    def memory(self) -> int:
        if not self._address:
            return budget_share(self._n_started)
        shares = [limit // threads for threads, limit in self._workers() if limit]
        return min(shares, default=memory_budget())

    def _workers(self) -> list[tuple[int, int]]:
        """Return threads and memory of each worker."""
        known = self._connected().scheduler_info(n_workers=-1)["workers"].values()
        return [(int(one["nthreads"]), int(one["memory_limit"] or 0)) for one in known]

    def _connected(self) -> "Client":
        if self._client is not None:
            return self._client
        distributed = require("distributed", "computing on a cluster", "cluster")
        where = self._address or "a cluster on this machine"
        try:
            if not self._address:
                self._start(distributed)
            self._client = distributed.Client(
                self._cluster or self._address, set_as_default=False, timeout=_CONNECTING
            )
            self._client.wait_for_workers(max(1, self._n_started), timeout=_PATIENCE)
        except Exception as error:
            self.close()
            if self._address:
                advice = "check that it runs, has workers, and uses this version of Dask"
            else:
                advice = (
                    'in a script, start it below if __name__ == "__main__":; or use processes '
                    "(processes:N)"
                )
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            raise WordvecError(f"cannot use {where}: {reason}; {advice}") from None
        return self._client

    def _start(self, distributed: ModuleType) -> None:
        self._scratch = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        with _without_interruption():
            self._cluster = distributed.LocalCluster(
                n_workers=self._n_started,
                threads_per_worker=1,
                host="127.0.0.1",
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                local_directory=self._scratch.name,
                env={"TMPDIR": self._scratch.name},  # which nobody clears after a killed worker
                silence_logs=logging.CRITICAL,
                memory_limit=0,  # tasks keep a budget; files that are mapped would count
            )

    def run(self, orders: Sequence[str]) -> Iterator[tuple[int, str]]:
        import distributed

        client = self._connected()
        futures = {
            client.submit(do_order, order, key=f"wvt-{sha256(order.encode()).hexdigest()}"): place
            for place, order in enumerate(orders)
        }
        waiting, seen = set(futures), time.monotonic()
        try:
            while waiting:
                with suppress(TimeoutError, CancelledError), client.as_current():
                    distributed.wait(waiting, timeout=5, return_when="FIRST_COMPLETED")
                done = {future for future in waiting if future.done()}
                waiting -= done
                answers = _answers(client, done)
                for future in done:
                    answer = answers.get(future)
                    yield futures.pop(future), _result(future) if answer is None else answer
                    future.release()  # or it would be made again if its worker died
                if done or self._workers():
                    seen = time.monotonic()
                elif time.monotonic() > seen + _PATIENCE:
                    raise WordvecError(f"{self._address} has had no workers for {_PATIENCE} s")
        except (OSError, RuntimeError) as error:
            raise WordvecError(f"the cluster cannot be reached any more: {error}") from None
        finally:
            with suppress(Exception):
                client.cancel(list(waiting))

    def close(self) -> None:
        for started in (self._client, self._cluster):
            if started is not None:
                with suppress(Exception):
                    started.close()
        if self._scratch is not None:
            self._scratch.cleanup()
        self._client = self._cluster = self._scratch = None


@contextmanager
def _without_interruption() -> Iterator[None]:
    """Ignore Ctrl-C, as will the processes that are started in the block: it is for this one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _answers(client: "Client", done: set["Future[str]"]) -> dict["Future[str]", str]:
    """Fetch what tasks have returned, all at once; those that failed are missing."""
    finished = [future for future in done if future.status == "finished"]
    with suppress(Exception):  # a worker may have died after it had finished
        return dict(zip(finished, client.gather(finished)))
    return {}


def _result(future: "Future[str]") -> str:
    """Return what `do_order` has returned, or why it never did."""
    if future.cancelled():
        return "the cluster has given up its tasks; it may have been stopped"
    error = future.exception()
    if error is None:
        return str(future.result())
    if type(error).__name__ == "KilledWorker":
        return "several workers died at the same task, most likely out of memory; give them more"
    reason = " ".join(str(error).split())[:200]
    return f"a worker failed with {type(error).__name__}: {reason}; is the toolkit installed there?"
