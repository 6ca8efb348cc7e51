"""Skip-gram and CBOW of gensim on the sets of `weighted_search`, by seed, epochs and layer.

    python benchmarks/opponents.py --keep FOLDER [--tokens 17] [--methods skip-gram,cbow]
        [--epochs 5] [--subsample 1e-4] [--seeds 0,1,2] [--text FILE] [--sets FOLDER]

English Wikipedia by default, words seen 10 times or more, 300 dimensions, window 5, 5 noise words,
one worker, so that a seed gives the same bits again.  Both layers are scored: the input vectors,
and the sum of input and output vectors.  Processor seconds include reading the text.  Each line is
also written to ``opponents.jsonl``.
"""

import json
import time
from itertools import product
from pathlib import Path

import numpy as np
from _measure import parser, print_machine, scratch, wikipedia
from scaling import first_tokens
from weighted_search import Judge

from wordvec_toolkit import WordVectors, encode_corpus
from wordvec_toolkit.neural.word_vectors import word2vec


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--text", type=Path, help="a tokenised text in place of Wikipedia")
    options.add_argument("--tokens", type=float, default=17, help="millions, from the beginning")
    options.add_argument("--methods", default="skip-gram,cbow")
    options.add_argument("--epochs", default="5", help="with commas")
    options.add_argument("--subsample", default="1e-4", help="with commas")
    options.add_argument("--seeds", default="0,1,2", help="with commas")
    options.add_argument("--sets", type=Path, help="folder of more test sets")
    options.add_argument("--korean", action="store_true", help="the text and the sets are Korean")
    options.add_argument("--keep", type=Path, help="keep scores here")
    arguments = options.parse_args()
    folder = arguments.keep or scratch()
    folder.mkdir(parents=True, exist_ok=True)
    whole = arguments.text or wikipedia(arguments.data, folder)
    text = first_tokens(whole, int(arguments.tokens * 1e6), folder / f"{arguments.tokens:g}.txt")
    print_machine("gensim")
    judge = Judge(arguments.data, arguments.sets, mul=True, korean=arguments.korean)
    layers: dict[str, np.ndarray] = {}

    def taken(model: object, _: str) -> np.ndarray:
        layers["input"] = np.array(model.wv.vectors)  # type: ignore[attr-defined]
        layers["sum"] = layers["input"] + model.syn1neg  # type: ignore[attr-defined]
        return layers["input"]

    word2vec._taken = taken
    settings = (
        option.split(",")
        for option in (arguments.seeds, arguments.epochs, arguments.methods, arguments.subsample)
    )
    for seed, epochs, method, subsample in product(*settings):
        began = time.process_time()
        corpus = encode_corpus(str(text), "whitespace", min_count=10)
        trained = word2vec.train_word2vec(
            corpus,
            method=method,
            epochs=int(epochs),
            subsample=float(subsample),
            seed=int(seed),
            dim=300,
            threads=1,
        )
        seconds = time.process_time() - began
        for layer, matrix in layers.items():
            scores = judge(WordVectors(trained.vocabulary, matrix, trained.settings))
            label = f"{method}, {epochs} epochs, subsample {subsample}, seed {seed}, {layer}"
            cells = " ".join(f"{k} {v:.3f}" for k, v in scores.items() if k[-2:-1] != ":")
            print(f"{arguments.tokens:g} M, {label}, {seconds:.0f} s: {cells}", flush=True)
            record = {"tokens": arguments.tokens, "method": method, "epochs": int(epochs)}
            record |= {"subsample": subsample, "seed": int(seed), "layer": layer}
            with open(folder / "opponents.jsonl", "a", encoding="utf-8") as out:
                out.write(json.dumps({**record, "cpu_seconds": seconds, **scores}) + "\n")


if __name__ == "__main__":
    main()
