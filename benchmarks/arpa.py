"""ARPA files: written, and read against KenLM; time, and the same scores.

    python benchmarks/arpa.py --kenlm PATH/TO/kenlm/build/bin
    python benchmarks/arpa.py --model corpus.wvt/ngram

Trains an order-3 model of English Wikipedia (or takes a model that is given), writes it plain and
with gzip, and reads it: ours, KenLM's Python module, and, with --kenlm, its build_binary (which
writes its own file, too).  The module and build_binary are installed and built apart.
"""

import importlib.util
import subprocess
import time
from pathlib import Path

import numpy as np
from _measure import add_kenlm, in_turn, parser, print_machine, print_ratio, scratch, wikipedia

import wordvec_toolkit as wvt

SENTENCES = 2000
SMALL = """\
\\data\\
ngram 1=1
ngram 2=1

\\1-grams:
-1\ta

\\2-grams:
-1\ta a

\\end\\
"""


def write(model: wvt.lm.NgramModel, path: Path, threads: int) -> None:
    started = time.perf_counter()
    wvt.lm.write_arpa(model, path, overwrite=True, threads=threads)
    seconds = time.perf_counter() - started
    print(
        f"{path.name} written: {seconds:.2f} s, {len(model.trie) / seconds / 1e6:.1f} M n-grams/s, "
        f"{path.stat().st_size / 1e6:,.0f} MB"
    )


def compare_scores(model: wvt.lm.NgramModel, path: Path) -> None:
    """Score sentences of words that were drawn by their probability alone, ours and KenLM's."""
    import kenlm

    peer = kenlm.Model(str(path))
    rng = np.random.default_rng(0)
    chances = np.exp(model.logprobs[: len(model.vocabulary)])
    chances[:3] = 0
    ids = rng.choice(len(chances), (SENTENCES, 20), p=chances / chances.sum())
    largest = 0.0
    for sentence in ids:
        found = model.token_logprobs(np.append(sentence, 2)) / np.log(10)
        text = " ".join(model.vocabulary.word(place) for place in sentence)
        expected = [logprob for logprob, _, _ in peer.full_scores(text)]
        largest = max(largest, float(np.abs(found - expected).max()))
    print(f"largest difference to KenLM in {ids.size + len(ids):,} tokens: {largest:.1e} (log10)")


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--order", type=int, default=3)
    options.add_argument("--model", type=Path, help="bundle of an n-gram model")
    add_kenlm(options, required=False)
    arguments = options.parse_args()
    folder, threads = scratch(), arguments.threads
    print_machine()
    if arguments.model:
        model = wvt.lm.NgramModel.load(arguments.model)
    else:
        text = wikipedia(arguments.data, folder)
        corpus = wvt.encode_corpus([str(text)], tokenizer="whitespace", min_count=1)
        model = wvt.train_ngram_model(corpus, order=arguments.order, threads=threads)
    print(model)
    path, small = folder / "model.arpa", folder / "small.arpa"
    small.write_text(SMALL)
    for _ in range(2):  # compile, for bundles too
        wvt.lm.write_arpa(wvt.lm.read_arpa(small), folder / "again.arpa", overwrite=True)
    for _ in range(arguments.runs):
        write(model, path, threads)
    write(model, folder / "model.arpa.gz", threads)
    again = wvt.lm.read_arpa(path, threads=threads)
    same = all(
        np.allclose(getattr(again, name), getattr(model, name), rtol=2e-7, atol=1e-30)
        for name in ("logprobs", "backoffs")
    )
    print(
        f"read again: the same n-grams: {np.array_equal(again.trie.words, model.trie.words)}, "
        f"the same numbers to 7 digits: {same}"
    )
    sides = {"ours": lambda: wvt.lm.read_arpa(path, threads=threads)}
    if importlib.util.find_spec("kenlm"):
        import kenlm

        sides["module"] = lambda: kenlm.Model(str(path))
        compare_scores(again, path)
    if arguments.kenlm:
        command = [str(arguments.kenlm / "build_binary"), str(path), str(folder / "binary")]
        sides["build_binary"] = lambda: subprocess.run(command, check=True, capture_output=True)
    seconds = in_turn(arguments.runs, **sides)
    for name in ("module", "build_binary"):
        if name in seconds:
            print_ratio(f"read, against KenLM's {name}", seconds["ours"], seconds[name], 1)


if __name__ == "__main__":
    main()
