"""The report of a study: the one structure that tables, JSON and HTML are made from.

Everything here is plain: numbers, text, tuples and dicts of them.  What was not measured is None,
never 0; a number that is not finite becomes null in JSON.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..models.catalogue import Family, Role
from ..runtime.plain_json import as_json
from ..text.split_results import SplitPart

#: ``failed``: its command ended with an error.  ``refused``: it would not fit, and was not begun.
#: ``missing``: it wants something that is not here, such as PyTorch or held-out text.
Status = Literal["done", "failed", "refused", "missing"]


@dataclass(frozen=True)
class Cost:
    """What a step took, measured.

    Attributes
    ----------
    seconds : float or None
        Wall clock, over all attempts that led to the result.
    peak_bytes : int or None
        Largest memory of the process, where the system tells.
    size_bytes : int or None
        Of what was made, on disk.
    """

    seconds: float | None = None
    peak_bytes: int | None = None
    size_bytes: int | None = None


@dataclass(frozen=True)
class ModelRow:
    """A model of the study, also one that could not be had.

    Attributes
    ----------
    name : str
        Short, as it is called everywhere else in the report: ``svd``.
    title : str
        For people: ``PPMI-SVD``.
    path : str
        Its bundle.
    status, reason : str
        One sentence why it is not done; "" if it is.
    command : str
        Makes it, as typed.
    repeatable : bool
        Whether the command gives the same bits again.
    signature : str
        How it was made.
    settings : dict
        All settings, also those left at their defaults; empty if it is not done.
    n_parameters : int or None
        Numbers that it holds.
    """

    name: str
    title: str
    kind: Role
    family: Family
    path: str
    status: Status
    reason: str
    command: str
    repeatable: bool = True
    signature: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    n_parameters: int | None = None
    cost: Cost = Cost()


@dataclass(frozen=True)
class Score:
    """A model's score on a test set of words.

    Attributes
    ----------
    measure : str
        ``spearman``, ``3cosadd`` or ``3cosmul``.
    low, high : float
        95 % interval.
    n, n_oov : int
        Items scored, and those left out for an unknown word.
    chance : float or None
        What guessing gives: for Spearman the half width of its 95 % interval around 0.
    """

    model: str
    test: str
    measure: str
    value: float
    low: float
    high: float
    n: int
    n_oov: int
    signature: str
    chance: float | None = None


@dataclass(frozen=True)
class Perplexity:
    """A language model's perplexity on the test text; see `PerplexityResult`."""

    model: str
    text: str
    perplexity: float
    low: float
    high: float
    perplexity_without_oov: float
    bits_per_token: float
    bits_per_character: float | None
    n_tokens: int
    n_oov: int
    signature: str


@dataclass(frozen=True)
class Band:
    """Perplexity of some of the tokens.

    Attributes
    ----------
    split : str
        ``frequency`` (of the word in the training text) or ``seen`` (longest n-gram known).
    label : str
        ``1 to 9``; the bands of a split come in order.
    """

    model: str
    split: str
    label: str
    n: int
    perplexity: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Difference:
    """A paired comparison on the items that both models know.

    Attributes
    ----------
    measure : str
        ``spearman``, ``3cosadd``, ``3cosmul`` or ``bits per token`` (of which less is better).
    difference : float
        `model` less `against`.
    p_value, p_holm : float
        Two-sided; corrected by Holm for all comparisons of two models on the test that its command
        made, also those that the report leaves out.
    """

    test: str
    measure: str
    model: str
    against: str
    difference: float
    low: float
    high: float
    p_value: float
    p_holm: float
    n: int
    signature: str


@dataclass(frozen=True)
class Curve:
    """A line in a figure: (x, y) pairs; y may be None where nothing was measured."""

    name: str
    x: tuple[float, ...]
    y: tuple[float | None, ...]


class Drawn:
    """Numbers that a notebook shows as their figure."""

    def _repr_html_(self) -> str:
        from .figure_page import figure_of

        return figure_of(self)._repr_html_()


@dataclass(frozen=True)
class LearningCurves(Drawn):
    """How training of one model went.

    Attributes
    ----------
    x_label, y_label : str
        ``epoch``; ``loss a word``, ``perplexity`` ...
    best : float or None
        The x that was kept.
    """

    model: str
    x_label: str
    y_label: str
    curves: tuple[Curve, ...]
    best: float | None = None


