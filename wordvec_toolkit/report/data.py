"""The report of a study: the one structure that tables, JSON and HTML are made from.

It holds what the evaluations themselves return.  What was not measured is None, never 0; a number
that is not finite becomes null in JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..evaluation.comparison_results import Comparison
from ..evaluation.minimal_pair_results import MinimalPairsResult
from ..evaluation.perplexity_results import PerplexityBand, PerplexityResult
from ..evaluation.results import AnalogyResult, SimilarityResult
from ..models.catalogue import Family, Role
from ..runtime.late import named
from ..runtime.plain_json import as_json
from ..runtime.results import Column, Result
from ..runtime.signatures import Signature
from ..text.split_results import SplitPart

if TYPE_CHECKING:
    from .figures import Figure

#: ``failed``: its command ended with an error.  ``refused``: it would not fit, and was not begun.
#: ``missing``: it needs something that is not installed or given, such as PyTorch or held-out text.
Status = Literal["done", "failed", "refused", "missing"]


@dataclass(frozen=True, repr=False)
class Cost(Result):
    """Measured cost of a step.

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


@dataclass(frozen=True, repr=False)
class ModelRow(Result):
    """A model of the study, also one that was not built.

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
    settings: Mapping[str, object] = field(default_factory=dict)
    n_parameters: int | None = None
    cost: Cost = Cost()


@dataclass(frozen=True, repr=False)
class Curve(Result):
    """A line in a figure: (x, y) pairs; y may be None where nothing was measured."""

    name: str
    x: tuple[float, ...]
    y: tuple[float | None, ...]


class Drawn(Result):
    """Numbers that a notebook shows as their figure."""

    def figure(self, highlight: Sequence[str] = ()) -> "Figure":
        """Return its figure, which `Figure.save` writes to a file; see `figure_of`."""
        figure: Figure = named("report.figure_page:figure_of")(self, highlight)
        return figure

    def _repr_html_(self) -> str:
        return self.figure()._repr_html_()


@dataclass(frozen=True, repr=False)
class LearningCurves(Drawn):
    """Course of training of one model.

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

    def records(self) -> list[dict[str, object]]:
        return [
            {"model": self.model, "curve": curve.name, self.x_label: x, self.y_label: y}
            for curve in self.curves
            for x, y in zip(curve.x, curve.y)
        ]


@dataclass(frozen=True, repr=False)
class NeighborTable(Result):
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

    def records(self) -> list[dict[str, object]]:
        return [
            {"word": self.word, "model": model, "rank": rank, "neighbor": word, "cosine": cosine}
            for model, found in self.neighbors.items()
            for rank, (word, cosine) in enumerate(found, 1)
        ]


