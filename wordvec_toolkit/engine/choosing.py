"""Engine of the process: none, or one that was asked for."""

import re
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import SettingError, WordvecError
from ..runtime.addresses import is_address
from ..runtime.disk import TEMPORARY, new_folder, read_small, remove_dead
from ..runtime.memory import spool_folder
from .store import Store
from .tasks import Engine

_NOTE = ".wvt-store-"
_PATIENCE = 10.0  # seconds until a scheduler must answer
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
    WordvecError
        If nothing answers at the address.
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
    """Make a folder of its own in the store, and remove it after the block; None: there is none.

    A note in the spool folder, held while the block runs, lets the next command remove the folder
    if this one is killed, or cannot remove it.
    """
    if not _store:
        yield None
        return
    name, spool = f"wvt-{secrets.token_hex(8)}", spool_folder()
    store = _store_folder(name)
    if spool is None:
        try:
            yield store
        finally:
            store.clear()
        return
    for note in spool.glob(f"{_NOTE}*"):
        remove_dead(note, _clear_noted)
    with new_folder(spool / name, TEMPORARY) as folder:
        (folder / "place.txt").write_text(_place_of(folder), encoding="ascii")
        note = folder.rename(spool / (_NOTE + folder.name.removeprefix(TEMPORARY)))
        try:
            yield store
        finally:
            if store.clear():
                shutil.rmtree(note, ignore_errors=True)


def _store_folder(name: str) -> Store:
    return Store(f"{_store.rstrip('/')}/{name}")


def _place_of(note: Path) -> str:
    """Return what tells a note from a copy of it, and from notes of other stores."""
    return f"{note.stat().st_ino} {sha256(_store.encode()).hexdigest()}"


def _clear_noted(note: Path) -> bool:
    """Remove the folder in the store that a dead command has noted; return whether it is gone."""
    found = re.match(re.escape(_NOTE) + "(wvt-[0-9a-f]{16})-", note.name)
    try:
        is_ours = read_small(note / "place.txt", 1 << 10).decode("ascii") == _place_of(note)
    except (OSError, ValueError):
        return False
    return found is not None and is_ours and _store_folder(found[1]).clear()


def _expect_listener(address: str) -> None:
    """Refuse an address where nothing answers: before text is read for hours, and without Dask."""
    parts = urlsplit(address)
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or port is None:
        raise SettingError(
            f"the scheduler is {address[:80]!r}; expected a host and a port, as tcp://host:8786"
        )
    try:
        socket.create_connection((host, port), _PATIENCE).close()
    except OSError as error:
        raise WordvecError(
            f"nothing answers at {address}: {error.strerror or error}; check the address, and "
            "that the scheduler runs"
        ) from None


def _engine(where: str) -> Engine:
    from .cluster import Cluster
    from .local import Processes, Threads

    if re.match(r"(tcp|tls|ucx|ws|wss)://.", where):
        _expect_listener(where)
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
