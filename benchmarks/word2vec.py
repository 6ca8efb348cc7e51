"""``wvt build-word2vec`` on English Wikipedia, against gensim fed with the text file.

    python benchmarks/word2vec.py --tokens 3000000 --epochs 1

Text file to vectors on disk, as commands of their own; then both are scored by this toolkit.  The
peer reads with `LineSentence`, as gensim's documents advise.  Also how fast either hands sentences
on without training, and fastText.
"""

import resource
import sys
import time
from pathlib import Path

import numpy as np
from _measure import WVT, parser, print_machine, print_ratio, run_command, scratch, wikipedia

from wordvec_toolkit import (
    WordVectors,
    encode_corpus,
    evaluate_analogies,
    evaluate_similarity,
    load,
)
from wordvec_toolkit.neural.word_vectors.token_lists import WordLists
from wordvec_toolkit.text import Vocabulary

PEER = """
import sys
from gensim.models import FastText, Word2Vec
from gensim.models.word2vec import LineSentence
model, text, target, epochs, workers, method = sys.argv[1:]
kind = {"word2vec": Word2Vec, "fasttext": FastText}[model]
made = kind(LineSentence(text), vector_size=300, window=5, min_count=10, seed=0,
            sg=int(method == "skip-gram"), epochs=int(epochs), workers=int(workers))
made.wv.save_word2vec_format(target, binary=True)
"""


def first_tokens(text: Path, n_tokens: int, target: Path) -> Path:
    """Copy whole lines up to `n_tokens`."""
    left = n_tokens
    with open(text, "rb") as lines, open(target, "wb") as out:
        for line in lines:
            out.write(line)
            left -= len(line.split())
            if left <= 0:
                break
    return target


def read_peer(path: Path) -> WordVectors:
    from gensim.models import KeyedVectors

    theirs = KeyedVectors.load_word2vec_format(str(path), binary=True)
    counts = np.array([theirs.get_vecattr(word, "count") for word in theirs.index_to_key])
    return WordVectors(Vocabulary(theirs.index_to_key, counts), theirs.vectors)


def scores(vectors: WordVectors) -> str:
    similar = [evaluate_similarity(vectors, name) for name in ("wordsim353", "simlex999")]
    google = evaluate_analogies(vectors, "google", "3cosadd").total
    return (
        f"WordSim-353 {similar[0].spearman:.3f}, SimLex {similar[1].spearman:.3f}, "
        f"Google {google.accuracy:.3f} of {google.n:,} questions"
    )


def print_feeds(text: Path) -> None:
    """Print how many tokens a second reach the trainer."""
    from gensim.models.word2vec import LineSentence

    corpus = encode_corpus(str(text), "whitespace", min_count=10)
    rates = []
    for sentences in (WordLists(corpus), LineSentence(str(text))):
        started = time.perf_counter()
        n_tokens = sum(map(len, sentences))
        rates.append(n_tokens / (time.perf_counter() - started) / 1e6)
    print(f"sentences alone: ours {rates[0]:.1f} M tokens/s, LineSentence {rates[1]:.1f}")


def _busy() -> float:
    """Return the processor seconds of all commands so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--tokens", type=int, default=3_000_000)
    options.add_argument("--epochs", type=int, default=1)
    options.add_argument(
        "--models", nargs="+", default=["word2vec", "fasttext"], choices=["word2vec", "fasttext"]
    )
    options.add_argument("--method", default="skip-gram", choices=["skip-gram", "cbow"])
    options.set_defaults(runs=1)
    arguments = options.parse_args()
    folder = scratch()
    whole = wikipedia(arguments.data, folder)
    text = first_tokens(whole, arguments.tokens, folder / "text.txt")
    print_machine("gensim")
    print_feeds(text)
    for model in arguments.models:
        before = _busy()
        bundle = {"fasttext": "fasttext", "word2vec": "sgns"}[model]
        if model == "word2vec" and arguments.method == "cbow":
            bundle = "cbow"
        ours, peer, peaks, busy = [], [], [], []
        for run in range(arguments.runs):
            workspace, binary = folder / f"{model}{run}.wvt", folder / f"{model}.bin"
            done = run_command(
                [
                    *WVT,
                    f"build-{model}",
                    str(text),
                    "-o",
                    str(workspace),
                    "--tokenizer",
                    "whitespace",
                    "--min-count",
                    "10",
                    "--epochs",
                    str(arguments.epochs),
                    "--method",
                    arguments.method,
                    "--threads",
                    str(arguments.threads),
                    "--json",
                ]
            )
            ours.append(done.seconds)
            peaks.append([done.peak_bytes])
            busy.append([_busy()])
            done = run_command(
                [
                    sys.executable,
                    "-c",
                    PEER,
                    model,
                    str(text),
                    str(binary),
                    str(arguments.epochs),
                    str(arguments.threads),
                    arguments.method,
                ]
            )
            peer.append(done.seconds)
            peaks[-1].append(done.peak_bytes)
            busy[-1].append(_busy())
        print_ratio(f"build-{model} / gensim, {arguments.threads} workers", ours, peer, 1)
        spent = np.diff([before, *np.ravel(busy)]).reshape(-1, 2).mean(axis=0)
        print("processor seconds: ours {:.1f}, gensim {:.1f}".format(*spent))
        print("peak memory: ours {:.2f} GiB, gensim {:.2f} GiB".format(*np.max(peaks, 0) / 2**30))
        print("ours:  ", scores(load(workspace / bundle)))
        print("gensim:", scores(read_peer(binary)), flush=True)


if __name__ == "__main__":
    main()
