"""What the benchmarks share: finding the data and the peer, timing in turn, printing ratios."""

import argparse
import importlib.metadata
import lzma
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def parser(description: str) -> argparse.ArgumentParser:
    """Options that every benchmark takes."""
    result = argparse.ArgumentParser(description=description)
    result.add_argument("--runs", type=int, default=3, help="how often each side runs, in turn")
    result.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    result.add_argument(
        "--data",
        type=Path,
        default=os.environ.get("WVT_DATA"),
        help="folder with corpora/enwiki-17m.txt.xz (default: the variable WVT_DATA)",
    )
    return result


def wikipedia(data: Path | None, folder: Path) -> Path:
    """Unpack enwiki-17m into `folder`."""
    if data is None:
        sys.exit("set WVT_DATA, or give --data: the folder with corpora/enwiki-17m.txt.xz")
    target = folder / "enwiki-17m.txt"
    if not target.exists():
        with lzma.open(Path(data) / "corpora" / "enwiki-17m.txt.xz") as packed:
            target.write_bytes(packed.read())
    return target


def penn_treebank(data: Path | None) -> Path:
    """Return the folder of ptb.train.txt, ptb.valid.txt and ptb.test.txt."""
    if data is None:
        sys.exit("set WVT_DATA, or give --data: the folder with lm/ptb/ptb.train.txt")
    return Path(data) / "lm" / "ptb"


def add_kenlm(options: argparse.ArgumentParser, required: bool = True) -> None:
    """Add the option that says where KenLM is."""
    options.add_argument("--kenlm", type=Path, required=required, help="folder of KenLM's programs")


def lmplz(kenlm: Path, order: int, memory: str, text: Path, arpa: Path) -> list[str]:
    """Return KenLM's command that trains a model; its temporary files go next to its output."""
    return [
        str(kenlm / "lmplz"),
        "-o",
        str(order),
        "-S",
        memory,
        "-T",
        str(arpa.parent),
        "--text",
        str(text),
        "--arpa",
        str(arpa),
    ]


_CORPORA = str(Path(__file__).parent.parent / "corpora")


def growing(n_tokens: int, folder: Path) -> Path:
    """Write `n_tokens` tokens of made-up text with ever new words (``corpora/planted.py``)."""
    sys.path.insert(0, _CORPORA)
    from planted import growing_text

    target = folder / "growing.txt"
    with open(target, "wb") as out:
        out.writelines(growing_text(n_tokens, 1))
    return target


def synthetic(n_tokens: int, folder: Path) -> Path:
    """Write `n_tokens` tokens of made-up text (``corpora/planted.py``)."""
    sys.path.insert(0, _CORPORA)
    from planted import topic_text

    target = folder / "synthetic.txt"
    with open(target, "w", encoding="utf-8") as out:
        out.writelines(topic_text(n_tokens, 1))
    return target


def scratch() -> Path:
    """Return an empty folder that goes away with the process."""
    folder = tempfile.TemporaryDirectory(prefix="wvt-benchmark-")
    _KEPT.append(folder)
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory] = []


def print_machine(*packages: str) -> None:
    """Print where and with what the figures were made."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    cores = len(os.sched_getaffinity(0))
    print(
        f"{time.strftime('%Y-%m-%d')}, {model}, {cores} cores, Python {platform.python_version()}"
    )
    names = ("wordvec_toolkit", "numpy", "scipy", "numba", *packages)
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in names))


def in_turn(runs: int, **sides: Callable[[], object]) -> dict[str, list[float]]:
    """Run the sides one after another, `runs` times; return seconds by side."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(runs):
        for name, run in sides.items():
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)
    return seconds


def print_ratio(what: str, ours: list[float], peer: list[float], asked: float) -> None:
    """Print medians, and the median of the ratios run by run."""
    ratio = statistics.median(p / o for o, p in zip(ours, peer))
    print(
        f"{what}: ours {statistics.median(ours):.2f} s, peer {statistics.median(peer):.2f} s, "
        f"ratio {ratio:.2f} (asked {asked:g})"
    )


@dataclass
class Finished:
    """A whole command, measured from outside."""

    seconds: float
    peak_bytes: int
    stdout: str
    cpu_seconds: float = 0.0


def run_command(command: list[str], **options: object) -> Finished:
    """Run a command and return its time and its own peak memory."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, **options)  # type: ignore[call-overload]
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed with status {process.returncode}")
    return Finished(seconds, usage.ru_maxrss * 1024, text, usage.ru_utime + usage.ru_stime)


class MostDisk:
    """Most disk taken while a ``with`` block runs, next to whatever else writes to that disk."""

    def __init__(self, folder: Path) -> None:
        self.n_bytes = 0
        self._folder, self._before = folder, shutil.disk_usage(folder).used
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._ended.wait(0.5):
            self.n_bytes = max(self.n_bytes, shutil.disk_usage(self._folder).used - self._before)

    def __enter__(self) -> "MostDisk":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


#: The installed command (not ``python -m``, which would look into the current folder first).
WVT = [str(Path(sys.executable).with_name("wvt"))]
