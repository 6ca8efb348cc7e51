"""Memory of a build without a budget and with one, the same bytes in both, and what a change costs.

    python benchmarks/memory.py TEXT [--memory 4G] [--add TEXT]
    python benchmarks/memory.py TEXT --memory 700M --order 3

Prints for each build its peak memory, processor seconds and disk, and says whether the bundles are
the same.  With --add, that text is added to the result (the first update reads the old text once
more, a second one does not), and compared with a build from both texts.  With --order, n-gram
models of that order are built in place of vectors.
"""

import hashlib
import json
import sys
from pathlib import Path

from _measure import WVT, Finished, MostDisk, parser, print_machine, run_command, scratch

STEPS = ("corpus", "counts", "ppmi", "svd")


def told(name: str, done: Finished, asked: str) -> None:
    print(
        f"| {name} | {done.peak_bytes / 1e9:.2f} | {done.cpu_seconds:.0f} | {done.seconds:.0f} "
        f"| {asked} |",
        flush=True,
    )


def bundles(workspace: Path, steps: tuple[str, ...] = STEPS) -> dict[str, str]:
    return {
        step: hashlib.sha256((workspace / step / "manifest.json").read_bytes()).hexdigest()
        for step in steps
    }


def main() -> None:
    options = parser(__doc__)
    options.add_argument("text")
    options.add_argument("--memory", default="4G")
    options.add_argument("--add", help="text that is added")
    options.add_argument("--order", type=int, help="of n-gram models")
    arguments = options.parse_args()
    folder = scratch()
    threads = ["--threads", str(arguments.threads), "--json"]
    print_machine()
    print("| build | peak GB | CPU s | s | asked |")
    print("| --- | --- | --- | --- | --- |")
    places = []
    for name, budget, asked in (
        ("without a budget", [], "6 GB"),
        (f"--memory {arguments.memory}", ["--memory", arguments.memory], "1.1 x the budget"),
    ):
        places.append(folder / f"{len(places)}.wvt")
        command = [*WVT, "build-ppmi", arguments.text]
        if arguments.order:
            command = [*WVT, "build-ngram-lm", arguments.text, "--order", str(arguments.order)]
            command += ["--discount-fallback", "default"]  # for made-up text
        with MostDisk(folder) as disk:
            done = run_command([*command, "-o", str(places[-1]), *budget, *threads])
        told(name, done, asked)
        seconds = {step["name"]: step["seconds"] for step in json.loads(done.stdout)["steps"]}
        print(f"    {seconds}, at most {disk.n_bytes / 1e9:.1f} GB of disk", flush=True)
    made = ("corpus", "ngram") if arguments.order else STEPS
    if bundles(places[0], made) != bundles(places[1], made):
        sys.exit("the budget has changed the result")
    print("the same bytes")
    if arguments.add is None:
        return
    both = folder / "both.wvt"
    told(
        "both texts",
        run_command(
            [*WVT, "build-ppmi", arguments.text, arguments.add, "-o", str(both), "--dim", "0"]
            + threads
        ),
        "",
    )
    update = [*WVT, "update", str(places[0]), *threads]
    told("update, the first", run_command([*update, "--add", arguments.add]), "")
    if bundles(both, STEPS[:3]) != bundles(places[0], STEPS[:3]):
        sys.exit("the update differs from a build")
    print("the same bytes")
    told("update, a later one", run_command([*update, "--remove", "1-10"]), "5 % of a build")


if __name__ == "__main__":
    main()
