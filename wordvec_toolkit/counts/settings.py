"""Settings of counting co-occurrences."""

from dataclasses import dataclass, replace
from typing import Literal

from ..errors import SettingError
from ..runtime.settings import Settings, random_seed, setting

Weighting = Literal["flat", "dynamic", "harmonic"]
Direction = Literal["both", "left", "right", "split"]
Within = Literal["sentence", "document"]
Oov = Literal["drop", "keep"]
Subsampling = Literal["dirty", "clean"]

# lcm(1..22) is the last below 2**31; beyond it, exact sums of 1/d would leave 64 bits too soon.
_LARGEST_HARMONIC = 22
_MOST_CONTEXTS = 100_000


@dataclass(frozen=True)
class CountingSettings(Settings):
    """Settings of counting: window, weights, direction."""

    window: int = setting(5, "Largest distance of a context word.", low=1, high=1000)
    # Dynamic: the expectation of word2vec's random window (Levy, Goldberg and Dagan 2015, section
    # 3.1).  Harmonic, as in GloVe.
    weighting: Weighting = setting(
        "dynamic", "Weight at distance d in window w: 1, (w-d+1)/w, or 1/d."
    )
    direction: Direction = setting(
        "both", "Side of the context words; split: both, in separate columns."
    )
    within: Within = setting("sentence", "Where windows stop.")
    # word2vec and GloVe drop them.
    oov: Oov = setting(
        "drop",
        "Words outside the vocabulary: dropped before distances are measured, or kept as places.",
    )
    # Mikolov et al. 2013, section 2.3; usual: 1e-3 to 1e-5.
    subsample: float | None = setting(
        None,
        "Drop a word of relative frequency f with probability 1 - sqrt(T/f); try 1e-4.",
        above=0,
        below=1,
        example="1e-4",
        metavar="T",
        shown="none",
    )
    # 100,000 of 127,000 contexts score the same (benchmarks/README.md).
    max_contexts: int | None = setting(
        _MOST_CONTEXTS,
        "Maximum number of context words: the most frequent.",
        low=1,
        is_optional=True,
    )
    # Dirty subsampling widens windows (Levy, Goldberg and Dagan 2015, section 3.1).
    subsampling: Subsampling = setting(
        "dirty", "Subsampled words: dropped before distances are measured, or kept as places."
    )
    # Each token's fate depends on it and on the token's position alone.
    seed: int = random_seed()

    def check(self) -> None:
        if self.weighting == "harmonic" and self.window > _LARGEST_HARMONIC:
            raise SettingError(
                f"window is {self.window}; harmonic weights are exact up to {_LARGEST_HARMONIC}; "
                "choose a smaller window or dynamic weights"
            )

    def for_vocabulary(self, n_words: int) -> "CountingSettings":
        """Return the settings as counts hold them: without a default limit that is not reached."""
        if self.max_contexts == _MOST_CONTEXTS and n_words <= _MOST_CONTEXTS:
            return replace(self, max_contexts=None)
        return self

    def n_contexts(self, n_words: int) -> int:
        """Return how many of the words are contexts."""
        return min(self.max_contexts or n_words, n_words)

    def as_dict(self) -> dict[str, object]:
        settings = super().as_dict()
        if self.subsample is None:  # nothing is drawn: how and with which seed is all the same
            settings.update(subsampling="dirty", seed=0)
        return settings


#: As Pennington, Socher and Manning count for GloVe (2014, section 4.2).
GloveCounting = CountingSettings.with_defaults(window=10, weighting="harmonic", max_contexts=None)
