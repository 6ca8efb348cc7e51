"""The whole of ``wvt build-ppmi`` on English Wikipedia, against gensim's skip-gram.

    python benchmarks/pipeline.py

Text file to vectors on disk, as commands of their own; then both are scored by this toolkit on the
same test sets.  Skip-gram: 300 dimensions, window 5, negative sampling, min_count 10.
"""

import sys
from pathlib import Path

import numpy as np
from _measure import WVT, parser, print_machine, print_ratio, run_command, scratch, wikipedia

from wordvec_toolkit import WordVectors, evaluate_analogies, evaluate_similarity, load
from wordvec_toolkit.text import Vocabulary

SKIP_GRAM = """
import sys
from gensim.models import Word2Vec
text, target, epochs, workers = sys.argv[1:]
model = Word2Vec(corpus_file=text, vector_size=300, window=5, min_count=10, sg=1,
                 epochs=int(epochs), workers=int(workers), seed=1)
model.wv.save_word2vec_format(target, binary=True)
"""


def scores(vectors: WordVectors, data: Path) -> str:
    sets = [
        "wordsim353",
        *(data / "similarity" / f"EN-WS-353-{part}.txt" for part in ("SIM", "REL")),
    ]
    similar = [evaluate_similarity(vectors, name) for name in (*sets, "simlex999")]
    add = evaluate_analogies(vectors, "google", "3cosadd").total
    mul = evaluate_analogies(vectors, "google", "3cosmul").total
    return (
        "WordSim-353 {:.3f}, its similarity part {:.3f}, relatedness {:.3f}, SimLex {:.3f}".format(
            *(result.spearman for result in similar)
        )
        + f", Google {add.accuracy:.3f} | {mul.accuracy:.3f} of {add.n:,} questions"
    )


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--epochs", type=int, default=5)
    options.set_defaults(runs=1)
    arguments = options.parse_args()
    folder = scratch()
    text = wikipedia(arguments.data, folder)
    print_machine("gensim")
    ours, peer, peaks = [], [], []
    for run in range(arguments.runs):
        workspace, binary = folder / f"ours{run}.wvt", folder / "skip-gram.bin"
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
                str(arguments.threads),
                "--json",
            ]
        )
        ours.append(done.seconds)
        peaks.append(done.peak_bytes)
        done = run_command(
            [
                sys.executable,
                "-c",
                SKIP_GRAM,
                str(text),
                str(binary),
                str(arguments.epochs),
                str(arguments.threads),
            ]
        )
        peer.append(done.seconds)
        print(f"run {run + 1}: ours {ours[-1]:.1f} s, skip-gram {peer[-1]:.1f} s", flush=True)
    name = f"build-ppmi / gensim skip-gram, {arguments.epochs} epochs"
    print_ratio(name, ours, peer, 10)
    print(f"peak memory: {max(peaks) / 2**30:.2f} GiB (asked 2.5)")
    print("ours:     ", scores(load(workspace), arguments.data))
    from gensim.models import KeyedVectors

    theirs = KeyedVectors.load_word2vec_format(str(binary), binary=True)
    counts = np.array([theirs.get_vecattr(word, "count") for word in theirs.index_to_key])
    vectors = WordVectors(Vocabulary(theirs.index_to_key, counts), theirs.vectors)
    print("skip-gram:", scores(vectors, arguments.data))


if __name__ == "__main__":
    main()
