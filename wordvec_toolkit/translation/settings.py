"""Settings of the search for translations."""

from dataclasses import dataclass

from ..runtime.settings import Settings, setting


@dataclass(frozen=True)
class DecodingSettings(Settings):
    """Settings of the search for the best translation."""

    beam: int = setting(
        1, "Number of translations kept at each step; 1: greedy.", low=1, high=1000, metavar="N"
    )
    # Wu et al. 2016, equation 14: log probabilities are divided by ((5 + length) / 6)^penalty.
    length_penalty: float = setting(
        1.0,
        "Exponent of the length that log probabilities are divided by, with --beam; more prefers "
        "longer translations, 0: none.",
        low=0,
        high=10,
    )
    max_output: int | None = setting(
        None,
        "Maximum length of a translation, in tokens.",
        low=1,
        high=100_000,
        shown="twice the source and 50, or what the model takes",
    )
    replace_unk: bool = setting(
        False, "Put the attended source word in place of <unk> (needs attention)."
    )

    def limit(self, n_source: int) -> int:
        """Return the maximum number of tokens for a source of that length."""
        return self.max_output or 2 * n_source + 50


@dataclass(frozen=True)
class WordTableSettings(Settings):
    """Settings of estimating a table of word translations."""

    iterations: int = setting(10, "Number of iterations of EM.", low=1, high=10_000)
    # Without it, a word that no source word was seen with has no probability.
    uniform: float = setting(
        0.01,
        "Share of each probability that is spread over the target vocabulary.",
        low=0.0,
        below=1.0,
        metavar="SHARE",
    )
