"""Tasks: each makes one file, from other files, by a function of the toolkit.

A task is named by a digest of what it does and of what it reads, so that it can run anywhere,
twice, or again after a worker has died: its file is always the same.  What is sent to a worker is
text (JSON), and what it returns is a sentence if it failed.  Files are exchanged in a folder that
all share, or through a store.
"""

import hashlib
import json
import os
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from .. import __version__
from ..errors import WordvecError, sentence_of
from ..runtime.disk import advice_on
from ..runtime.late import named
from ..runtime.memory import within_memory
from ..runtime.progress import Progress
from .store import Pieces, Store, forget, scratch

_PATIENCE = 20.0  # seconds until a file that another machine has written must be seen


class Engine(Protocol):
    """Runs tasks.

    Attributes
    ----------
    n_workers : int
        How many tasks run at a time.
    memory : int
        Bytes that each of them may use.
    """

    @property
    def n_workers(self) -> int: ...

    @property
    def memory(self) -> int: ...

    def run(self, orders: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Yield the place of each order when it is done, and what `do_order` has returned."""

    def close(self) -> None:
        """End what was started."""


@dataclass(frozen=True)
class Task:
    """A file to be made.

    Attributes
    ----------
    function : str
        As ``counts.tasks:count``; takes the path of the file, the paths of the inputs, and the
        arguments.  It must write the file under another name and rename it.
    arguments : dict
        What JSON can hold; all that the file depends on besides the inputs.
    inputs : tuple of Path
        Files that are named by their contents, or whose digests are among the arguments.
    size : float
        Amount of work, for the progress.
    pieces : dict
        Of large inputs, or files of inputs that are folders, the bytes that are read.
    is_passed_on : bool
        Whether other tasks read the file.
    obsolete : tuple of str
        Names of files that workers need no longer.
    """

    function: str
    arguments: Mapping[str, object]
    inputs: tuple[Path, ...]
    size: float = 0.0
    pieces: Pieces = field(default_factory=dict)
    is_passed_on: bool = True
    obsolete: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Digest of what the file holds."""
        names = [path.name for path in self.inputs]
        read = json.dumps([__version__, self.function, self.arguments, names], sort_keys=True)
        return hashlib.sha256(read.encode()).hexdigest() + ".run"


def make_files(
    engine: Engine,
    tasks: Sequence[Task],
    folder: Path,
    progress: Progress,
    store: Store | None = None,
    fetch: bool = True,
) -> list[Path]:
    """Run tasks; return their files, which are in `folder`, in the order of the tasks.

    Parameters
    ----------
    store : Store, optional
        What workers exchange files through; None: `folder`, which all of them share.
    fetch : bool
        Whether this process needs the files, too.

    Raises
    ------
    WordvecError
        If one failed.  Others may be at work still.
    """
    if store is not None:
        for path in {path for task in tasks for path in task.inputs if path.is_dir()}:
            store.put(path, _stored_name(path))
    memory = engine.memory
    orders = [_order(task, folder.absolute(), memory, store) for task in tasks]
    for place, failure in engine.run(orders):
        if failure:
            raise WordvecError(failure)
        progress.advance(tasks[place].size)
    targets = [folder / task.name for task in tasks]
    if store is not None:
        return [store.get(task.name, folder) for task in tasks] if fetch else targets
    for target in targets:
        _await(target)
    return targets


def _order(task: Task, folder: Path, memory: int, store: Store | None) -> str:
    if store is None:
        inputs: list[object] = [str(path.absolute()) for path in task.inputs]
    else:
        inputs = [(_stored_name(path), _pieces(task, path)) for path in task.inputs]
    return json.dumps(
        {
            "version": __version__,
            "function": task.function,
            "arguments": task.arguments,
            "inputs": inputs,
            "target": task.name,
            "folder": str(folder),
            "store": "" if store is None else store.address,
            "memory": memory,
            "kept": task.is_passed_on,
            "obsolete": task.obsolete,
        }
    )


def _pieces(task: Task, path: Path) -> Pieces:
    if path.is_dir():
        return task.pieces
    return {"": task.pieces[path.name]} if path.name in task.pieces else {}


def _stored_name(path: Path) -> str:
    """Return the name of an input in a store: a folder is a bundle, which its manifest tells."""
    if not path.is_dir():
        return path.name
    return hashlib.sha256((path / "manifest.json").read_bytes()).hexdigest()


def do_order(order: str) -> str:
    """Make the file of a task unless it is there; return "", or in a sentence why it failed."""
    read = json.loads(order)
    folder = Path(read["folder"])
    try:
        if read["version"] != __version__:
            raise WordvecError(
                f"wordvec_toolkit {read['version']} sent a task to {__version__}; install one "
                "version on all machines"
            )
        store = Store(read["store"]) if read["store"] else None
        if store is not None:
            folder = Path(scratch(store.address).name)
            inputs = [store.get(name, folder, pieces) for name, pieces in read["inputs"]]
        else:
            inputs = [Path(path) for path in read["inputs"]]
            for path in (folder, *inputs):
                _await(path)
        target = folder / read["target"]
        if not target.exists():
            with within_memory(read["memory"], folder):
                named(read["function"])(target, inputs, **read["arguments"])
        if store is not None:
            store.put(target, target.name)
            forget(folder, [*read["obsolete"], *([] if read["kept"] else [target.name])])
    except OSError as error:
        reason = f"{error.strerror or error} (in {folder}); {advice_on(error)}"
        return f"{platform.node()}: {reason}"
    except Exception as error:
        return f"{platform.node()}: {sentence_of(error)}"
    return ""


def _await(path: Path) -> None:
    """Wait for what another machine has made: network disks show it after a while."""
    until = time.monotonic() + _PATIENCE
    while not path.exists():
        if time.monotonic() > until:
            raise WordvecError(
                f"{platform.node()} sees no {path}; the workspace must be in a folder that all "
                "workers share, under one path; or name a store (--store)"
            )
        time.sleep(0.05)
        if path.parent.is_dir():
            os.listdir(path.parent)  # which has the disk asked again
