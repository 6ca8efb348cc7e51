"""Kneser-Ney models of English Wikipedia, against KenLM's lmplz, as whole commands.

    python benchmarks/ngrams.py --kenlm PATH/TO/kenlm/build/bin
    python benchmarks/ngrams.py --kenlm PATH/TO/kenlm/build/bin --synthetic 100000000

Trains orders 3 and 5 from the text file to a usable model: for us a bundle, and once more with an
ARPA file next to it; for lmplz, which has no other output, the ARPA file.  Each side gets an empty
folder each time.  Prints seconds, peak memory, and the largest difference of the
probabilities of the first sentences.  With `--synthetic`, only time and memory of order 5 of so
many tokens of made-up text.
"""

import re
import shutil
import statistics
import subprocess
from pathlib import Path

import numpy as np
from _measure import (
    WVT,
    Finished,
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
    options.add_argument("--memory", default="10G", help="lmplz -S")
    options.add_argument("--orders", type=int, nargs="+", default=[3, 5])
    options.add_argument("--synthetic", type=int, default=0, metavar="TOKENS")
    arguments = options.parse_args()
    folder = scratch()
    threads = ["--threads", str(arguments.threads)]
    print_machine()
    if arguments.synthetic:
        text = synthetic(arguments.synthetic, folder)
        # Every word of it is frequent, so there are no discounts for order 1.
        done = run_command(
            [*WVT, "build-ngram-lm", str(text), "--discount-fallback", "default", *threads],
            stderr=subprocess.DEVNULL,
        )
        print(f"order 5: {done.seconds:.1f} s, peak memory {done.peak_bytes / 2**30:.1f} GiB")
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
