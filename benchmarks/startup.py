"""What a user waits for besides the work: ``wvt --help``, a query, compiling the kernels once.

    python benchmarks/startup.py

Also checks that runs with 1 and 2 threads leave the same bytes, on English Wikipedia.
"""

import hashlib
import json
import os
import statistics
import sys
from pathlib import Path

from _measure import WVT, parser, print_machine, run_command, scratch, wikipedia


def digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            total.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def main() -> None:
    arguments = parser(__doc__).parse_args()
    folder = scratch()
    print_machine()
    helps = [run_command([*WVT, "--help"]).seconds for _ in range(arguments.runs)]
    print(f"wvt --help: {statistics.median(helps):.2f} s (asked 0.3)")

    def build(name: str, cache: str) -> float:
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder / cache)}
        command = [*WVT, "build-ppmi", "lee", "-o", str(folder / name), "--json"]
        return run_command(command, env=environment).seconds

    cold = [build(f"cold{i}.wvt", f"cache{i}") for i in range(arguments.runs)]
    warm = [build(f"warm{i}.wvt", "cache0") for i in range(arguments.runs)]
    print(
        f"wvt build-ppmi lee: {statistics.median(cold):.1f} s with every kernel to compile, "
        f"{statistics.median(warm):.1f} s after that: compiling takes "
        f"{statistics.median(cold) - statistics.median(warm):.1f} s (asked 20)"
    )
    query = [*WVT, "neighbors", str(folder / "warm0.wvt"), "australia", "--json"]
    queries = [run_command(query).seconds for _ in range(arguments.runs)]
    print(f"wvt neighbors: {statistics.median(queries):.2f} s (asked 0.6)")
    for what, first in (("as ever", ""), ("not at all, as in wvt", "startup.prepare(); ")):
        code = f"from wordvec_toolkit.runtime import startup; {first}import numba.np.arraymath"
        command = [sys.executable, "-c", code]
        opened = [run_command(command).seconds for _ in range(arguments.runs)]
        print(f"Numba's tables, BLAS looked for {what}: {statistics.median(opened):.2f} s")

    text = wikipedia(arguments.data, folder)
    digests = set()
    for i, threads in enumerate((1, 2, 2)):
        workspace = folder / f"threads{i}.wvt"
        done = run_command(
            [
                *WVT,
                "build-ppmi",
                str(text),
                "-o",
                str(workspace),
                "--tokenizer",
                "whitespace",
                "--min-count",
                "10",
                "--threads",
                str(threads),
                "--json",
            ]
        )
        seconds = json.loads(done.stdout)["seconds"]
        digests.add(digest(workspace))
        print(f"{threads} threads: {seconds:.1f} s, sha256 of all bundles {digest(workspace)[:16]}")
    print("byte-identical" if len(digests) == 1 else "NOT IDENTICAL")


if __name__ == "__main__":
    main()
