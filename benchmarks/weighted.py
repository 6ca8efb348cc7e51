"""Count-based vectors against skip-gram, CBOW and GloVe: quality, time and memory, from text.

    python benchmarks/weighted.py [--tokens 17] [--only REGEX] [--text FILE] [--sets FOLDER]
    python benchmarks/weighted.py --curve 1,4,17   # sizes in million tokens; skip-gram 5 epochs

English Wikipedia by default, or any tokenised text (`--text`), words seen 10 times or more, 300
dimensions, one process a model, each from the text to its vectors in a workspace of its own.
Prints a line for each model as it is done: processor seconds (which other work on the machine
disturbs little) and peak memory of its process, the ratio of its processor seconds to those of
skip-gram with 5 epochs, and the scores on all items (`weighted_search.Judge`; with `--sets`, also
on sets that are not in the folder of data).  With `--korean`, on Korean sets.
"""

import json
import re
from pathlib import Path

from _measure import WVT, Finished, parser, print_machine, run_command, scratch, wikipedia
from scaling import first_tokens
from weighted_search import Judge

from wordvec_toolkit import load

GENSIM = ("build-word2vec", "--dim", "300", "--window", "5", "--negative", "5")
#: Model -> command and options, and the bundle that it makes.
MODELS: dict[str, tuple[tuple[str, ...], str]] = {
    "default": (("build-ppmi",), "svd"),
    "weighted": (("build-weighted",), "weighted"),
    "two-views": (("build-svd", "--recipe", "two-views"), "svd-two-views"),
    "weighted two-views": (("build-weighted", "--views", "two"), "weighted-two-views"),
    "GloVe": (("build-glove",), "glove"),
    **{
        f"{method}, {epochs} epochs, subsample {subsample}{f', {layer}' * (layer != 'input')}": (
            (
                *GENSIM,
                *("--method", method, "--epochs", str(epochs)),
                *("--subsample", subsample, "--layer", layer),
            ),
            "sgns" if method == "skip-gram" else "cbow",
        )
        for method in ("skip-gram", "cbow")
        for epochs in (5, 15)
        for subsample in ("1e-3", "1e-4", "0")
        for layer in ("input", "sum")
    },
}
#: Of the curve over sizes.
CURVE = ("default", "weighted", "two-views", "weighted two-views")
SKIP_GRAM = "skip-gram, 5 epochs, subsample 1e-4"


def build(label: str, text: Path, workspace: Path, threads: int, tokenizer: str) -> Finished:
    """Build a model from text."""
    command, _ = MODELS[label]
    reading = ("--tokenizer", tokenizer, "--min-count", "10", "--threads", str(threads))
    return run_command([*WVT, command[0], str(text), "-o", str(workspace), *command[1:], *reading])


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--text", type=Path, help="a tokenised text in place of Wikipedia")
    options.add_argument("--tokens", type=float, default=17, help="millions, from the beginning")
    options.add_argument("--curve", default="", help="sizes in millions, with commas")
    options.add_argument("--only", default="", help="labels that match this regular expression")
    options.add_argument("--sets", type=Path, help="folder of more test sets")
    options.add_argument("--korean", action="store_true", help="the text and the sets are Korean")
    options.add_argument("--tokenizer", default="whitespace")
    options.add_argument("--keep", type=Path, help="keep workspaces here, and results as JSON")
    arguments = options.parse_args()
    folder = arguments.keep or scratch()
    folder.mkdir(parents=True, exist_ok=True)
    whole = arguments.text or wikipedia(arguments.data, folder)
    print_machine("gensim")
    judge = Judge(arguments.data, arguments.sets, mul=True, korean=arguments.korean)
    sizes = [float(size) for size in arguments.curve.split(",") if size] or [arguments.tokens]
    labels = [*CURVE, SKIP_GRAM] if arguments.curve else [*MODELS]
    is_first = True
    for size in sizes:
        text = first_tokens(whole, int(size * 1_000_000), folder / f"first-{size:g}.txt")
        seconds: dict[str, float] = {}
        # skip-gram first, since times are given as ratios to its
        for label in sorted(labels, key=lambda label: label != SKIP_GRAM):
            if not re.search(arguments.only, label):
                continue
            workspace = folder / f"{size:g}-{re.sub('[^a-z0-9]+', '-', label.lower())}.wvt"
            done = build(label, text, workspace, arguments.threads, arguments.tokenizer)
            seconds[label] = done.cpu_seconds
            scores = judge(load(workspace / MODELS[label][1]))
            shown = [name for name in scores if ":" not in name and not name.startswith("half")]
            if is_first:
                print(f"| M tokens | model | {' | '.join(shown)} | cpu s | GiB | of skip-gram |")
                print("| --- " * (len(shown) + 5) + "|")
                is_first = False
            ratio = done.cpu_seconds / seconds[SKIP_GRAM] if SKIP_GRAM in seconds else float("nan")
            cells = " | ".join(f"{scores[name]:.3f}" for name in shown)
            print(
                f"| {size:g} | {label} | {cells} | {done.cpu_seconds:.0f} "
                f"| {done.peak_bytes / 2**30:.2f} | {ratio:.2f} |",
                flush=True,
            )
            if arguments.keep:
                result = {"label": label, "tokens": size, "cpu_seconds": done.cpu_seconds}
                result |= {"peak_bytes": done.peak_bytes, **scores}
                with open(folder / "results.jsonl", "a", encoding="utf-8") as out:
                    out.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
