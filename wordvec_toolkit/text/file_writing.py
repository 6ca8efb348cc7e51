"""Write files all or nothing, compressed as their names say."""

import bz2
import filecmp
import json
import lzma
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from ..errors import WordvecError
from ..runtime.disk import (
    advice_on,
    clear_leftovers,
    flush_folder,
    is_temporary_name,
    moving,
    new_file,
    read_small,
    temporary_name,
    write_whole,
)
from ..runtime.extras import require
from ..runtime.parallel import n_threads
from .gzip_writing import GzipWriter

_MOVES = ".wvt-moves-"
_MOST_MOVES = 1 << 16  # bytes of a note of them


def write_files(
    files: dict[Path, Callable[[IO[bytes]], None]], overwrite: bool, threads: int | None = None
) -> None:
    """Write files under temporary names next to their places, and then rename them.

    Parameters
    ----------
    files : dict
        Path -> what writes the file to the stream that it is given.
    overwrite : bool
        Replace an existing file.
    threads : int, optional
        For compressing with gzip; all processors if None.

    Raises
    ------
    WordvecError
        If there is such a file already and `overwrite` was not asked for, or it cannot be written.
        Nothing is left behind then.
    """
    with new_files(list(files), overwrite) as streams:
        for (path, fill), plain in zip(files.items(), streams):
            with ExitStack() as stack:
                fill(_compressing(plain, _behind_link(path).suffix, n_threads(threads), stack))


@contextmanager
def new_files(
    paths: Sequence[Path], overwrite: bool, leave_same: bool = False
) -> Iterator[list[IO[bytes]]]:
    """Open files under temporary names next to their places; rename them when all are written.

    The last one is renamed first: where the first is there, all are.  Where several are replaced,
    the old ones are removed before, so that old and new files are never mixed; `finish_moves`
    completes what a killed run leaves.

    Parameters
    ----------
    leave_same : bool
        Keep files that have the same bytes already; only other files are in the way then.

    Raises
    ------
    WordvecError
        As `write_files`; whatever is raised in the ``with`` block leaves nothing behind, either.
    """
    if not leave_same:
        check_targets(paths, overwrite)
    targets = [_behind_link(path) for path in paths]
    made = {path.parent for path in targets if not path.parent.exists()}
    temporary: list[Path] = []
    try:
        with ExitStack() as stack:
            streams: list[IO[bytes]] = []
            for target in targets:
                target.parent.mkdir(parents=True, exist_ok=True)
                finish_moves(target.parent)
                clear_leftovers(target)
                new = temporary_name(target)
                streams.append(stack.enter_context(new_file(new)))
                temporary.append(new)
            yield streams
        moves = list(zip(temporary, targets))
        if leave_same:
            changed = [not _are_same(*move) for move in moves]
            moves = [move for move, is_changed in zip(moves, changed) if is_changed]
            check_targets(
                [path for path, is_changed in zip(paths, changed) if is_changed], overwrite
            )
        _put_in_place(moves, temporary)
    except OSError as error:
        raise WordvecError(
            f"cannot write {paths[0]}: {error.strerror or error}; {advice_on(error)}"
        ) from error
    finally:
        for new in temporary:
            with suppress(OSError):
                new.unlink(missing_ok=True)
        for folder in made:
            with suppress(OSError):  # it holds what was to be written
                folder.rmdir()


def _put_in_place(moves: list[tuple[Path, Path]], temporary: list[Path]) -> None:
    """Rename files; several of one folder by way of a note that a killed run leaves to others."""
    folders = {target.parent for _, target in moves}
    if len(moves) < 2 or len(folders) > 1:
        _move(moves)
        return
    folder = folders.pop()
    with moving(folder):
        note = folder / f"{_MOVES}{moves[0][1].name}"
        write_whole(note, json.dumps({new.name: target.name for new, target in moves}).encode())
        temporary.clear()  # from here on all of them will be there
        flush_folder(folder)
        _move(moves)
        note.unlink()


def _move(moves: list[tuple[Path, Path]]) -> None:
    if len(moves) > 1:
        for _, target in moves:
            target.unlink(missing_ok=True)
    for new, target in reversed(moves):
        os.replace(new, target)
    for folder in {target.parent for _, target in moves}:
        flush_folder(folder)


def finish_moves(folder: Path) -> None:
    """Put in place what a killed run had written whole, and had begun to put there.

    Raises
    ------
    WordvecError
        If it cannot be moved.
    """
    for name in os.listdir(folder):
        if name.startswith(_MOVES):
            try:
                with moving(folder):
                    _move(_noted_moves(folder / name))
                    (folder / name).unlink(missing_ok=True)
            except OSError as error:
                raise WordvecError(
                    f"a killed run left files in {folder} that cannot be put in their places: "
                    f"{error.strerror or error}; {advice_on(error)}"
                ) from error


def _noted_moves(note: Path) -> list[tuple[Path, Path]]:
    """Return what is still to be moved; a note can be from anybody, and names files next to it."""
    noted = None
    with suppress(OSError, ValueError, RecursionError):
        noted = json.loads(read_small(note, _MOST_MOVES))
    pairs = noted.items() if isinstance(noted, dict) else ()
    return [
        (note.parent / new, note.parent / target)
        for new, target in pairs
        if isinstance(target, str)
        and target == os.path.basename(target) not in ("", ".", "..")
        and is_temporary_name(new, target)
        and (note.parent / new).is_file()
        and not (note.parent / new).is_symlink()
    ]


def _behind_link(path: Path) -> Path:
    return path.resolve() if path.is_symlink() else path


def _are_same(new: Path, old: Path) -> bool:
    return old.is_file() and filecmp.cmp(new, old, shallow=False)


def check_targets(paths: Iterable[Path], overwrite: bool) -> None:
    """Refuse what `write_files` would refuse, before the work is done that it is to hold."""
    for path in paths:
        if path.is_dir():
            raise WordvecError(f"{path} is a folder; name a file, or choose the format bundle")
        if os.path.lexists(path) and not overwrite:  # a link would be written through
            raise WordvecError(
                f"{path} exists; choose another name, or overwrite it (overwrite=True, --force)"
            )


def _compressing(plain: IO[bytes], suffix: str, threads: int, stack: ExitStack) -> IO[bytes]:
    if suffix == ".gz":
        packed: AbstractContextManager[object] = GzipWriter(plain, threads)
    elif suffix == ".bz2":
        packed = bz2.BZ2File(plain, "wb")
    elif suffix == ".xz":
        packed = lzma.LZMAFile(plain, "wb")
    elif suffix == ".zst":
        module = require("zstandard", "writing a .zst file", "zstd")
        packed = module.ZstdCompressor().stream_writer(plain, closefd=False)
    else:
        return plain
    return cast(IO[bytes], stack.enter_context(packed))
