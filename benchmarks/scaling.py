"""How time and memory grow with the text: 1, 4 and 17 million tokens, and 100 million synthetic.

python benchmarks/scaling.py [--synthetic 100000000]
"""

import json
from pathlib import Path

from _measure import WVT, parser, print_machine, run_command, scratch, synthetic, wikipedia


def first_tokens(text: Path, n: int, target: Path) -> Path:
    """Write the first lines of `text` that make up about `n` tokens."""
    with open(text, encoding="utf-8") as source, open(target, "w", encoding="utf-8") as out:
        while n > 0 and (line := source.readline()):
            out.write(line)
            n -= len(line.split())
    return target


def measure(name: str, text: Path, folder: Path, threads: int) -> None:
    done = run_command(
        [
            *WVT,
            "build-ppmi",
            str(text),
            "-o",
            str(folder / f"{name}.wvt"),
            "--tokenizer",
            "whitespace",
            "--min-count",
            "10",
            "--threads",
            str(threads),
            "--json",
        ]
    )
    steps = {step["name"]: step for step in json.loads(done.stdout)["steps"]}
    facts = steps["corpus"]["facts"]
    seconds = [f"{steps[step]['seconds']:.1f}" for step in ("corpus", "counts", "ppmi", "svd")]
    print(
        f"| {name} | {facts['n_tokens']:,} | {facts['n_words']:,} "
        f"| {steps['counts']['facts']['n_cells']:,} | "
        + " | ".join(seconds)
        + f" | {done.seconds:.1f} | {done.peak_bytes / 2**30:.2f} |",
        flush=True,
    )


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--synthetic", type=int, default=100_000_000, help="tokens; 0: none")
    arguments = options.parse_args()
    folder = scratch()
    text = wikipedia(arguments.data, folder)
    print_machine()
    print("| text | tokens | words | cells | corpus s | counts s | PPMI s | SVD s | all s | GiB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for millions in (1, 4):
        part = first_tokens(text, millions * 1_000_000, folder / f"{millions}.txt")
        measure(f"Wikipedia {millions} M", part, folder, arguments.threads)
    measure("Wikipedia 17 M", text, folder, arguments.threads)
    if arguments.synthetic:
        target = synthetic(arguments.synthetic, folder)
        measure("synthetic", target, folder, arguments.threads)


if __name__ == "__main__":
    main()
