"""The folder of a study: its text, workspaces, results and records."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..bundles.writing import LOCK, held
from ..errors import WordvecError
from ..runtime.disk import advice_on, read_small, write_whole

SUFFIX = ".study"
SETTINGS = "settings.toml"
_OURS = {
    SETTINGS,
    LOCK,
    "text",
    "train.wvt",
    "lm.wvt",
    "results",
    "records",
    "logs",
    "report.json",
    "report.html",
}


@dataclass(frozen=True)
class Record:
    """Record of a step that was run or started.

    Attributes
    ----------
    key : str
        Digest of the command and of all that it reads; with another key the record is of no use.
    status : {"running", "done", "failed"}
    reason : str
        Why it failed.
    digest : str
        Of what it has made.
    seconds : float or None
        Of the last attempt; of all attempts, where the command goes on from what one left.  Of what
        made the bundle, where the command found it made; None if that is not known.
    versions : dict
        Of the packages with which it was made.
    """

    key: str
    status: str
    reason: str = ""
    digest: str = ""
    seconds: float | None = None
    peak_bytes: int | None = None
    attempts: int = 1
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether all is of its type: records are files, which anybody can change."""
        texts = (self.key, self.status, self.reason, self.digest)
        return (
            all(isinstance(text, str) for text in texts)
            and (self.seconds is None or _is_amount(self.seconds, (int, float)))
            and (self.peak_bytes is None or _is_amount(self.peak_bytes, int))
            and _is_amount(self.attempts, int)
        )


def _is_amount(value: object, kinds: type | tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and 0 <= value < 1e18  # type: ignore[operator]


def is_study(corpus: Sequence[str]) -> bool:
    """Return whether what was given for a corpus is the folder of a study."""
    return len(corpus) == 1 and (Path(corpus[0]) / SETTINGS).is_file()


class StudyFolder:
    """A folder that a study has for itself.

    Parameters
    ----------
    path : path
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.text = self.path / "text"
        self.train = self.path / "train.wvt"
        self.lm = self.path / "lm.wvt"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder, which is made if there is none.

        Raises
        ------
        WordvecError
            If another process holds it, it holds other things, or it cannot be written.
        """
        if self.path.is_dir() and (others := set(os.listdir(self.path)) - _OURS):
            others = {name for name in others if not name.startswith(".")}
            if others and not is_study([str(self.path)]):
                raise WordvecError(
                    f"{self.path} holds other files ({', '.join(sorted(others)[:3])}); a study "
                    "needs its own folder: choose another -o"
                )
        self._check_links()
        folders = ("results", "records", "logs")
        with held(self.path, "study", "another wvt compare is running in", folders):
            yield

    def _check_links(self) -> None:
        """Refuse links in the folder: what a study writes stays inside of it."""
        inside = [self.path / name for name in _OURS]
        others = (self.path / name for name in ("results", "records", "logs"))
        for folder in (self.text, self.train, self.lm, *others):
            if folder.is_dir() and not folder.is_symlink():
                inside += folder.iterdir()
        if links := [path for path in inside if path.is_symlink()]:
            raise WordvecError(
                f"{links[0]} is a link; a study writes only inside of its own folder: remove it"
            )

    def write(self, name: str, text: str) -> None:
        """Write a file of the study, whole or not at all."""
        target = self.path / name
        try:
            write_whole(target, text.encode("utf-8"))
        except OSError as error:
            raise WordvecError(
                f"cannot write {target}: {error.strerror or error}; {advice_on(error)}, and run "
                "the same command again: finished steps are kept"
            ) from None

    def part(self, name: str) -> Path:
        """Return the path of a part of the text."""
        return self.text / f"{name}.txt"

    def inside(self, argument: str) -> str | None:
        """Return where in the study an argument points to, if it is a path of what it makes."""
        own, parts = self.path.parts, Path(argument).parts
        within = parts[len(own) :] if parts[: len(own)] == own else ()
        ours = {place.name for place in (self.text, self.train, self.lm)}
        return "/".join(within) if within and within[0] in ours else None

    def record(self, step: str) -> Record | None:
        """Return the record of a step; None if there is none that can be read."""
        try:
            found = json.loads(read_small(self.path / "records" / f"{step}.json"))
            record = Record(**found)
            return record if record.is_sound else None
        except (OSError, ValueError, TypeError, RecursionError):
            return None

    def keep(self, step: str, record: Record) -> None:
        """Write the record of a step."""
        self.write(f"records/{step}.json", json.dumps(asdict(record), indent=1))

    def result_path(self, step: str) -> Path:
        """Return the path of the JSON that a step has printed."""
        return self.path / "results" / f"{step}.json"

    def log_path(self, step: str) -> Path:
        """Return the path of the log of a step."""
        return self.path / "logs" / f"{step}.txt"

    def result(self, step: str) -> Any:
        """Return what a step has printed; None if that is no JSON, or there is none."""
        try:
            return json.loads(read_small(self.result_path(step)))
        except (OSError, ValueError, RecursionError):
            return None
