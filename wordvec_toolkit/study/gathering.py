"""From what the steps have printed to the report."""

import os
import platform
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

from ..bundles.reading import Bundle, is_bundle, open_bundle
from ..errors import FormatError
from ..evaluation.statistics.intervals import Z95
from ..models.catalogue import MODELS, ModelKind, n_parameters_of
from ..report.data import (
    Band,
    CorpusProfile,
    Cost,
    Curve,
    Difference,
    LearningCurves,
    ModelRow,
    NeighborTable,
    Perplexity,
    Report,
    Score,
    StepRow,
    WordMap,
)
from ..text.split_results import SplitPart
from .folder import StudyFolder
from .notes import notes_of
from .running import Outcome
from .settings import StudySettings, of_role, write_settings
from .steps import Step, Steps
from .versions import versions
from .words import vocabulary_of

T = TypeVar("T")


def gather(
    settings: StudySettings,
    folder: StudyFolder,
    steps: Steps,
    outcomes: Mapping[str, Outcome],
    command: str,
) -> Report:
    """Make the report of a study whose steps have been run."""
    results = {
        name: folder.result(name)
        for name, outcome in outcomes.items()
        if outcome.status == "done" and outcome.step.makes is None and outcome.step.arguments
    }
    names = {steps.path(name).name: name for name in settings.chosen}
    scores, differences = _scores(results, names)
    perplexities, bands, more = _perplexities(results.get("perplexity") or {}, names)
    best = _best(scores, perplexities)
    mixed = _best(scores, perplexities, with_mixed=True)
    differences = _against_best([*differences, *more], mixed)
    return Report(
        title=", ".join(settings.corpus),
        command=command,
        settings=write_settings(settings),
        versions={**versions(), "machine": _machine()},
        made=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        split=_split(results.get("split"), folder),
        profile=_filled(CorpusProfile, results.get("profile")),
        sample=_filled(CorpusProfile, results.get("profile-lm")),
        models=tuple(_row(name, steps, outcomes) for name in settings.chosen),
        scores=tuple(scores),
        perplexities=tuple(perplexities),
        bands=tuple(bands),
        best=best,
        differences=tuple(differences),
        learning=_learning(results.get("curves")),
        neighbors=_neighbors(results, steps),
        maps=_maps(results, settings.chosen),
        gradients=tuple((results.get("gradients") or {}).get("diagnoses", ())),
        steps=tuple(_step_row(each) for each in _in_order(steps, outcomes) if each.step.arguments),
        notes=notes_of(settings, steps, results, outcomes, _other_versions(outcomes)),
    )


def _in_order(steps: Steps, outcomes: Mapping[str, Outcome]) -> list[Outcome]:
    """Return how steps ended: in the order of building, whatever stood there, then of measuring."""
    first = ["split", *(step.name for step in steps.builds())]
    return [outcomes[name] for name in dict.fromkeys((*first, *outcomes)) if name in outcomes]


def command_of(step: Step) -> str:
    """Return a step's command, as one types it."""
    return shlex.join(("wvt", *step.arguments))


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"


