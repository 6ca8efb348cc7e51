"""Kneser-Ney models of English Wikipedia, against KenLM's lmplz, as whole commands.

    python benchmarks/ngrams.py --kenlm PATH/TO/kenlm/build/bin
    python benchmarks/ngrams.py --kenlm PATH/TO/kenlm/build/bin --synthetic 100000000 \\
        --memory 2G --orders 5

Trains orders 3 and 5 from the text file to a usable model: for us a bundle, and once more with an
ARPA file next to it; for lmplz, which has no other output, the ARPA file.  Each side gets an empty
folder each time.  Prints seconds, peak memory, and the largest difference of the
probabilities of the first sentences.  With `--synthetic`, each side once, on made-up text of that
length, within the memory given (``wvt --memory``, ``lmplz -S``); the ARPA file of lmplz is written
to nowhere, to spare the disk.  The variable TMPDIR says where the files go: 100 million
tokens take 20 GB.
"""

import json
import re
import shutil
import statistics
import subprocess
from pathlib import Path

import numpy as np
from _measure import (
    WVT,
    Finished,
    MostDisk,
    add_kenlm,
    lmplz,
    parser,
    print_machine,
    run_command,
    scratch,
    synthetic,
    wikipedia,
)

from wordvec_toolkit.lm import NgramModel, read_arpa
from wordvec_toolkit.lm.language_model import EOS

SENTENCES = 2000


def print_side(name: str, runs: list[Finished], peer: list[Finished], asked: float) -> None:
    ratio = statistics.median(p.seconds / o.seconds for o, p in zip(runs, peer))
    memory = max(run.peak_bytes for run in runs) / max(run.peak_bytes for run in peer)
    print(
        f"{name}: ours {statistics.median(run.seconds for run in runs):.2f} s, lmplz "
        f"{statistics.median(run.seconds for run in peer):.2f} s, ratio {ratio:.2f} (asked "
        f"{asked:g}); peak memory {max(run.peak_bytes for run in runs) / 1e9:.2f} GB, lmplz "
        f"{max(run.peak_bytes for run in peer) / 1e9:.2f} GB, ratio {memory:.2f} (asked 1)"
    )


def main() -> None:
    options = parser(__doc__)
    add_kenlm(options)
    options.add_argument("--memory", default="10G", help="lmplz -S; with --synthetic, of both")
    options.add_argument("--orders", type=int, nargs="+", default=[3, 5])
    options.add_argument("--synthetic", type=int, default=0, metavar="TOKENS")
    arguments = options.parse_args()
    folder = scratch()
    threads = ["--threads", str(arguments.threads)]
    print_machine()
    if arguments.synthetic:
        text = synthetic(arguments.synthetic, folder)
        for order in arguments.orders:
            within_memory(text, order, arguments.memory, arguments.kenlm, folder)
        return
    text = wikipedia(arguments.data, folder)
    for order in arguments.orders:
        sides: dict[str, list[Finished]] = {"bundle": [], "bundle and ARPA": [], "lmplz": []}
        workspace, ours, theirs = folder / "w.wvt", folder / "ours.arpa", folder / "theirs.arpa"
        build = [*WVT, "build-ngram-lm", str(text), "--order", str(order), *threads]
        for _ in range(arguments.runs):
            for name, more in (("bundle and ARPA", ["--arpa", str(ours)]), ("bundle", [])):
                shutil.rmtree(workspace, ignore_errors=True)
                ours.unlink(missing_ok=True)
                sides[name].append(
                    run_command([*build, "-o", str(workspace), *more], stderr=subprocess.DEVNULL)
                )
            theirs.unlink(missing_ok=True)
            sides["lmplz"].append(
                run_command(
                    lmplz(arguments.kenlm, order, arguments.memory, text, theirs),
                    stderr=subprocess.DEVNULL,
                )
            )
        print_side(f"order {order}, bundle", sides["bundle"], sides["lmplz"], 3)
        print_side(f"order {order}, with ARPA", sides["bundle and ARPA"], sides["lmplz"], 1.5)
        compare(text, workspace / "ngram", theirs)


def within_memory(text: Path, order: int, memory: str, kenlm: Path, folder: Path) -> None:
    """Train a model of made-up text on each side, within the same memory, on one thread."""
    workspace = folder / "w.wvt"
    # Every word of it is frequent, so there are no discounts for order 1.
    fallback = ["--discount-fallback", "default"]
    ours = [*WVT, "build-ngram-lm", str(text), "-o", str(workspace), "--order", str(order)]
    theirs = lmplz(kenlm, order, memory, text, folder / "theirs.arpa")
    theirs[-1] = "/dev/null"
    print(
        f"| order {order}, {memory} | processor s | s | peak GB | disk GB |\n" + "| --- " * 5 + "|"
    )
    for name, command in (
        ("wvt", [*ours, "--memory", memory, "--threads", "1", *fallback, "--json"]),
        ("lmplz", [*theirs, "--discount_fallback"]),
    ):
        with MostDisk(folder) as disk:
            done = run_command(command, stderr=subprocess.DEVNULL)
        print(
            f"| {name} | {done.cpu_seconds:.0f} | {done.seconds:.0f} | {done.peak_bytes / 1e9:.2f} "
            f"| {disk.n_bytes / 1e9:.1f} |",
            flush=True,
        )
        if name == "wvt":
            steps = {step["name"]: step for step in json.loads(done.stdout)["steps"]}
            seconds = {step: found["seconds"] for step, found in steps.items()}
            print(f"    {seconds}, n-grams {steps['ngram']['facts']['n_ngrams']}", flush=True)
            shutil.rmtree(workspace)


def compare(text: Path, bundle: Path, arpa: Path) -> None:
    """Score the first sentences by our model and by KenLM's file, read by us."""
    with open(text, encoding="utf-8") as lines:
        sentences = [re.split(" ", next(lines).strip()) for _ in range(SENTENCES)]
    scores = []
    for model in (NgramModel.load(bundle), read_arpa(arpa)):
        ids = model.vocabulary.ids
        stream = [token for words in sentences for token in (*(ids[w] for w in words), EOS)]
        scores.append(model.token_logprobs(np.array(stream)) / np.log(10))
    print(
        f"largest difference of log10 probabilities in {len(scores[0]):,} tokens: "
        f"{np.abs(scores[0] - scores[1]).max():.1e}"
    )


if __name__ == "__main__":
    main()