@dataclass(frozen=True, repr=False)
class WordMap(Drawn):
    """Words in the plane.

    Attributes
    ----------
    model : str
    method : str
        ``t-SNE``, ``PCA`` or ``UMAP``, with its settings in `signature`; or ``dimensions 1 and 2``.
    words : tuple of str
        By falling frequency.
    x, y : tuple of float
    counts : tuple of int
    kept : float or None
        Mean share of a word's 10 nearest among these words that are among its 10 nearest in the
        plane, too.
    others : tuple of str
        Words that are not on the map and near one that is.
    near : tuple of tuples of int
        The nearest words of each word in the space of the vectors, nearest first: places in `words`
        followed by `others`.
    cosines : tuple of tuples of float
        Their cosines.
    function_words : tuple of int
        Places of function words, numbers and signs in `words`.
    axes : pair of int or None
        The dimensions of the vectors that `x` and `y` are, from 1.
    """

    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("method", "method", "text"),
        Column("n", "words", "whole"),
        Column("kept", "neighbourhoods kept", "percent", 0),
    )

    model: str
    method: str
    words: tuple[str, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    counts: tuple[int, ...]
    signature: Signature
    kept: float | None = None
    others: tuple[str, ...] = ()
    near: tuple[tuple[int, ...], ...] = ()
    cosines: tuple[tuple[float, ...], ...] = ()
    function_words: tuple[int, ...] = ()
    axes: tuple[int, int] | None = None

    @property
    def n(self) -> int:
        return len(self.words)

    def records(self) -> list[dict[str, object]]:
        names = ("word", "x", "y", "count")
        return [dict(zip(names, row)) for row in zip(self.words, self.x, self.y, self.counts)]


@dataclass(frozen=True, repr=False)
class HeatMap(Drawn):
    """Cosines of words with one another, ordered by hierarchical clustering."""

    COLUMNS: ClassVar = (Column("model", "model", "text"), Column("n", "words", "whole"))

    model: str
    words: tuple[str, ...]
    cosines: tuple[tuple[float, ...], ...]
    signature: Signature

    @property
    def n(self) -> int:
        return len(self.words)

    def records(self) -> list[dict[str, object]]:
        rows = zip(self.words, self.cosines)
        return [{"word": word, **dict(zip(self.words, row))} for word, row in rows]


@dataclass(frozen=True, repr=False)
class CorpusProfile(Drawn):
    """Profile of a text.

    Attributes
    ----------
    name : str
    n_tokens, n_types, n_sentences, n_documents, n_once : int
        `n_types` counts all types of the text, `n_once` those seen once, also words that the
        vocabulary excludes; None where that is not known.
    n_words : int
        Of the vocabulary.
    oov_rate : float
        Share of the tokens outside of it.
    ranks, counts : tuple of int
        Points of the Zipf plot, thinned out to be even on a logarithmic axis.
    zipf_exponent, zipf_scale : float or None
        a and C of count = C rank^-a; see `wordvec_toolkit.text.frequencies.zipf_law`.
    tokens, types : tuple of int
        Growth: number of types within the first tokens.
    heaps_exponent, heaps_scale : float or None
        b and K of types = K tokens^b over the second half of the text; None unless all types are
        counted.
    all_types : bool
        Whether `ranks`, `counts` and `types` are of all types, or of the words of the vocabulary
        alone.
    """

    COLUMNS: ClassVar = (
        Column("name", "text", "text"),
        Column("n_tokens", "tokens (running words)", "whole"),
        Column("n_types", "types (different words)", "whole"),
        Column("n_once", "types seen once", "whole"),
        Column("share_once", "share of types seen once", "percent", 1),
        Column("n_words", "words in the vocabulary", "whole"),
        Column("oov_rate", "tokens outside the vocabulary (OOV)", "percent", 2),
        Column("n_sentences", "sentences", "whole"),
        Column("n_documents", "documents", "whole"),
        Column("zipf_exponent", "exponent of Zipf's law (frequency ~ rank^-a)"),
        Column("heaps_exponent", "exponent of Heaps' law (types ~ tokens^b)"),
    )

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

    @property
    def share_once(self) -> float | None:
        return self.n_once / self.n_types if self.n_once is not None and self.n_types else None


@dataclass(frozen=True, repr=False)
class StepRow(Result):
    """A command of the study, in the order of running."""

    name: str
    command: str
    status: Status
    reason: str
    cost: Cost


@dataclass(frozen=True, repr=False)
class Report(Result):
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
        What a reader should know about the numbers.
    warnings : tuple of str
        What a reader has to know before the conclusions.
    best : dict
        The best of each family: ``count-based`` and so on -> ``test|measure`` -> model.  With
        these the others are compared, and with the best mixture.
    sample : CorpusProfile or None
        Of the sample of the text that language models were trained on; None if that was the whole.
    gradients : tuple of dict
        `Diagnosis.as_dict` of the trained network and of an untrained one.
    """

    COLUMNS: ClassVar = (Column("title", "title", "text"), Column("made", "made", "text"))
    DERIVED: ClassVar = ("bands",)

    title: str
    command: str
    settings: str
    versions: Mapping[str, str]
    made: str
    split: tuple[SplitPart, ...] = ()
    profile: CorpusProfile | None = None
    sample: CorpusProfile | None = None
    models: tuple[ModelRow, ...] = ()
    scores: tuple[SimilarityResult | AnalogyResult, ...] = ()
    perplexities: tuple[PerplexityResult, ...] = ()
    minimal_pairs: tuple[MinimalPairsResult, ...] = ()
    best: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    differences: tuple[Comparison, ...] = ()
    learning: tuple[LearningCurves, ...] = ()
    neighbors: tuple[NeighborTable, ...] = ()
    maps: tuple[WordMap, ...] = ()
    gradients: tuple[Mapping[str, Any], ...] = ()
    steps: tuple[StepRow, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def bands(self) -> tuple[PerplexityBand, ...]:
        """Perplexities of parts of the tokens, model by model."""
        return tuple(
            band for each in self.perplexities for band in (*each.by_frequency, *each.by_seen)
        )

    def as_dict(self, items: bool = False) -> dict[str, object]:
        """Return it as plain data; `chance` is the chance level (see `chance_level`)."""
        data = super().as_dict(items)
        for score, own in zip(self.scores, data["scores"]):
            own["chance"] = score.chance_level
        return data

    def rows(self) -> tuple[Result, ...]:
        return self.models

    def as_json(self) -> str:
        """Return all of it as JSON, with null for numbers that are not finite."""
        return as_json(self.as_dict())
