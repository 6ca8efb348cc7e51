"""Settings of making and changing vectors."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..errors import SettingError
from ..runtime.settings import Settings, random_seed, setting

Transform = Literal["none", "log", "root"]
Method = Literal["tsne", "pca", "umap", "svd"]

NARROWEST_BLOCK = 16  # of the Lanczos iteration
NOT_SQUARE = (
    "{} needs one context column a word; split columns have two, and a limit of contexts "
    "(max_contexts, --max-contexts) leaves none for rare words"
)
NOT_OF_SPLIT = (
    "context_weight needs contexts that are words, and split ones are words to the left or right; "
    "choose another direction (--direction), or omit it"
)
_EIG = {"low": -10, "high": 10, "example": "0, 0.5 or 1"}


def measure_names() -> Iterable[str]:
    """Return the names of the association measures."""
    from .measures import MEASURES

    return tuple(MEASURES)


@dataclass(frozen=True)
class WeighingSettings(Settings):
    """Settings of weighing counts by association."""

    measure: str = setting(
        "ppmi", "Association measure: NAMES.", choices=measure_names, metavar="NAME"
    )
    # 0.75 is word2vec's (Levy, Goldberg and Dagan 2015, section 3.2).
    cds: float = setting(
        1.0, "Context distribution smoothing: exponent of the context counts.", above=0, high=1
    )
    # k, the number of negative samples that word2vec would draw (Levy and Goldberg 2014).
    shift: float = setting(1.0, "Subtract log(shift) from each PMI.", low=1e-9, high=1e9)
    # Dirichlet smoothing, with 1 Laplace's: it takes the edge off the high PMI of pairs seen once
    # or twice; try 0.1 to 3 (Turney and Pantel 2010, section 4.2; Jurafsky and Martin, Speech and
    # Language Processing, 3rd edition, section on PMI).
    smoothing: float = setting(
        0.0,
        "Added to the count of every pair (Dirichlet smoothing of ppmi, for small corpora; try 1).",
        low=0,
        high=1e9,
    )
    negative: bool = setting(False, "Also keep observed cells at or below zero.")
    # Without it a few huge cells decide (Lapesa and Evert 2014).
    transform: Transform = setting(
        "none", "Flatten the values; for lmi, log-likelihood, chi-squared and z-score."
    )

    def check(self) -> None:
        if self.measure in ("ppmi", "pmi"):
            return
        for name, neutral in (("cds", 1), ("shift", 1), ("smoothing", 0)):
            if (value := getattr(self, name)) != neutral:
                raise SettingError(
                    f"{name} is {value}, but {self.measure} has no such setting; omit it, or "
                    "choose the measure ppmi"
                )


@dataclass(frozen=True)
class FactorisingSettings(Settings):
    """The truncated singular value decomposition M = U S V'."""

    dim: int | None = setting(
        None, "Dimensions of the SVD vectors.", low=1, shown="300, or the rank if smaller"
    )
    # 1 keeps M's inner products, 0 drops the values, 0.5 treats words and contexts alike (Levy,
    # Goldberg and Dagan 2015, section 3.3).
    eig: float = setting(0.5, "Exponent of the singular values.", **_EIG)
    # w + c (there, section 3.3).
    add_context: bool = setting(False, "Add the context vectors to the word vectors.")
    # The directions minimise the sum over words of n^(2 emphasis) times the squared error of the
    # word's row: above 0, frequent words, which are known better, are rendered better.
    emphasis: float = setting(
        0.0,
        "Weight n^emphasis of a word of frequency n in the choice of directions.",
        low=-2,
        high=2,
        example="0.1",
    )
    basis: int | None = setting(
        None,
        "Size of the Krylov basis: larger is more exact and slower.",
        shown="4 x dim, at least 256",
    )
    # By default until at most 2 % of the columns have a residual above 1 %.
    restarts: int | None = setting(
        None,
        "Restarts from the best part of the basis: more exact and slower.",
        low=0,
        shown="as needed, at most 6",
    )
    seed: int = random_seed()

    def check(self) -> None:
        least = (self.dim or 1) + NARROWEST_BLOCK
        if self.basis is not None and self.basis < least:
            raise SettingError(f"basis is {self.basis}; it must be at least {least}")


@dataclass(frozen=True)
class WeightedSettings(Settings):
    """The weighted factorisation of PMI; see `wordvec_toolkit.embeddings.weighted`."""

    dim: int | None = setting(None, "Dimensions.", low=1, shown="300, or the rank if smaller")
    # 3 and 0.5: a trial on 17 million words (benchmarks/README.md).
    confidence: float = setting(
        3.0, "Additional weight of a pair that was observed once.", low=0, high=1e6
    )
    confidence_exponent: float = setting(
        0.5, "Exponent of a pair's count in its weight.", low=0, high=2, example="0.5"
    )
    # 0 weighs all of them alike; 0.5 helps on some million words (benchmarks/README.md).
    unobserved_exponent: float = setting(
        0.0,
        "Exponent of the totals of word and context in the weight of a pair never observed.",
        low=0,
        high=2,
        example="0.5",
    )
    sweeps: int = setting(2, "Number of sweeps over both sides.", low=1, high=1000)
    steps: int = setting(3, "Conjugate-gradient steps for each row in a sweep.", low=1, high=1000)
    eig: float = setting(0.25, "Exponent of the singular values.", **_EIG)
    add_context: bool = setting(False, "Add the context vectors to the word vectors.")
    # w + weight c. Along most dimensions the vector of a word and its vector as a context point the
    # same way, along a few, which tell classes of words, the opposite way: these lose.
    context_weight: float | None = setting(
        None,
        "Weight of the context vectors that are added; rare words that are no contexts take theirs "
        "from a linear map.",
        low=0,
        high=1,
        shown="0; 1 with --add-context",
        example="0.5",
    )
    seed: int = random_seed()

    def check(self) -> None:
        if self.add_context and self.context_weight is not None:
            raise SettingError(
                f"add_context adds the whole context vectors, and context_weight is "
                f"{self.context_weight:g}; choose one of them"
            )


