"""Engine of the process: none, or one that was asked for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import SettingError
from .tasks import Engine

_current: Engine | None = None


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