@dataclass(frozen=True)
class NeighborTable:
    """The nearest words of one word, model by model.

    Attributes
    ----------
    count : int
        How often the word was seen in training.
    neighbors : dict
        Model -> (word, cosine) pairs, nearest first.
    """

    word: str
    count: int
    neighbors: Mapping[str, tuple[tuple[str, float], ...]]


@dataclass(frozen=True)
class WordMap(Drawn):
    """Words in the plane.

    Attributes
    ----------
    model : str
    method : str
        ``t-SNE``, ``PCA`` or ``UMAP``, with its settings in `signature`.
    words : tuple of str
        By falling frequency.
    x, y : tuple of float
    counts : tuple of int
    kept : float or None
        Mean share of a word's 10 nearest among these words that are among its 10 nearest in the
        plane, too.
    """

    model: str
    method: str
    words: tuple[str, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    counts: tuple[int, ...]
    signature: str
    kept: float | None = None


@dataclass(frozen=True)
class HeatMap(Drawn):
    """Cosines of words with one another, in an order that puts like beside like."""

    model: str
    words: tuple[str, ...]
    cosines: tuple[tuple[float, ...], ...]
    signature: str


@dataclass(frozen=True)
class CorpusProfile(Drawn):
    """What kind of text it is.

    Attributes
    ----------
    name : str
    n_tokens, n_types, n_sentences, n_documents, n_once : int
        `n_types` counts all types of the text, `n_once` those seen once, also words that the
        vocabulary leaves out; None where that is not known.
    n_words : int
        Of the vocabulary.
    oov_rate : float
        Share of the tokens outside of it.
    ranks, counts : tuple of int
        Points of the Zipf plot, thinned out to be even on a logarithmic axis.
    zipf_exponent, zipf_scale : float or None
        a and C of count = C rank^-a; see `wordvec_toolkit.text.frequencies.zipf_law`.
    tokens, types : tuple of int
        Growth: so many types within the first so many tokens.
    heaps_exponent, heaps_scale : float or None
        b and K of types = K tokens^b over the second half of the text; None unless all types are
        counted.
    all_types : bool
        Whether `ranks`, `counts` and `types` are of all types, or of the words of the vocabulary
        alone.
    """

    name: str
    n_tokens: int
    n_words: int
    n_sentences: int
    n_documents: int
    n_types: int | None
    n_once: int | None
    oov_rate: float
    ranks: tuple[int, ...]
    counts: tuple[int, ...]
    zipf_exponent: float | None
    tokens: tuple[int, ...]
    types: tuple[int, ...]
    heaps_exponent: float | None
    zipf_scale: float | None = None
    heaps_scale: float | None = None
    all_types: bool = True


@dataclass(frozen=True)
class StepRow:
    """A command of the study, in the order of running."""

    name: str
    command: str
    status: Status
    reason: str
    cost: Cost


@dataclass(frozen=True)
class Report:
    """A study, whole.

    Attributes
    ----------
    title : str
        Of the corpus.
    command : str
        Repeats the study.
    settings : str
        The settings file, as TOML.
    versions : dict
        Package -> version, and what the machine is.
    made : str
        When, ISO 8601; not part of what repeats.
    notes : tuple of str
        What a reader has to know beside the numbers.
    best : dict
        The best of each family: ``count-based`` and so on -> ``test|measure`` -> model.  With
        these the others are compared, and with the best mixture.
    sample : CorpusProfile or None
        Of the sample of the text that language models learnt from; None if that was the whole.
    gradients : tuple of dict
        `Diagnosis.as_dict` of the trained network and of a fresh one.
    """

    title: str
    command: str
    settings: str
    versions: Mapping[str, str]
    made: str
    split: tuple[SplitPart, ...] = ()
    profile: CorpusProfile | None = None
    sample: CorpusProfile | None = None
    models: tuple[ModelRow, ...] = ()
    scores: tuple[Score, ...] = ()
    perplexities: tuple[Perplexity, ...] = ()
    bands: tuple[Band, ...] = ()
    best: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    learning: tuple[LearningCurves, ...] = ()
    neighbors: tuple[NeighborTable, ...] = ()
    maps: tuple[WordMap, ...] = ()
    gradients: tuple[Mapping[str, Any], ...] = ()
    steps: tuple[StepRow, ...] = ()
    notes: tuple[str, ...] = ()

    def as_json(self) -> str:
        """Return all of it as JSON, with null for numbers that are not finite."""
        return as_json(asdict(self))
