"""Measurements of a study: a record for each, with its settings and cost."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..embeddings.settings import MapSettings
from ..errors import EmptyResultError
from ..evaluation.settings import ResamplingSettings
from ..models.catalogue import LEVELS, Level
from ..models.costs import FLOOR, START, Estimate, Sizes
from ..models.settings import ThreadSettings
from ..neural.recurrent.settings import DiagnosisSettings
from ..runtime.settings import Settings, setting
from ..text.settings import FileSettings, SharingSettings, SplitSettings, TextSettings
from .costs import (
    cost_of_gradients,
    cost_of_map,
    cost_of_minimal_pairs,
    cost_of_neighbors,
    cost_of_pairs,
    cost_of_perplexity,
    cost_of_questions,
    cost_of_reading,
    cost_of_split,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..embeddings.queries import AnalogyMethod
    from ..evaluation.comparison import TestMethod
    from ..evaluation.results import Score
    from ..runtime.keywords import CheckSplitKeywords, EncodeCorpusKeywords, SplitCorpusKeywords
    from ..runtime.progress import Progress

#: Name in a study of the combination of vectors and a thesaurus, which has no bundle.
COMBINATION = "combination"
F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True)
class Measurement:
    """Measurement, run in a process of its own.

    Attributes
    ----------
    section : str
        Of its options in the settings of a study.
    command : tuple of str
        The command that does the same.
    settings : tuple of types
        The settings that `measure` takes.
    measure : callable
        Takes what it reads, settings and ``progress`` as keywords; returns plain data.
    cost : callable
        Returns what it costs, by settings and sizes.
    options : dict
        Level of a study -> options that differ from the command's own defaults.
    """

    section: str
    command: tuple[str, ...]
    settings: tuple[type[Settings], ...]
    measure: Callable[..., object]
    cost: Callable[[Mapping[str, object], Sizes], Estimate]
    options: Mapping[Level, Mapping[str, object]]


@dataclass(frozen=True)
class AnalogySettings(ResamplingSettings):
    """Settings of answering analogy questions."""

    methods: tuple[str, ...] = setting(
        ("3cosadd", "3cosmul"), "3cosadd, 3cosmul.", option="--method"
    )
    most_frequent: int | None = setting(
        None, "Only the N most frequent words.", low=1, option="--among"
    )


@dataclass(frozen=True)
class NeighborSettings(Settings):
    """Settings of showing neighbours of words."""

    n: int = setting(10, "Number of neighbours.", low=1)
    most_frequent: int | None = setting(
        None, "Only the N most frequent words.", low=1, option="--among"
    )
    match: str | None = setting(None, "Only words in which this regular expression is found.")


@dataclass(frozen=True)
class UntrainedSettings(Settings):
    """Networks that are not trained, which are diagnosed next to those that are."""

    n_layers: int | None = setting(None, "Number of layers.", low=1)
    hidden_dim: int | None = setting(None, "Width of the layers.", low=1)
    forget_bias: float | None = setting(None, "Bias of the forget gates of LSTMs.")


#: Section of options -> what is measured.
MEASUREMENTS: dict[str, Measurement] = {}


def _measurement(
    section: str,
    command: tuple[str, ...],
    settings: tuple[type[Settings], ...],
    cost: Callable[[Mapping[str, object], Sizes], Estimate],
    options: Mapping[Level, Mapping[str, object]] | None = None,
) -> Callable[[F], F]:
    """Make a function a measurement."""

    def add(measure: F) -> F:
        by_level = {level: (options or {}).get(level, {}) for level in LEVELS}
        MEASUREMENTS[section] = Measurement(section, command, settings, measure, cost, by_level)
        return measure

    return add


@_measurement(
    "split",
    ("split",),
    (SplitSettings,),
    cost_of_split,
    {
        "quick": {"most": 50_000, "sample": 1_000_000},
        "standard": {"most": 100_000, "sample": 3_000_000},
        "full": {"most": 100_000},
    },
)
def _split(
    corpus: Sequence[str],
    output: str,
    force: bool,
    progress: "Progress",
    **settings: "Unpack[SplitCorpusKeywords]",
) -> object:
    from ..text.splitting import split_corpus

    split = split_corpus(list(corpus), output, overwrite=force, progress=progress, **settings)
    return split.as_dict()


@_measurement("profile", ("profile",), (TextSettings, ThreadSettings), cost_of_reading)
def _profile(
    corpus: Sequence[str],
    progress: "Progress",
    threads: int | None = None,
    **settings: "Unpack[EncodeCorpusKeywords]",
) -> object:
    from ..report.profiles import profile_text

    return profile_text(corpus, threads=threads, progress=progress, **settings).as_dict()


def _scored(
    scores: "Sequence[Score]",
    items: bool,
    method: "TestMethod | None",
    chosen: ResamplingSettings,
    threads: int | None,
) -> dict[str, object]:
    """Return scores, and what compares their models, if there are two."""
    from ..evaluation.comparison import paired_test

    several = len({score.model for score in scores}) > 1
    tests = paired_test(scores, method, chosen.resamples, chosen.seed, threads) if several else ()
    return {
        "scores": [score.as_dict(items) for score in scores],
        "comparisons": [each.as_dict() for each in tests],
    }


@_measurement(
    "eval-similarity", ("eval-similarity",), (ResamplingSettings, ThreadSettings), cost_of_pairs
)
def _similarity(
    models: Sequence[str],
    dataset: str,
    progress: "Progress",
    threads: int | None = None,
    shown_as: str = "",
    combine: bool = False,
    **settings: object,
) -> object:
    from ..evaluation.combination import evaluate_combination
    from ..evaluation.datasets import read_similarity_set
    from ..evaluation.similarity import covers, evaluate_similarity
    from ..models.finding import count_based
    from ..models.loading import load_pair_model

    test, chosen = read_similarity_set(dataset), ResamplingSettings.from_dict(settings)
    test = replace(test, name=shown_as or test.name)
    how = chosen.interval, chosen.resamples, chosen.seed, threads
    scores = []
    for path in models:  # one after the other, for the sake of memory
        if covers(model := load_pair_model(path), test):
            scores.append(evaluate_similarity(model, test, *how).replaced(model=path))
    *others, last = models
    if combine and scores and scores[-1].model == last:
        both = [load_pair_model(path) for path in (*count_based(others), last)]
        with suppress(EmptyResultError):  # too few pairs for weights
            found = evaluate_combination(both, test, *how)
            scores.append(found.replaced(model=COMBINATION))
    return _scored(scores, True, None, chosen, threads)


@_measurement(
    "eval-analogy", ("eval-analogy",), (AnalogySettings, ThreadSettings), cost_of_questions
)
def _analogies(
    models: Sequence[str],
    dataset: str,
    progress: "Progress",
    methods: "Sequence[AnalogyMethod]" = ("3cosadd", "3cosmul"),
    most_frequent: int | None = None,
    threads: int | None = None,
    shown_as: str = "",
    **settings: object,
) -> object:
    from ..evaluation.analogy import evaluate_analogy_methods
    from ..evaluation.datasets import read_analogy_set
    from ..models.loading import load_vectors

    test, chosen = read_analogy_set(dataset), ResamplingSettings.from_dict(settings)
    test = replace(test, name=shown_as or test.name)
    how = chosen.interval, chosen.resamples, chosen.seed
    scores = [
        result.replaced(model=path)
        for path in models
        for result in evaluate_analogy_methods(
            load_vectors(path), test, methods, most_frequent, threads, progress, *how
        )
    ]
    return _scored(scores, False, chosen.interval, chosen, threads)


@_measurement(
    "eval-perplexity",
    ("eval-perplexity",),
    (ResamplingSettings, FileSettings, ThreadSettings),
    cost_of_perplexity,
)
def _perplexity(
    models: Sequence[str],
    dataset: str,
    progress: "Progress",
    by_frequency: bool = False,
    by_seen: str | None = None,
    tokenizer: str | None = None,
    threads: int | None = None,
    **settings: object,
) -> object:
    from ..evaluation.perplexity import evaluate_perplexity
    from ..evaluation.perplexity_bands import perplexity_by_frequency, perplexity_by_seen
    from ..evaluation.perplexity_comparison import can_be_compared
    from ..lm.reading import read_text
    from ..models.loading import load_language_model

    ngrams = None if by_seen is None else load_language_model(by_seen)
    chosen = ResamplingSettings.among(settings)
    files = FileSettings.among(settings).keywords()
    how = chosen.interval, chosen.resamples, chosen.seed, threads
    scores = []
    for path in models:
        model = load_language_model(path)
        text = read_text(model, dataset, tokenizer, **files, threads=threads, progress=progress)
        result = evaluate_perplexity(model, text, "", *how).replaced(model=path)
        if by_frequency:
            bands = perplexity_by_frequency(result, model.vocabulary.counts)
            result = result.replaced(by_frequency=bands)
        if ngrams is not None:
            result = result.replaced(by_seen=perplexity_by_seen(result, ngrams))
        scores.append(result)
    if not all(score.is_normalized for score in scores) or not can_be_compared(scores):
        return {"scores": [score.as_dict(False) for score in scores], "comparisons": []}
    return _scored(scores, False, chosen.interval, chosen, threads)


@_measurement("eval-minimal-pairs", ("eval-minimal-pairs",), (), cost_of_minimal_pairs)
def _minimal_pairs(
    models: Sequence[str], dataset: str, progress: "Progress", tokenizer: str | None = None
) -> object:
    from ..evaluation.minimal_pair_sets import read_minimal_pairs
    from ..evaluation.minimal_pairs import evaluate_minimal_pairs
    from ..models.loading import load_language_model

    test = read_minimal_pairs(dataset)
    scores = [
        evaluate_minimal_pairs(load_language_model(path), test, tokenizer).replaced(model=path)
        for path in models
    ]
    return _scored(scores, False, None, ResamplingSettings(), None)


@_measurement("leaks", ("check-split",), (SharingSettings, ThreadSettings), cost_of_reading)
def _leaks(
    train: str,
    texts: Sequence[str],
    progress: "Progress",
    threads: int | None = None,
    **settings: "Unpack[CheckSplitKeywords]",
) -> object:
    from ..text.sharing import check_split

    found = check_split(train, texts, threads=threads, progress=progress, **settings)
    return [shared.as_dict(False) for _, shared in found]


@_measurement("neighbors", ("neighbors",), (NeighborSettings, ThreadSettings), cost_of_neighbors)
def _neighbors(
    model: str,
    words: Sequence[str],
    progress: "Progress",
    threads: int | None = None,
    **settings: object,
) -> object:
    from ..models.loading import load_vectors

    how = NeighborSettings.from_dict(settings)
    answers = load_vectors(model).nearest_each(
        list(words), how.n, how.most_frequent, match=how.match, threads=threads
    )
    return {word: [one._asdict() for one in found] for word, found in zip(words, answers)}


@_measurement(
    "map",
    ("plot", "map"),
    (MapSettings,),
    cost_of_map,
    {"quick": {"words": 500}, "standard": {"words": 1000}, "full": {"words": 10_000}},
)
def _map(models: Sequence[str], progress: "Progress", **settings: object) -> object:
    from ..models.loading import load_vectors
    from ..report.word_maps import corpus_of, map_words

    how = MapSettings.from_dict(settings).keywords()
    return [
        map_words(
            load_vectors(path),
            name=Path(path).name,
            corpus=corpus_of(path),
            progress=progress,
            **how,
        ).as_dict()
        for path in models
    ]


@_measurement("curves", ("plot", "curves"), (), lambda settings, sizes: Estimate(START, FLOOR))
def _curves(models: Sequence[str], progress: "Progress") -> object:
    from ..report.learning import learning_curves

    return [learning_curves(path).as_dict() for path in models]


@_measurement(
    "diagnose",
    ("diagnose",),
    (DiagnosisSettings, UntrainedSettings, FileSettings, ThreadSettings),
    cost_of_gradients,
    {
        "quick": {"positions": 32, "steps": 50, "jacobians": 2},
        "standard": {"positions": 64, "steps": 50, "jacobians": 4},
        "full": {},
    },
)
def _gradients(
    models: Sequence[str],
    dataset: str,
    fresh: str,
    progress: "Progress",
    tokenizer: str | None = None,
    threads: int | None = None,
    **settings: object,
) -> object:
    from ..models.diagnosis_subjects import FreshNetworks, find_subjects
    from ..neural.recurrent.diagnosis.diagnose import diagnose

    how = DiagnosisSettings.among(settings)
    sizes = {name: settings[name] for name in UntrainedSettings.names() if name in settings}
    networks = FreshNetworks((fresh,), sizes, (), how.seed)
    files = FileSettings.among(settings)
    subjects = find_subjects(models, [dataset], networks, tokenizer, threads, progress, files)
    far = how.steps, how.positions, how.jacobians
    diagnoses = [
        diagnose(each.model, each.ids, *far, Path(each.name).name, threads, progress)
        for each in subjects
    ]
    return {"diagnoses": [each.as_dict() for each in diagnoses]}
