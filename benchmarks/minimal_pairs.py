"""BLiMP by language models of enwiki-17m: n-grams, caches, an LSTM, and mixtures of them.

    python benchmarks/minimal_pairs.py --folder blimp-models
    python benchmarks/minimal_pairs.py --folder blimp-models --lstm-tokens 17000000

Reads corpora/enwiki-17m.txt.xz, minimal-pairs/blimp.tar.xz and blimp-published.jsonl (the figures
of Warstadt et al. 2020) in the data folder.  All models have the words that occur ten times; the
last 2,000 paragraphs are held out for the weights of mixtures.  The LSTM learns from the first
`--lstm-tokens` tokens alone.  Finished models in the folder are not built again.  Prints accuracy
on all pairs and by phenomenon next to the published ones, tests of differences, coverage, and how
long the pairs take.
"""

import json
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from _measure import parser, print_machine, wikipedia

import wordvec_toolkit as wvt
from wordvec_toolkit.evaluation import MinimalPairsResult, evaluate_minimal_pairs
from wordvec_toolkit.evaluation.minimal_pair_sets import MinimalPairSet, read_minimal_pairs
from wordvec_toolkit.lm.language_model import LanguageModel
from wordvec_toolkit.lm.mixed.mixture import fit_mixture
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.models.ngram_mixture import caches_for
from wordvec_toolkit.neural.recurrent.training import train_neural_lm
from wordvec_toolkit.text.corpus import EncodedCorpus

HELD_OUT = 2000  # paragraphs
PUBLISHED = {"ngram": "5-gram", "lstm": "LSTM"}


def part(corpus: EncodedCorpus, first: int, last: int) -> EncodedCorpus:
    """Return some sentences of a corpus."""
    offsets = np.asarray(corpus.sentences)[first : last + 1]
    ids = np.asarray(corpus.ids)[offsets[0] : offsets[-1]]
    offsets = offsets - offsets[0]
    return EncodedCorpus(corpus.vocabulary, ids, offsets, offsets[[0, -1]])


def blimp(data: Path, folder: Path) -> MinimalPairSet:
    """Unpack BLiMP and read it."""
    if not (folder / "blimp").exists():
        with tarfile.open(data / "minimal-pairs" / "blimp.tar.xz") as packed:
            packed.extractall(folder, filter="data")
    return read_minimal_pairs(folder / "blimp")


def print_table(results: Mapping[str, MinimalPairsResult], published: Path) -> None:
    """Print accuracy in per cent by phenomenon, with the published figures, as Markdown."""
    rows = [json.loads(line) for line in published.read_text().splitlines()]
    names = [*results, *(f"{name}, published" for name in PUBLISHED.values())]
    print(f"| phenomenon | pairs | with OOV | {' | '.join(names)} |")
    print("| --- " * (len(names) + 3) + "|")
    first = next(iter(results.values()))
    for group in first.phenomena:
        own = [row for row in rows if row["linguistics_term"] == group.name]
        cells = [
            next(g.accuracy for g in result.phenomena if g.name == group.name)
            for result in results.values()
        ]
        cells += [np.mean([row[name] for row in own]) for name in PUBLISHED]
        shown = " | ".join(f"{100 * cell:.1f}" for cell in cells)
        print(f"| {group.name.replace('_', ' ')} | {group.n:,} | {group.n_oov:,} | {shown} |")
    overall = next(row for row in rows if "overall" == row["UID"] == row["linguistics_term"])
    cells = [result.accuracy for result in results.values()] + [overall[n] for n in PUBLISHED]
    shown = " | ".join(f"**{100 * cell:.1f}**" for cell in cells)
    print(f"| all | {first.n:,} | {first.n_oov:,} | {shown} |")
    low_high = [f"{100 * r.low:.1f} to {100 * r.high:.1f}" for r in results.values()]
    print(f"| 95 % interval | | | {' | '.join(low_high)} | | |")
    known = [f"{100 * result.accuracy_without_oov:.1f}" for result in results.values()]
    print(f"| without OOV | {first.n - first.n_oov:,} | | {' | '.join(known)} | | |")
    shorter = [f"{100 * result.shorter:.0f}" for result in results.values()]
    print(f"| shorter preferred | {first.n_uneven:,} | | {' | '.join(shorter)} | | |")


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--folder", type=Path, default=Path("blimp-models"))
    options.add_argument("--lstm-tokens", type=int, default=4_000_000)
    options.add_argument("--hidden-dim", type=int, default=200)
    options.add_argument("--no-lstm", action="store_true", help="count-based models only")
    arguments = options.parse_args()
    folder = arguments.folder
    folder.mkdir(exist_ok=True)
    print_machine("torch")
    text = wikipedia(arguments.data, folder)
    corpus = wvt.encode_corpus(str(text), "words", min_count=10)
    n = corpus.n_sentences
    train, held_out = part(corpus, 0, n - HELD_OUT), part(corpus, n - HELD_OUT, n)
    valid = corpus_stream(held_out)
    if not (folder / "ngram").exists():
        wvt.train_ngram_model(train, order=5).save(folder / "ngram")
    if not (arguments.no_lstm or (folder / "lstm").exists()):
        last = int(np.searchsorted(np.asarray(train.sentences), arguments.lstm_tokens))
        train_neural_lm(
            part(train, 0, min(last, train.n_sentences)),
            threads=arguments.threads,
            softmax="adaptive",
            hidden_dim=arguments.hidden_dim,
            epochs=1,
            batch_size=40,
            dropout=0.0,
            input_dropout=0.0,
            output_dropout=0.1,
            embedding_dropout=0.0,
        ).save(folder / "lstm")
    ngram = wvt.load_language_model(folder / "ngram")
    caches = caches_for(ngram.vocabulary)
    models: dict[str, LanguageModel] = {
        "KN5": ngram,
        "KN5 + caches": fit_mixture([ngram, *caches], valid),
    }
    if not arguments.no_lstm:
        lstm = wvt.load_language_model(folder / "lstm")
        models |= {"LSTM": lstm, "KN5 + LSTM": fit_mixture([ngram, lstm], valid)}
    test = blimp(arguments.data, folder)
    results = {}
    for name, model in models.items():
        perplexity = np.exp(-model.token_logprobs(valid).mean())
        started = time.perf_counter()
        results[name] = evaluate_minimal_pairs(model, test, "words").replaced(model=name)
        seconds = time.perf_counter() - started
        print(f"{name}: held-out perplexity {perplexity:.1f}; pairs in {seconds:.1f} s", flush=True)
    print()
    print_table(results, arguments.data / "minimal-pairs" / "blimp-published.jsonl")
    print()
    for each in wvt.paired_test(list(results.values())):
        print(
            f"{each.first} - {each.second}: {100 * each.difference:+.2f} "
            f"({100 * each.low:+.2f} to {100 * each.high:+.2f}), p {each.p_holm:.2g}, n {each.n:,}"
        )


if __name__ == "__main__":
    main()
