"""The ensemble of finished language models."""

from collections.abc import Mapping

from ...runtime.late import late
from ..catalogue import ModelKind, at_levels, called, settings_of
from ..costs import Estimate, Sizes
from .ngram import MIXTURE


def _cost(options: Mapping[str, object], sizes: Sizes) -> Estimate:
    return Estimate(4 + sizes.n_test_tokens / 10e3, 4e8 + 150 * sizes.n_lm_tokens, 1e4)


KINDS = (
    ModelKind(
        name="mix",
        title="Ensemble (KN + cache + LSTM)",
        role="language model",
        family="mixed",
        holds=MIXTURE,
        bundles=called("mixture-all"),
        offered=1,
        build=late("models.ensemble:mix_models"),
        settings=settings_of("models:EnsembleSettings", "models:ThreadSettings"),
        command=("mix",),
        builds_on=("cache", "lstm"),
        is_random=False,
        resumes=False,
        least_words=0,
        options=at_levels(quick={}, standard={}, full={}),
        cost=_cost,
        source="models",
        held_out="required",
        time_note="the ensemble takes models that are built before",
    ),
)
