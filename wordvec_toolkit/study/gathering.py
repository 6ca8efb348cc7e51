"""From what the steps have printed to the report."""

import os
import platform
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..bundles.reading import Bundle, open_bundle
from ..bundles.recognising import is_bundle
from ..errors import FormatError
from ..evaluation.comparison_results import Comparison
from ..evaluation.perplexity_results import PerplexityResult
from ..models.catalogue import MODELS, ModelKind, n_parameters_of
from ..report.data import Cost, LearningCurves, ModelRow, NeighborTable, Report, StepRow, WordMap
from ..text.split_results import CorpusSplit, SplitPart
from .findings import Findings, findings_of
from .folder import StudyFolder
from .measurements import COMBINATION
from .notes import notes_of, warnings_of
from .running import Outcome
from .settings import StudySettings, counted_vectors, of_role, write_settings
from .steps import Step, Steps
from .versions import versions
from .words import vocabulary_of


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
    names = {steps.path(name).name: name for name in settings.chosen} | {COMBINATION: COMBINATION}
    found = findings_of(results, names)
    best = _best(found)
    mixed = _best(found, with_mixed=True)
    return Report(
        title=", ".join(settings.corpus),
        command=command,
        settings=write_settings(settings),
        versions={**versions(), "machine": _machine()},
        made=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        split=_split(found.split, folder),
        profile=found.profile,
        sample=found.sample,
        models=_rows(settings, found, steps, outcomes),
        scores=found.scores,
        perplexities=found.perplexities,
        minimal_pairs=found.minimal_pairs,
        best=best,
        differences=tuple(_against_best(found.comparisons, mixed)),
        learning=_learning(results.get("curves")),
        neighbors=_neighbors(results, steps),
        maps=_maps(results, settings.chosen),
        gradients=tuple((results.get("gradients") or {}).get("diagnoses", ())),
        steps=tuple(_step_row(each) for each in _in_order(steps, outcomes) if each.step.arguments),
        notes=notes_of(settings, steps, found, outcomes, _other_versions(outcomes)),
        warnings=warnings_of(settings, found, outcomes),
    )


def _in_order(steps: Steps, outcomes: Mapping[str, Outcome]) -> list[Outcome]:
    """Return how steps ended: in the order of building, whatever was there, then of measuring."""
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


def _rows(
    settings: StudySettings, found: Findings, steps: Steps, outcomes: Mapping[str, Outcome]
) -> tuple[ModelRow, ...]:
    """Return the models of a study, and the combination of vectors and a thesaurus if scored."""
    rows = [_row(name, steps, outcomes) for name in settings.chosen]
    if any(score.model == COMBINATION for score in found.scores):
        titles = {row.name: row.title for row in rows if row.status == "done"}
        counted, lexical = counted_vectors(titles), of_role("thesaurus", titles)
        first = titles[counted[0]] if len(counted) == 1 else "Best count-based vectors"
        title = f"{first} + {titles[lexical[-1]]}"
        place = 1 + [row.name for row in rows].index(lexical[-1])
        rows.insert(place, ModelRow(COMBINATION, title, "thesaurus", "lexical", "", "done", "", ""))
    return tuple(rows)


def _row(name: str, steps: Steps, outcomes: Mapping[str, Outcome]) -> ModelRow:
    model, outcome = MODELS[name], outcomes[name]
    path = steps.path(name)
    stood = outcome.record is not None and not outcome.record.key
    title = _title(model, steps.path((*model.inherits, name)[0]))
    row = ModelRow(
        name,
        title,
        model.role,
        model.family,
        str(path),
        outcome.status,
        outcome.reason,
        "" if stood else command_of(outcome.step),
        cost=_cost(outcome),
    )
    if outcome.status != "done":
        return row
    bundle = open_bundle(path)
    return replace(
        row,
        repeatable=bool(bundle.facts.get("reproducible", True)),
        settings=bundle.settings,
        # the kind of bundle, and which recipe for such there is more than one: svd|two-views|...
        signature="|".join(dict.fromkeys((bundle.kind, name, bundle.digest))),
        n_parameters=_n_parameters(path),
        cost=_cost(outcome, _size(path)),
    )


def _title(model: ModelKind, path: Path) -> str:
    """Return what a model is called, by the settings of its bundle, or of a component."""
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


def _best(found: Findings, with_mixed: bool = False) -> dict[str, dict[str, str]]:
    """Return the best model of each family on each test, "test|measure" -> model."""
    best: dict[str, dict[str, tuple[float, str]]] = {"count-based": {}, "neural": {}}
    values = [
        (score.model, f"{score.test}|{score.measure}", score.value)
        for score in (*found.scores, *found.minimal_pairs)
    ]
    values += [
        (each.model, f"{each.text}|bits per token", -_leading(each)) for each in found.perplexities
    ]
    for model, test, value in values:
        family = MODELS[model].family if model in MODELS else "lexical"
        if family == "mixed" and not with_mixed:
            continue
        own = best.setdefault(family, {})
        if value == value and value > own.get(test, (-float("inf"), ""))[0]:
            own[test] = (value, model)
    return {
        family: {test: model for test, (_, model) in own.items()} for family, own in best.items()
    }


def _leading(found: PerplexityResult) -> float:
    return found.perplexity_without_oov if found.has_much_oov else found.perplexity


def _against_best(
    comparisons: Iterable[Comparison], best: Mapping[str, Mapping[str, str]]
) -> list[Comparison]:
    """Return the comparisons with the best models, these in second place."""
    found = []
    for each in comparisons:
        test = f"{each.test}|{each.measure}"
        references = {own[test] for own in best.values() if test in own}
        if each.second in references:
            found.append(each)
        if each.first in references and each.second not in references:
            found.append(each.turned)
    return found


def _split(split: CorpusSplit | None, folder: StudyFolder) -> tuple[SplitPart, ...]:
    parts = split.parts if split is not None else ()
    # Parts in whose place a text was given are empty.
    return tuple(replace(part, path=str(folder.part(part.name))) for part in parts if part.n_words)


def _learning(found: Iterable[Mapping[str, object]] | None) -> tuple[LearningCurves, ...]:
    names = {bundle: name for name, model in MODELS.items() for bundle in model.bundles()}
    read = [LearningCurves.from_dict(each) for each in found or ()]
    return tuple(replace(each, model=names.get(Path(each.model).name, each.model)) for each in read)


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
    return tuple(
        replace(WordMap.from_dict(each), model=name)
        for name in chosen
        for each in results.get(f"map-{name}") or ()
    )
