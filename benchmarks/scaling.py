"""How time, memory and disk grow with the text.

    python benchmarks/scaling.py [--synthetic 100000000]
    python benchmarks/scaling.py --growing 17 50 170 500 1000 --memory 8G -- \\
        --min-count 50 --max-contexts 50000 --dim 0

The first builds PPMI-SVD vectors of 1, 4 and 17 million tokens of Wikipedia, and of synthetic text.
The second takes millions of tokens of text whose vocabulary grows as that of Korean Wikipedia
(``corpora/planted.py``), a budget, and options of `wvt build-ppmi` behind ``--``.  With
``--orders 2 3``, it also builds n-gram models of each text; one that cannot fit is refused in a
sentence, which is printed.  A text of 1,000 million tokens takes 8 GB of disk, and its build about
40 more; the variable TMPDIR says where.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from _measure import (
    WVT,
    Finished,
    growing,
    parser,
    print_machine,
    run_command,
    scratch,
    synthetic,
    wikipedia,
)

STEPS = ("corpus", "counts", "ppmi", "svd")


def first_tokens(text: Path, n: int, target: Path) -> Path:
    """Write the first lines of `text` that make up about `n` tokens."""
    with open(text, encoding="utf-8") as source, open(target, "w", encoding="utf-8") as out:
        while n > 0 and (line := source.readline()):
            out.write(line)
            n -= len(line.split())
    return target


def measure(name: str, text: Path, workspace: Path, options: list[str]) -> None:
    build = [*WVT, "build-ppmi", str(text), "-o", str(workspace), "--tokenizer", "whitespace"]
    done = run_command([*build, *options, "--json"])
    steps = {step["name"]: step for step in json.loads(done.stdout)["steps"]}
    facts = steps["corpus"]["facts"]
    seconds = [f"{steps[step]['seconds']:.1f}" if step in steps else "" for step in STEPS]
    n_bytes = sum(path.stat().st_size for path in workspace.rglob("*") if path.is_file())
    print(
        f"| {name} | {facts['n_tokens']:,} | {facts['n_types']:,} | {facts['n_words']:,} "
        f"| {steps['counts']['facts']['n_cells']:,} | "
        + " | ".join(seconds)
        + f" | {done.seconds:.1f} | {done.cpu_seconds:.1f} | {done.peak_bytes / 2**30:.2f} "
        f"| {n_bytes / 2**30:.1f} |",
        flush=True,
    )


def measure_ngrams(workspace: Path, order: int, options: list[str]) -> None:
    """Build an n-gram model of the text of a workspace."""
    build = [*WVT, "build-ngram-lm", str(workspace), "--order", str(order), "--json", *options]
    asked = [*build, "--discount-fallback", "default", "--name", f"order-{order}"]
    with open(workspace.with_suffix(".log"), "w+") as log:
        try:
            done: Finished | None = run_command(asked, stderr=log)
        except SystemExit:
            done = None
        log.seek(0)
        said = log.read().strip().splitlines()
    if done is None:
        print(f"order {order}: {said[-1] if said else 'failed'}", flush=True)
        return
    sizes = json.loads(done.stdout)["steps"][-1]["facts"]["n_ngrams"]
    print(
        f"order {order}: {sum(sizes):,} n-grams, {done.seconds:.1f} s, {done.cpu_seconds:.1f} "
        f"processor s, {done.peak_bytes / 2**30:.2f} GiB",
        flush=True,
    )
    shutil.rmtree(workspace / f"ngram-order-{order}")


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--synthetic", type=int, default=100_000_000, help="tokens; 0: none")
    options.add_argument("--growing", type=int, nargs="+", metavar="MILLIONS", default=[])
    options.add_argument("--memory", help="budget of each build")
    options.add_argument("--orders", type=int, nargs="+", default=[])
    own = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    given = sys.argv[len(own) + 2 :]
    arguments = options.parse_args(own)
    folder = scratch()
    budget = ["--threads", str(arguments.threads)]
    budget += ["--memory", arguments.memory] if arguments.memory else []
    print_machine()
    print(subprocess.run([*WVT, "--version"], capture_output=True, text=True).stdout.strip())
    print(
        "| text | tokens | types | words | cells | corpus s | counts s | PPMI s | SVD s | all s "
        "| processor s | GiB | disk GiB |"
    )
    print("| --- " * 13 + "|")
    for millions in arguments.growing:
        text, workspace = growing(millions * 1_000_000, folder), folder / "growing.wvt"
        measure(f"growing {millions} M", text, workspace, [*budget, *given])
        text.unlink()
        for order in arguments.orders:
            measure_ngrams(workspace, order, budget)
        shutil.rmtree(workspace)
    if arguments.growing:
        return
    text, more = wikipedia(arguments.data, folder), [*budget, "--min-count", "10", *given]
    for millions in (1, 4):
        part = first_tokens(text, millions * 1_000_000, folder / f"{millions}.txt")
        measure(f"Wikipedia {millions} M", part, folder / f"{millions}.wvt", more)
    measure("Wikipedia 17 M", text, folder / "17.wvt", more)
    if arguments.synthetic:
        measure("synthetic", synthetic(arguments.synthetic, folder), folder / "s.wvt", more)


if __name__ == "__main__":
    main()
