"""What a reader of the report has to know beside the numbers."""

from collections.abc import Mapping
from typing import Any

from .models import MODELS
from .running import Outcome
from .settings import StudySettings
from .steps import Steps


def notes_of(
    settings: StudySettings,
    steps: Steps,
    outcomes: Mapping[str, Outcome],
    results: Mapping[str, Any],
) -> tuple[str, ...]:
    """Return sentences."""
    notes = []
    if settings.level == "quick":
        notes.append(
            "This was --quick: smaller vectors and fewer epochs than is usual. What networks learn "
            "suffers more from that than what is counted; do not quote it as a comparison of "
            "methods."
        )
    if steps.texts.sample:
        notes.append(
            f"Language models learnt from a sample of {steps.texts.n_sample_words:,} words of the "
            f"training text ({steps.texts.n_words:,} words), all of them the same, with one "
            "vocabulary; vectors from the whole."
        )
    elif results.get("split"):
        notes.append(
            "Vectors and language models learnt from the same tokens with the same vocabulary."
        )
    notes.append(
        "GloVe counts as count-based, as it is fitted to co-occurrence counts; skip-gram, CBOW and "
        "fastText are learnt from running text."
    )
    notes.append(
        "The best model of each kind was picked by the same items on which the others are compared "
        "with it, which favours it a little."
    )
    return tuple(notes)


def found_leaks(result: Any) -> str:
    """Say how much of the test text stands in the training text."""
    return ""


def missing_models(outcomes: Mapping[str, Outcome]) -> list[str]:
    """Return the names of the models that failed."""
    return [name for name, outcome in outcomes.items()
            if name in MODELS and outcome.status == "failed"]  # fmt: skip