@dataclass(frozen=True)
class GloveSettings(Settings):
    """GloVe (Pennington, Socher and Manning 2014, equations 8 and 9)."""

    dim: int = setting(300, "Dimensions.", low=1)
    epochs: int = setting(25, "Passes over the counts.", low=1)
    # The paper has 100, for billions of words; on 17 million 10 does better on every test
    # (benchmarks/README.md).
    x_max: float = setting(
        10.0, "Count from which on a cell has full weight.", above=0, below=math.inf
    )
    # The paper's alpha.
    weight_exponent: float = setting(
        0.75, "Exponent of the weight below x_max.", low=0, high=10, example="0.75"
    )
    # Biases take their steps whole, as in the newest version of Pennington et al.'s program.
    learning_rate: float = setting(0.05, "Initial step size of AdaGrad.", above=0, below=math.inf)
    add_context: bool = setting(True, "Add the context vectors to the word vectors.")
    tolerance: float = setting(
        0.0, "Stop when an epoch lowers the loss by less than this share; 0: never.", low=0, below=1
    )
    seed: int = random_seed()


@dataclass(frozen=True)
class AligningSettings(Settings):
    """Settings of rotating one model into the space of another."""

    # Fewer than dimensions leave the rotation partly open, and flatter the fit.
    anchors: tuple[str, ...] | None = setting(
        None, "File of words, one a line, that mean the same in both.", shown="all shared words"
    )
    # So that frequent words with long vectors do not decide.
    normalize: bool = setting(True, "Scale all vectors to length 1 first.")
    # The vectors are then moved on to the mean of the other model.
    center: bool = setting(False, "Subtract the mean first.")


@dataclass(frozen=True)
class CombiningSettings(Settings):
    """Settings of combining several models."""

    method: Literal["concat", "average"] = setting(
        "concat", "Concatenate the vectors of a word, or add them up."
    )
    words: Literal["shared", "all"] = setting("shared", "Words of every model, or of any.")
    weights: tuple[float, ...] | None = setting(
        None, "One weight for each model, with commas.", metavar="W,W,...", shown="1 for each"
    )
    normalize: bool = setting(True, "Scale each model's vectors to length 1 first.")
    dim: int | None = setting(None, "Reduce the result by an SVD.", low=1, shown="all")
    eig: float = setting(0.5, "Exponent of the singular values, with --dim.", **_EIG)


@dataclass(frozen=True)
class PostprocessingSettings(Settings):
    """Settings of post-processing, applied in this order."""

    eig: float | None = setting(None, "New exponent of the singular values.", shown="unchanged")
    drop_components: int = setting(0, "Number of leading columns of SVD vectors to drop.")
    center: bool = setting(False, "Subtract the mean vector.")
    all_but_the_top: int = setting(
        0,
        "Centre, and remove the N first principal directions (Mu and Viswanath 2018; try a "
        "hundredth of the dimensions).",
        metavar="N",
    )
    normalize: bool = setting(False, "Scale vectors to length 1.")


@dataclass(frozen=True)
class SentenceSettings(Settings):
    """Settings of sentence vectors."""

    weighting: Literal["mean", "sif", "idf"] = setting(
        "sif",
        "Weight of a word: 1, a/(a + its relative frequency), or its inverse sentence frequency.",
    )
    # Arora, Liang and Ma 2017, algorithm 1; so is the common direction.
    sif_a: float = setting(1e-3, "The a of sif.", above=0, high=1e9, example="0.001")
    remove_common: bool | None = setting(
        None,
        "Remove the direction that all sentences share.",
        option="--remove-common/--keep-common",
        shown="remove with sif and dense vectors",
    )


@dataclass(frozen=True)
class SubmatrixSettings(Settings):
    """Settings of showing cells of a matrix."""

    values: Literal["counts", "pmi", "ppmi"] | None = setting(
        None, "What counts are shown as.", shown="counts"
    )
    log: float | None = setting(
        None, "Base of the logarithm of pmi and ppmi.", above=1, example="2", shown="e"
    )
    n: int = setting(
        10,
        "Number of rows and of columns, the most frequent, where they are not named.",
        low=1,
        option="-n",
    )


@dataclass(frozen=True)
class MapSettings(Settings):
    """Settings of laying words out in the plane."""

    method: Method = setting(
        "tsne",
        "t-SNE, the two principal directions, UMAP (extra umap), or two columns of the vectors as "
        "they are.",
    )
    words: int = setting(2000, "Number of words, the most frequent.", low=1, metavar="N")
    perplexity: float | None = setting(
        None,
        "Perplexity of t-SNE: about how many words count as near.",
        shown="30, or less for few words",
    )
    seed: int | None = setting(
        None,
        "Random seed of the first positions.",
        low=0,
        shown="t-SNE starts from the PCA, UMAP has seed 0",
    )
    axes: tuple[int, ...] | None = setting(
        None, "The two columns of svd, from 1.", metavar="X,Y", shown="1,2"
    )

    def check(self) -> None:
        axes = self.axes
        if axes is None:
            return
        if self.method != "svd":
            raise SettingError(f"axes are columns of method svd; method is {self.method}")
        if len(axes) != 2 or axes[0] == axes[1] or min(axes) < 1:
            raise SettingError(f"axes is {axes}; expected two different numbers from 1, as 1,2")
