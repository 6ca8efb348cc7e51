"""Settings of word2vec and fastText."""

from dataclasses import dataclass
from typing import Literal

from ...errors import SettingError
from ...runtime.settings import Settings, random_seed, setting

Method = Literal["skip-gram", "cbow"]
Within = Literal["sentence", "document"]
Layer = Literal["input", "output", "sum"]


@dataclass(frozen=True)
class GensimSettings(Settings):
    """Common settings of word2vec and fastText."""

    method: Method = setting(
        "skip-gram", "Predict the context from the word, or the word from its context."
    )
    dim: int = setting(300, "Dimensions.", low=1, high=100_000)
    window: int = setting(5, "Largest distance of a context word.", low=1, high=10_000)
    weighting: Literal["dynamic", "flat"] = setting(
        "dynamic", "Windows of random size from 1 to --window, or of full size."
    )
    # Also after every 10,000 tokens of a longer one; the facts say how often.
    within: Within = setting("sentence", "Where windows stop.")
    negative: int = setting(
        5, "Noise words per pair; 0: hierarchical softmax instead.", low=0, high=1000
    )
    ns_exponent: float = setting(
        0.75, "Noise words are drawn in proportion to count^E.", low=-5, high=5
    )
    # As in gensim and word2vec.c; the paper has sqrt(t/f) (Mikolov et al. 2013).
    subsample: float = setting(
        1e-3,
        "Keep a word of relative frequency f with probability sqrt(T/f) + T/f; 0: keep all.",
        low=0,
        below=1,
        example="1e-3, or 0 for none",
        metavar="T",
    )
    # 5 is usual; texts of some million tokens gain from 15 and more.
    epochs: int = setting(
        5, "Passes over the corpus; small corpora need 15 or more.", low=1, high=100_000
    )
    learning_rate: float = setting(0.025, "Learning rate at the start.", low=0, high=1)
    final_learning_rate: float = setting(0.0001, "Learning rate at the end.", low=0, high=1)
    seed: int = random_seed(2**32 - 1)
    threads: int = setting(
        1,
        "Threads that train.  With one every run gives the same bits; with more no two do.",
        low=1,
        high=256,
        metavar="N",
        alias="--workers",
    )

    def check(self) -> None:
        first, last = self.learning_rate, self.final_learning_rate
        if first == 0 or last > first:
            raise SettingError(
                f"the learning rate goes from {first} to {last}; it must start above 0 and not rise"
            )

    def as_dict(self) -> dict[str, object]:
        # As gensim calls them, and manifests from the beginning.
        return {
            "workers" if name == "threads" else name: value
            for name, value in super().as_dict().items()
        }


@dataclass(frozen=True)
class Word2vecSettings(GensimSettings):
    """word2vec (Mikolov et al. 2013)."""

    layer: Layer = setting(
        "input", "Take the vectors of words, of contexts, or w + c.", after="final_learning_rate"
    )

    def check(self) -> None:
        super().check()
        if self.layer != "input" and self.negative == 0:
            raise SettingError(
                f"layer is {self.layer!r}, but hierarchical softmax (negative 0) has no output "
                "vectors of words, only of the nodes of its tree; choose input, or negative 5"
            )


@dataclass(frozen=True)
class FasttextSettings(GensimSettings):
    """fastText (Bojanowski et al. 2017)."""

    min_n: int = setting(
        3, "Length of the shortest character n-grams.", low=1, high=100, after="within"
    )
    max_n: int = setting(
        6, "Length of the longest character n-grams; 0: none.", low=0, high=100, after="min_n"
    )
    # Only those that a word of the vocabulary has take memory.
    bucket: int = setting(
        2_000_000,
        "Number of vectors that n-grams share by their hash.",
        low=1,
        high=2**31,
        after="max_n",
    )

    def check(self) -> None:
        super().check()
        if 0 < self.max_n < self.min_n:
            raise SettingError(
                f"max_n is {self.max_n}, below min_n, {self.min_n}; 0 means no n-grams"
            )
