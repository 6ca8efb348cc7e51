"""Perplexity of the Penn Treebank from counts alone: Kneser-Ney, and what is mixed with it.

    python benchmarks/ptb.py

Reads lm/ptb/ptb.train.txt, ptb.valid.txt and ptb.test.txt in the data folder (the usual text of
10,000 words).  Weights are fitted to the validation text by EM, and nothing has seen the test text.
Prints the perplexity of both, ``</s>`` counted, and the seconds each line took.
"""

import time
from collections.abc import Sequence

import numpy as np
from _measure import parser, penn_treebank, print_machine

from wordvec_toolkit.lm.language_model import LanguageModel
from wordvec_toolkit.lm.mixed.adapted import AdaptedModel
from wordvec_toolkit.lm.mixed.cache import CacheModel
from wordvec_toolkit.lm.mixed.mixture import fit_mixture
from wordvec_toolkit.lm.mixed.recipes import factored_makers
from wordvec_toolkit.lm.mixed.soft import SoftModel
from wordvec_toolkit.lm.ngram.training import train_ngram_model
from wordvec_toolkit.models.ngram_mixture import caches_for, neighbor_tables, topic_tables
from wordvec_toolkit.text.encoding import encode_corpus
from wordvec_toolkit.text.streams import encode_stream

CLASSES = (60, 100, 200, 300)


class Table:
    """Prints a line for each model."""

    def __init__(self, valid: np.ndarray, test: np.ndarray, show_test: bool) -> None:
        self.valid, self.test, self.show_test = valid, test, show_test
        self.started = time.perf_counter()
        print(f"{'':46} {'valid':>8} {'test':>8} {'seconds':>8}")

    def row(self, name: str, model: LanguageModel) -> None:
        valid = np.exp(-model.token_logprobs(self.valid).mean())
        test = np.exp(-model.token_logprobs(self.test).mean()) if self.show_test else np.nan
        now = time.perf_counter()
        print(f"{name:46} {valid:8.2f} {test:8.2f} {now - self.started:8.1f}", flush=True)
        self.started = now

    def mixed(self, name: str, models: Sequence[LanguageModel]) -> LanguageModel:
        mixture = fit_mixture(models, self.valid)
        self.row(name, mixture)
        return mixture


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--valid-only", action="store_true", help="leave the test text alone")
    arguments = options.parse_args()
    folder = penn_treebank(arguments.data)
    corpus = encode_corpus(str(folder / "ptb.train.txt"), "whitespace", min_count=1)
    valid, test = (
        encode_stream(str(folder / f"ptb.{part}.txt"), corpus.vocabulary).ids
        for part in ("valid", "test")
    )
    print_machine()
    print(f"{len(corpus) + corpus.n_sentences:,} tokens, valid {len(valid):,}, test {len(test):,}")
    table = Table(valid, test, not arguments.valid_only)
    table.row("KN3", train_ngram_model(corpus, order=3))
    ngram = train_ngram_model(corpus)
    table.row("KN5", ngram)
    caches = caches_for(corpus.vocabulary)
    table.mixed("KN5 + unigram cache", [ngram, CacheModel(corpus.vocabulary, 1, 100.0)])
    table.mixed("KN5 + caches of orders 1 to 3", [ngram, *caches])
    table.mixed("KN5 + soft bigrams", [ngram, SoftModel(ngram, *neighbor_tables(corpus))])
    static: list[LanguageModel] = [ngram]
    for name, (_, make) in factored_makers(True, CLASSES).items():
        model = make(corpus)
        table.mixed(f"KN5 + {name}", [ngram, model])
        static.append(model)
    mixture = table.mixed("KN5 + skip + classes", static)
    table.mixed("KN5 + skip + classes + caches", [mixture, *caches])
    tables = topic_tables(corpus)
    words = AdaptedModel(mixture, *tables, topic_strength=0.0)
    table.row("KN5 + skip + classes, rescaled by words", words)
    adapted = AdaptedModel(mixture, *tables)
    table.row("KN5 + skip + classes, by words and topics", adapted)
    table.mixed("the same + caches", [adapted, *caches])
    table.mixed("KN5, by words and topics, + caches", [AdaptedModel(ngram, *tables), *caches])
    print(adapted.signature)


if __name__ == "__main__":
    main()
