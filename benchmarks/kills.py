"""A study that is killed over and over ends in the report of one that is not.

    python benchmarks/kills.py --studies 4 --kills 10

Kills ``wvt compare`` and all that it runs (SIGKILL) at moments drawn by lot, starts it again, and
compares the report with that of a run in one go, but for times and memory.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _measure import parser, print_machine

SETTINGS = """
corpus = "lee"
similarity = ["wordsim353"]
[text]
min-count = 10
[vectors]
dim = 30
[glove]
epochs = 20
[skip-gram]
epochs = 2
[cbow]
epochs = 2
[fasttext]
epochs = 1
[ngram]
order = 3
[lstm]
hidden-dim = 60
epochs = 3
[map]
words = 200
method = "pca"
[diagnose]
positions = 8
steps = 10
jacobians = 1
"""


def start(folder: Path, name: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "wordvec_toolkit.cli", "compare", "--settings", "kills.toml"]
    return subprocess.Popen(
        [*command, "-o", name], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def report_of(folder: Path, name: str) -> Any:
    """Return a report without what is measured again each time, and without its own name."""

    def what_repeats(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                k: what_repeats(v) for k, v in value.items() if k not in ("cost", "made", "command")
            }
        return [what_repeats(v) for v in value] if isinstance(value, list) else value

    text = (folder / name / "report.json").read_text("utf-8")
    return what_repeats(json.loads(text.replace(name, "a.study")))


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("--studies", type=int, default=4)
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    print_machine("gensim", "torch")
    draw = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "kills.toml").write_text(SETTINGS)
        started = time.perf_counter()
        start(folder, "a.study").wait()
        seconds = time.perf_counter() - started
        whole = report_of(folder, "a.study")
        print(f"in one go: {seconds:.0f} s")
        for number in range(chosen.studies):
            name, n_killed = f"k{number}.study", 0
            while n_killed < chosen.kills:
                process = start(folder, name)
                try:
                    process.wait(draw.uniform(0.2, 2.5 * seconds / chosen.kills + 1))
                    break  # it has come to its end
                except subprocess.TimeoutExpired:
                    os.kill(process.pid, signal.SIGKILL)
                    process.wait()
                    n_killed += 1
            start(folder, name).wait()
            same = report_of(folder, name) == whole
            print(f"killed {n_killed} times: the same report: {same}", flush=True)


if __name__ == "__main__":
    main()