def _other_versions(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    """Return the steps that were run with other versions than there are now, and with which."""
    now = versions()
    found: dict[str, str] = {}
    for name, outcome in outcomes.items():
        then = outcome.record.versions if outcome.record is not None else {}
        other = [
            f"{package} {then[package]}"
            for package in then
            if package in now and now[package] != then[package]
        ]
        if other and outcome.status == "done":
            found[name] = " and ".join(other)
    return found


def _step_row(outcome: Outcome) -> StepRow:
    return StepRow(
        outcome.step.name, command_of(outcome.step), outcome.status, outcome.reason, _cost(outcome)
    )


def _cost(outcome: Outcome, size: int | None = None) -> Cost:
    if (record := outcome.record) is None:
        return Cost()
    return Cost(record.seconds, record.peak_bytes, size)


def _row(name: str, steps: Steps, outcomes: Mapping[str, Outcome]) -> ModelRow:
    model, outcome = MODELS[name], outcomes[name]
    path = steps.path(name)
    known: dict[str, Any] = {}
    size = None
    if outcome.status == "done":
        bundle = open_bundle(path)
        size = _size(path)
        known = {
            "repeatable": bool(bundle.facts.get("reproducible", True)),
            "settings": bundle.settings,
            "signature": f"{bundle.kind}|{bundle.digest}",
            "n_parameters": _n_parameters(path),
        }
    stood = outcome.record is not None and not outcome.record.key
    title = _title(model, steps.path((*model.inherits, name)[0]))
    return ModelRow(
        name,
        title,
        model.role,
        model.family,
        str(path),
        outcome.status,
        outcome.reason,
        "" if stood else command_of(outcome.step),
        cost=_cost(outcome, size),
        **known,
    )


def _title(model: ModelKind, path: Path) -> str:
    """Return what a model is called, by the settings of the bundle that it is, or is made of."""
    settings = next((bundle.settings for bundle in _with_parts(path)), {})
    return model.retitle(model.title, settings)


def _n_parameters(path: Path) -> int | None:
    """Return how many numbers a model and what it is a mixture of hold, where their facts tell."""
    bundles = _with_parts(path)
    known = [n for bundle in bundles if (n := n_parameters_of(bundle)) is not None]
    return sum(known) if known else None


def _size(path: Path) -> int:
    """Return the bytes of a bundle, and of those that it is a mixture of."""
    return sum(
        int(entry["bytes"])
        for bundle in _with_parts(path)
        for entry in bundle.manifest["files"].values()
    )


def _with_parts(path: Path, seen: set[Path] | None = None) -> list[Bundle]:
    """Return a bundle and those that it is a mixture of, each once."""
    seen = set() if seen is None else seen
    if path in seen or not is_bundle(path):
        return []
    seen.add(path)
    try:
        bundle = open_bundle(path)
    except FormatError:
        return []
    parts = bundle.settings.get("parts")
    names = parts.values() if isinstance(parts, dict) else ()
    return [bundle, *(one for name in names for one in _with_parts(path.parent / str(name), seen))]


def _interval(found: Mapping[str, Any]) -> tuple[float, float]:
    low, high = (float("nan") if bound is None else float(bound) for bound in found["interval"])
    return low, high


def _number(value: Any) -> float:
    """Return a number of a result, in which null stands for what is not finite."""
    return float("nan") if value is None else float(value)


def _named(path: str, names: Mapping[str, str]) -> str:
    """Return the name of a model by its bundle's, wherever that stood when it was measured."""
    return names[Path(path).name]


def _of_tests(results: Mapping[str, Any], kind: str) -> list[Any]:
    """Return the results of tests of a kind, in their order."""
    return [found for name, found in results.items() if name.startswith(f"{kind}-") and found]


def _scores(
    results: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[list[Score], list[Difference]]:
    scores, differences = [], []
    for found in _of_tests(results, "similarity"):
        for each in found["scores"]:
            low, high = _interval(each)
            scores.append(
                Score(
                    _named(each["model"], names),
                    each["dataset"],
                    "spearman",
                    _number(each["spearman"]),
                    low,
                    high,
                    each["n"],
                    each["n_oov"],
                    each["signature"],
                    _reach(each.get("chance")),
                )
            )
        differences += _differences(found["comparisons"], names)
    for found in _of_tests(results, "analogy"):
        for each in found["scores"]:
            total = each["total"]
            low, high = _interval(total)
            scores.append(
                Score(
                    _named(each["model"], names),
                    each["dataset"],
                    each["method"],
                    _number(total["accuracy"]),
                    low,
                    high,
                    total["n"],
                    total["n_oov"],
                    each["signature"],
                    each.get("chance"),
                )
            )
        differences += _differences(found["comparisons"], names)
    return scores, differences


def _reach(deviation: float | None) -> float | None:
    """Return how far guessing reaches in 95 of 100 cases, of its standard deviation."""
    return None if deviation is None else min(1.0, Z95 * deviation)


def _differences(
    comparisons: Iterable[Mapping[str, Any]], names: Mapping[str, str]
) -> list[Difference]:
    return [
        Difference(
            each["dataset"],
            each["measure"],
            _named(each["first"], names),
            _named(each["second"], names),
            _number(each["difference"]),
            *_interval(each),
            _number(each["p_value"]),
            _number(each["p_holm"]),
            each["n"],
            each["signature"],
        )
        for each in comparisons
    ]


def _perplexities(
    found: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[list[Perplexity], list[Band], list[Difference]]:
    perplexities, bands = [], []
    for each in found.get("scores", ()):
        model = _named(each["model"], names)
        low, high = _interval(each)
        perplexities.append(
            Perplexity(
                model,
                each["text"],
                _number(each["perplexity"]),
                low,
                high,
                _number(each["perplexity_without_oov"]),
                _number(each["bits_per_token"]),
                each["bits_per_character"],
                each["n_tokens"],
                each["n_oov"],
                each["signature"],
            )
        )
        for split in ("frequency", "seen"):
            bands += [
                Band(
                    model,
                    split,
                    band["band"],
                    band["n"],
                    _number(band["perplexity"]),
                    *(band.get("interval") or (None, None)),
                )
                for band in each.get(f"by_{split}", ())
            ]
    return perplexities, bands, _differences(found.get("comparisons", ()), names)


def _best(
    scores: Iterable[Score], perplexities: Iterable[Perplexity], with_mixed: bool = False
) -> dict[str, dict[str, str]]:
    """Return the best model of each family on each test, "test|measure" -> model."""
    found: dict[str, dict[str, tuple[float, str]]] = {"count-based": {}, "neural": {}}
    values = [(score.model, f"{score.test}|{score.measure}", score.value) for score in scores]
    values += [
        (each.model, f"{each.text}|bits per token", -each.bits_per_token) for each in perplexities
    ]
    for model, test, value in values:
        family = MODELS[model].family
        if family == "mixed" and not with_mixed:
            continue
        best = found.setdefault(family, {})
        if value == value and value > best.get(test, (-float("inf"), ""))[0]:
            best[test] = (value, model)
    return {
        family: {test: model for test, (_, model) in own.items()} for family, own in found.items()
    }


def _against_best(
    differences: Iterable[Difference], best: Mapping[str, Mapping[str, str]]
) -> list[Difference]:
    """Return the comparisons with the best models, these in second place."""
    found = []
    for each in differences:
        test = f"{each.test}|{each.measure}"
        references = {own[test] for own in best.values() if test in own}
        for one, turned in ((each, False), (each, True)):
            model, against = (each.against, each.model) if turned else (each.model, each.against)
            if against not in references:
                continue
            found.append(_turned(one) if turned else one)
            if model in references:
                break  # two of the best: once is enough
    return found


def _turned(each: Difference) -> Difference:
    return Difference(
        each.test,
        each.measure,
        each.against,
        each.model,
        -each.difference,
        -each.high,
        -each.low,
        each.p_value,
        each.p_holm,
        each.n,
        each.signature,
    )


def _filled(kind: type[T], found: Any) -> T | None:
    """Return a dataclass filled from the JSON of one; None if there is none."""
    if not isinstance(found, dict):
        return None
    values = {item.name: _tuples(found.get(item.name)) for item in fields(kind)}  # type: ignore[arg-type]
    return kind(**values)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _split(found: Any, folder: StudyFolder) -> tuple[SplitPart, ...]:
    parts = (found or {}).get("parts", ())
    filled = [part for each in parts if (part := _filled(SplitPart, each)) is not None]
    # Parts in whose place a text was given are empty.
    return tuple(replace(part, path=str(folder.part(part.name))) for part in filled if part.n_words)


def _learning(found: Any) -> tuple[LearningCurves, ...]:
    names = {bundle: name for name, model in MODELS.items() for bundle in model.bundles}
    learnt = []
    for each in found or ():
        lines = tuple(line for curve in each["curves"] if (line := _filled(Curve, curve)))
        filled = _filled(LearningCurves, {**each, "curves": []})
        if filled is not None:
            model = names.get(Path(filled.model).name, filled.model)
            learnt.append(replace(filled, model=model, curves=lines))
    return tuple(learnt)


def _neighbors(results: Mapping[str, Any], steps: Steps) -> tuple[NeighborTable, ...]:
    """Turn the neighbours of words, model by model, into those of models, word by word."""
    vectors = of_role("vectors", MODELS)
    by_model = {
        name: dict(found) for name in vectors if (found := results.get(f"neighbors-{name}"))
    }
    words = list(dict.fromkeys(word for found in by_model.values() for word in found))
    if not words:
        return ()
    vocabulary = vocabulary_of(steps.vectors)
    counts = {
        word: int(vocabulary.counts[vocabulary.id(word)])
        for word in words
        if vocabulary is not None and word in vocabulary
    }
    return tuple(
        NeighborTable(
            word,
            counts.get(word, 0),
            {
                name: tuple((n["word"], n["similarity"]) for n in found[word])
                for name, found in by_model.items()
                if word in found
            },
        )
        for word in words
    )


def _maps(results: Mapping[str, Any], chosen: list[str]) -> tuple[WordMap, ...]:
    found = (
        (name, _filled(WordMap, each))
        for name in chosen
        for each in results.get(f"map-{name}") or ()
    )
    return tuple(replace(each, model=name) for name, each in found if each is not None)
