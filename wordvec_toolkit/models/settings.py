"""Settings of builders besides those of what they build on."""

from dataclasses import dataclass
from typing import Literal

from ..errors import SettingError
from ..neural.recurrent.adapting.settings import CacheSettings, DynamicSettings, Method
from ..neural.recurrent.presets import PRESETS
from ..runtime.settings import Settings, setting

#: Words of text from which on weighted views are ahead of those by SVD (benchmarks/README.md).
WEIGHTED_FROM = 10_000_000


@dataclass(frozen=True)
class ThreadSettings(Settings):
    """On how many threads a model is built."""

    threads: int | None = setting(
        None,
        "Number of threads; any number gives the same bits.",
        low=1,
        shown="all processors",
        metavar="N",
    )


@dataclass(frozen=True)
class JoiningSettings(Settings):
    """Settings of joining views of a text."""

    join: Literal["after", "before"] = setting("after", "Join the views after the SVD, or before.")


@dataclass(frozen=True)
class WeightedViewsSettings(Settings):
    """Of how many views of a text a weighted factorisation is made."""

    views: Literal["one", "two"] = setting(
        "one", "One view, counted as chosen, or a wide and a near one, joined."
    )


@dataclass(frozen=True)
class FallbackSettings(Settings):
    """Fallback of a smoothing method where counts of counts give no discounts."""

    discount_fallback: str | None = setting(
        None, "Numbers with commas, default (0.5,1,1.5, as KenLM) or held-out.", shown="refuse"
    )


@dataclass(frozen=True)
class PresetSettings(Settings):
    """Settings of a network and its training that go together."""

    preset: str | None = setting(None, "Name of settings that go together.", choices=PRESETS.keys)


@dataclass(frozen=True)
class EnsembleSettings(Settings):
    """Settings of an ensemble besides its models."""

    cache: bool = setting(False, "Add caches of the last words, of orders 1 to 3.")
    neural_cache: bool = setting(
        False, "Mix recurrent models with a cache of their hidden states (Grave et al. 2017)."
    )
    window: int | None = setting(
        None,
        "Number of tokens that the neural cache holds.",
        low=1,
        shown=str(CacheSettings.window),
    )
    dynamic: Method | None = setting(
        None,
        "Let recurrent models learn from the text just scored (Krause et al. 2018), with a rate "
        "for each weight or plainly.",
    )
    segment: int | None = setting(
        None,
        "Number of tokens that are scored before each update; fewer take longer.",
        low=1,
        shown=str(DynamicSettings.segment),
    )

    def check(self) -> None:
        for name, needed in (("window", "neural_cache"), ("segment", "dynamic")):
            if getattr(self, name) is not None and not getattr(self, needed):
                raise SettingError(
                    f"{name} is a setting of {needed}; add it (--{needed.replace('_', '-')})"
                )
