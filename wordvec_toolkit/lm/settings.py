"""Settings of n-gram models and of sampling."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import SettingError
from ..runtime.settings import Settings, random_seed, setting

if TYPE_CHECKING:
    from .ngram.smoothing import Smoothing


def method_usages() -> Iterable[str]:
    """Return the methods of smoothing as help shows them, with the numbers that they take."""
    from .ngram.methods import METHODS

    return [method.usage for method in METHODS.values()]


@dataclass(frozen=True)
class NgramSettings(Settings):
    """Settings of counting, smoothing and pruning n-grams."""

    order: int = setting(5, "Length of the longest n-grams, 1 to 10.", low=1, high=10)
    # The default gives KenLM's probabilities.
    smoothing: "str | Smoothing" = setting(
        "kneser-ney", "Method of smoothing: NAMES.", names=method_usages, metavar="METHOD"
    )
    # Without it what is left over goes to ``<unk>``, as in SRILM.
    interpolate_unigrams: bool = setting(
        True, "Interpolate unigrams with the uniform distribution; else the rest goes to <unk>."
    )
    # Unless the text has ``<unk>`` itself.
    closed: bool = setting(False, "Give words outside the vocabulary no probability.")
    # Pruned mass goes to the back-off weights.
    prune: tuple[int, ...] = setting(
        (),
        "For each order, the count that n-grams must exceed to stay; the last number holds for "
        "higher orders, as in lmplz.",
        metavar="N,N,...",
        shown="nothing",
    )
    # Stolcke 1998.
    entropy_prune: float = setting(
        0.0,
        "Drop n-grams without which perplexity rises by a share below T; try 1e-8.",
        low=0,
        below=float("inf"),
        metavar="T",
        shown="nothing",
    )


@dataclass(frozen=True)
class MixtureSettings(Settings):
    """Components mixed with an n-gram model."""

    # Of orders 1 to 3, see `wordvec_toolkit.lm.mixed.cache`.
    cache: bool = setting(False, "Mix in caches of recent words.")
    skip: bool = setting(False, "Mix in n-grams that skip the second last word.")
    soft: bool = setting(False, "Mix in bigrams of neighbours by PPMI-SVD vectors.")
    # For each number a model of histories of words and classes, and one of classes.
    classes: tuple[int, ...] = setting(
        (),
        "Numbers of word classes: mix in one class model for each; try 60,100,200.",
        metavar="N,N,...",
    )
    adapt: bool = setting(False, "Adapt to recent words and topics.")

    @property
    def is_mixture(self) -> bool:
        """Whether anything is mixed in."""
        return self.cache or self.skip or self.soft or bool(self.classes) or self.adapt

    def check(self) -> None:
        if len(set(self.classes)) != len(self.classes):
            raise SettingError(f"classes are {list(self.classes)}; each number may occur once")


@dataclass(frozen=True)
class SamplingSettings(Settings):
    """Settings of sampling from a language model."""

    seed: int = random_seed()
    temperature: float = setting(
        1.0,
        "Sampling temperature: below 1 likely words gain; 0: always the likeliest.",
        low=0,
        below=float("inf"),
    )
    top_k: int | None = setting(
        None, "Only among the K likeliest words.", low=1, metavar="K", shown="all words"
    )
    # Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration".
    top_p: float | None = setting(
        None,
        "Only among the likeliest words that have probability P together.",
        above=0,
        high=1,
        metavar="P",
        shown="all words",
    )
    max_tokens: int = setting(100, "Maximum length of a sentence, in tokens.", low=1)
    unk: bool = setting(False, "Let <unk> be drawn.")
