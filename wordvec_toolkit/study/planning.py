"""Plan of a study: steps, time and memory."""

import importlib.util
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..bundles.reading import open_bundle
from ..bundles.recognising import is_bundle
from ..errors import FormatError, install_line
from ..models.catalogue import MODELS
from ..models.costs import Estimate, Sizes, n_words_kept
from ..runtime.memory import available_memory
from ..runtime.sizes import size
from ..workspace.folder import Workspace
from .folder import Record, StudyFolder
from .options import record_of
from .running import Outcome, Runner
from .settings import StudySettings, of_role
from .steps import Step, Steps, Texts

PlanStatus = Literal["to do", "done", "refused", "missing"]
_SHARE_OF_MEMORY = 0.9
_FEW_SECONDS = 5.0  # of steps, from which on they tell how fast this machine is


@dataclass(frozen=True)
class PlannedStep:
    """A step of the plan.

    Attributes
    ----------
    reason : str
        Why it will not be run.
    """

    step: Step
    estimate: Estimate
    status: PlanStatus
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """All steps of a study.

    Attributes
    ----------
    builds, measurements : tuple of PlannedStep
        The measurements as they will be if all models are built.
    """

    builds: tuple[PlannedStep, ...]
    measurements: tuple[PlannedStep, ...]

    @property
    def seconds(self) -> float:
        """Predicted seconds of all steps to be done."""
        return sum(
            p.estimate.seconds for p in (*self.builds, *self.measurements) if p.status == "to do"
        )


class Countdown:
    """Running step of a plan, and the estimated remaining time."""

    def __init__(self, plan: Plan) -> None:
        planned = (*plan.builds, *plan.measurements)
        self._seconds = {
            each.step.name: each.estimate.seconds * (each.status == "to do") for each in planned
        }
        self._begun: dict[str, None] = {}
        self._expected = self._taken = 0.0

    def begin(self, name: str) -> str:
        """Return what to say of a step that begins: ``step 9 of 29, about 1 min left``."""
        self._begun[name] = None
        n = max(len(self._seconds), len(self._begun))
        done = self._begun.keys() - {name}
        left = sum(seconds for each, seconds in self._seconds.items() if each not in done)
        # Estimates are those of another machine: what was measured here corrects them.
        pace = self._taken / self._expected if self._expected > _FEW_SECONDS else 1.0
        return f"step {len(self._begun)} of {n}, about {_rough(left * pace)} left"

    def end(self, outcome: Outcome) -> None:
        """Note what a step took."""
        record = outcome.record
        if record is not None and record.seconds and not outcome.was_done:
            self._taken += record.seconds
            self._expected += self._seconds.get(outcome.step.name, 0.0)


def _rough(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds / 10)) * 10} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.1f} h"


def sizes_of(settings: StudySettings, texts: Texts, n_models: int) -> Sizes:
    """Return what costs depend on, as far as it is known before the text is read."""
    text = settings.section("text")
    min_count, max_size = int(text.get("min-count", 5)), text.get("max-size")
    n_lm = texts.n_sample_words or texts.n_words
    most = None if max_size is None else int(max_size)
    return Sizes(
        texts.n_words,
        n_words_kept(texts.n_words, min_count, most),
        n_lm,
        n_words_kept(n_lm, min_count, most),
        texts.n_test_words,
        n_models,
    )


def make_plan(
    settings: StudySettings,
    folder: StudyFolder,
    steps: Steps,
    runner: Runner,
    words: Sequence[str] = (),
) -> Plan:
    """Find what is done, what is missing, and what the rest will take.

    Outcomes of steps that are done go to the runner.  `words` are those whose neighbours are shown;
    none where there is no vocabulary yet to pick them from.
    """
    free = available_memory()
    place = next(each for each in (folder.path, *folder.path.absolute().parents) if each.exists())
    room = shutil.disk_usage(place).free
    texts = steps.texts
    sizes = sizes_of(settings, texts, len(of_role("vectors", settings.chosen)))
    builds = []
    had: set[str] = {"split"}
    for step in steps.builds():
        estimate = record_of(step.section).cost(step.settings, sizes)
        outcome = runner.finished(step) or stands_already(step, settings)
        if outcome is not None:
            runner.outcomes[step.name] = outcome
            builds.append(PlannedStep(step, estimate, "done"))
            had.add(step.name)
            continue
        status, reason = _lacks(step, texts, had)
        if not reason and (reason := _beyond(free, estimate)):
            status = "refused"
        elif not reason and estimate.disk > room:
            status = "refused"
            reason = (
                f"it would take about {size(estimate.disk)} of disk, and "
                f"{size(room)} are free; choose another place with -o"
            )
        if not reason:
            had.add(step.name)
            room -= int(estimate.disk)
        builds.append(PlannedStep(step, estimate, status, reason))
    models = [name for name in settings.chosen if name in had]
    measurements = []
    for step in steps.measurements(models, tuple(words) or ("word",)):
        estimate = record_of(step.section).cost(step.settings, sizes)
        if runner.finished(step) is not None:
            measurements.append(PlannedStep(step, estimate, "done"))
        elif reason := _beyond(free, estimate):
            measurements.append(PlannedStep(step, estimate, "refused", reason))
        else:
            measurements.append(PlannedStep(step, estimate, "to do"))
    return Plan(tuple(builds), tuple(measurements))


def _beyond(free: int | None, estimate: Estimate) -> str:
    """Return why a step does not fit into memory; "" if it does."""
    if free is None or estimate.memory <= _SHARE_OF_MEMORY * free:
        return ""
    return (
        f"it would take about {size(estimate.memory)} of memory, and {size(free)} "
        "are available; raise min_count (--min-count), lower max_size or dim (--max-size, --dim), "
        "or omit the model (--models)"
    )


def _lacks(step: Step, texts: Texts, had: set[str]) -> tuple[PlanStatus, str]:
    """Return the status and the reason of a step that cannot be run; "to do" and "" if it can."""
    model = MODELS[step.section]
    if missing := [name for name in model.packages if importlib.util.find_spec(name) is None]:
        return "missing", (
            f"{model.title} needs the package {missing[0]}, which is not installed; "
            f"{install_line(model.extra)}"
        )
    if model.role == "language model" and not texts.test:
        return "missing", "there is no text to score; give one as test (--test)"
    if model.held_out == "required" and not texts.valid:
        return "missing", "there is no text to fit its weights to; give one as valid (--valid)"
    if lacking := [name for name in step.needs if name not in had]:
        return "missing", f"it needs {' and '.join(lacking)}, which is not available"
    return "to do", ""


def stands_already(step: Step, settings: StudySettings) -> Outcome | None:
    """Return the outcome of a step whose bundle is in the workspace that was given."""
    if step.makes is None or step.makes.parent not in map(Path, settings.corpus):
        return None
    if not is_bundle(step.makes):
        return None
    try:
        if Workspace(step.makes.parent).is_stale(step.makes.name):
            return None
        record = Record("", "done", digest=open_bundle(step.makes).digest)
    except FormatError:
        return None
    return Outcome(step, "done", record=record, was_done=True)
