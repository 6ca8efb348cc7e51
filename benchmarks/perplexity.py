"""Scoring a million tokens, against KenLM's query, as whole commands.

    python benchmarks/perplexity.py --kenlm PATH/TO/kenlm/build/bin
    python benchmarks/perplexity.py --kenlm PATH/TO/kenlm/build/bin --tokens 8000000

English Wikipedia without its last tokens (a million, or `--tokens`) trains a model on each side
(for KenLM one of hash tables, ``build_binary probing``, its fastest); then both score these,
starting the program and opening the model included.  KenLM's query prints the sums alone (``-v
summary``), and once more every token, too (``-v word``).  The perplexities should agree to the last
digit shown.
"""

import re
import subprocess
from pathlib import Path

from _measure import (
    WVT,
    Finished,
    add_kenlm,
    lmplz,
    parser,
    print_machine,
    print_ratio,
    run_command,
    scratch,
    wikipedia,
)


def split(text: Path, n_tokens: int, folder: Path) -> tuple[Path, Path]:
    """Write the text without its last tokens, and these."""
    lines = text.read_bytes().splitlines(keepends=True)
    n = 0
    cut = len(lines)
    while n < n_tokens:
        cut -= 1
        n += len(lines[cut].split())
    paths = folder / "train.txt", folder / "test.txt"
    for path, part in zip(paths, (lines[:cut], lines[cut:])):
        path.write_bytes(b"".join(part))
    return paths


def main() -> None:
    options = parser(__doc__)
    add_kenlm(options)
    options.add_argument("--memory", default="4G", help="lmplz -S")
    options.add_argument("--tokens", type=int, default=1_000_000, help="to score")
    options.add_argument("--orders", type=int, nargs="+", default=[3, 5])
    arguments = options.parse_args()
    folder = scratch()
    train, test = split(wikipedia(arguments.data, folder), arguments.tokens, folder)
    print_machine()
    quiet = {"stderr": subprocess.DEVNULL}
    for order in arguments.orders:
        workspace, arpa, binary = (folder / f"{order}.{end}" for end in ("wvt", "arpa", "bin"))
        run_command(
            [*WVT, "build-ngram-lm", str(train), "-o", str(workspace), "--order", str(order)],
            **quiet,
        )
        run_command(lmplz(arguments.kenlm, order, arguments.memory, train, arpa), **quiet)
        run_command(
            [str(arguments.kenlm / "build_binary"), "probing", str(arpa), str(binary)], **quiet
        )
        arpa.unlink()
        ours = [
            *WVT,
            "eval-perplexity",
            str(workspace),
            "--dataset",
            str(test),
            "--threads",
            str(arguments.threads),
        ]
        sides: dict[str, list[Finished]] = {"ours": [], "summary": [], "word": []}
        run_command(ours, **quiet)  # compile
        for _ in range(arguments.runs):
            sides["ours"].append(run_command(ours, **quiet))
            for level in ("summary", "word"):
                query = [str(arguments.kenlm / "query"), "-v", level, "-v", "summary", str(binary)]
                with open(test, "rb") as stream:
                    sides[level].append(run_command(query, stdin=stream, **quiet))
        seconds = {name: [run.seconds for run in runs] for name, runs in sides.items()}
        for level in ("summary", "word"):
            print_ratio(f"order {order}, query -v {level}", seconds["ours"], seconds[level], 1)
        row = sides["ours"][0].stdout.splitlines()[1].split("\t")
        theirs = re.findall(r"Perplexity .*?:\s*([\d.]+)", sides["summary"][0].stdout)
        print(
            f"  perplexity {row[2]}, without OOV {row[4]}; query "
            + ", ".join(f"{float(value):.2f}" for value in theirs)
            + f"; {int(row[7]):,} tokens, {int(row[9]):,} OOV; peak memory "
            + ", ".join(
                f"{name} {max(run.peak_bytes for run in runs) / 1e9:.2f} GB"
                for name, runs in sides.items()
            )
        )


if __name__ == "__main__":
    main()
