"""Engine of the process: none, or one that was asked for."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import SettingError
from ..runtime.addresses import is_address
from .store import Store
from .tasks import Engine

_current: Engine | None = None
_store = ""


@contextmanager
def within_engine(where: str | None) -> Iterator[None]:
    """Set where counting runs within a ``with`` block, for the whole process.

    Parameters
    ----------
    where : str or None
        ``threads:4``, ``processes:4``, ``local:4`` (a Dask cluster on this machine, for the time
        of the block), or the address of a Dask scheduler, as ``tcp://host:8786``.  None: as before.

    Raises
    ------
    SettingError
    """
    global _current
    before, engine = _current, None if where is None else _engine(where)
    _current = engine or before
    try:
        yield
    finally:
        _current = before
        if engine is not None:
            engine.close()


def current_engine() -> Engine | None:
    """Return where tasks run; None: the caller does them itself."""
    return _current


@contextmanager
def within_store(address: str | None) -> Iterator[None]:
    """Set the store through which workers exchange files, if they share no folder.

    Parameters
    ----------
    address : str or None
        A folder that all of them reach, as ``s3://bucket/folder``.  None: as before.

    Raises
    ------
    SettingError
    """
    global _store
    before = _store
    if address is not None and not is_address(address):
        raise SettingError(
            f"the store is {address[:80]!r}; expected an address, as s3://bucket/folder"
        )
    _store = _store if address is None else address
    try:
        yield
    finally:
        _store = before


@contextmanager
def new_store() -> Iterator[Store | None]:
    """Make a folder of its own in the store, and remove it after the block; None: there is none."""
    if not _store:
        yield None
        return
    store = Store(f"{_store.rstrip('/')}/wvt-{secrets.token_hex(8)}")
    try:
        yield store
    finally:
        store.clear()


def _engine(where: str) -> Engine:
    from .cluster import Cluster
    from .local import Processes, Threads

    if re.match(r"(tcp|tls|ucx|ws|wss)://.", where):
        return Cluster(where)
    if parts := re.fullmatch(r"(threads|processes|local):([1-9]\d{0,2})", where):
        n = int(parts[2])
        if parts[1] == "local":
            return Cluster("", n)
        return Threads(n) if parts[1] == "threads" else Processes(n)
    raise SettingError(
        f"the cluster is {where[:80]!r}; expected local:4 or processes:4 (workers of this "
        "machine), or the address of a Dask scheduler, as tcp://host:8786"
    )
