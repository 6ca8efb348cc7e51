"""Named recipes: which views of a text are made, and how they are joined."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..bundles.reading import Bundle
from ..counts.settings import CountingSettings
from ..embeddings.settings import FactorisingSettings, WeighingSettings
from ..errors import SettingError
from ..runtime.settings import plain_type, refuse_unknown

#: Setting of a view -> the class that declares it; the seed is that of the joined vectors.
_KINDS = {
    name: kind
    for kind in (CountingSettings, WeighingSettings, FactorisingSettings)
    for name in kind.names()
    if name != "seed"
}


@dataclass(frozen=True)
class View:
    """One way to count and weigh a text.

    Attributes
    ----------
    name : str
        Its bundles are called ``counts-NAME``, ``ppmi-NAME`` and ``svd-NAME``.
    settings : dict
        Keywords of `count_cooccurrences`, `weigh_counts` and `svd_vectors`.
    weight : float
        Of the view among the others.
    """

    name: str
    settings: Mapping[str, object] = field(default_factory=dict)
    weight: float = 1.0

    def __post_init__(self) -> None:
        refuse_unknown(self.settings, _KINDS, f"the view {self.name}")
        if not 1e-6 <= self.weight <= 1e6:
            raise SettingError(f"weight is {self.weight}; it must be from 1e-6 to 1e6")

    @property
    def factorising(self) -> dict[str, Any]:
        """Those of the settings that are of its SVD."""
        return {k: v for k, v in self.settings.items() if _KINDS[k] is FactorisingSettings}


#: A recipe keeps all tokens of words seen so often or less, however short the text is: a share of
#: 1e-4, which suits millions of tokens, would leave next to nothing of some thousand.
_NEVER_SUBSAMPLED = 100
#: Name -> views.
RECIPES = {
    "two-views": (
        View("wide", {"window": 5, "subsample": 1e-4, "emphasis": 0.1}),
        View("near", {"window": 3, "direction": "split"}),
    )
}


@dataclass(frozen=True)
class WeightedView(View):
    """A view of the weighted factorisation.

    Attributes
    ----------
    factorised : dict
        Keywords of `weighted_vectors`; those of the user come first.
    """

    factorised: Mapping[str, Any] = field(default_factory=dict)


#: Chosen by `benchmarks/weighted_search.py`.
WEIGHTED_VIEWS = (
    WeightedView(
        "wide", {"window": 5, "subsample": 1e-4}, factorised={"eig": 0.25, "context_weight": 0.5}
    ),
    WeightedView("near", {"window": 3, "direction": "split"}, factorised={"eig": 0.5}),
)


def for_text(counting: CountingSettings, corpus: Bundle) -> CountingSettings:
    """Return how a recipe counts an encoded corpus."""
    if counting.subsample is None:
        return counting
    share = max(counting.subsample, _NEVER_SUBSAMPLED / max(1, corpus.facts["n_tokens"]))
    return replace(counting, subsample=share if share < 1 else None)


def parse_view(text: str, number: int) -> View:
    """Read a view from ``key=value,key=value``.

    Keys are those of `View.settings`, and ``weight``.

    Raises
    ------
    SettingError
        If a key or a value is not known.
    """
    settings: dict[str, bool | int | float | str] = {}
    for item in filter(None, (item.strip() for item in text.split(","))):
        key, equals, value = (piece.strip() for piece in item.partition("="))
        if key in settings:
            raise SettingError(f"the view {text[:80]!r} has {key} twice; give it once")
        if not equals or key not in (*_KINDS, "weight"):
            raise SettingError(
                f"{item!r} is no setting of a view; expected key=value with one of "
                f"{', '.join([*_KINDS, 'weight'])}"
            )
        kind = float if key == "weight" else plain_type(_KINDS[key].declared(key).type)[0]
        settings[key] = _value(key, value, kind)
    weight = float(settings.pop("weight", 1.0))
    return View(f"view{number}", settings, weight)


def _value(key: str, value: str, kind: type) -> bool | int | float | str:
    if kind is bool:
        if value not in ("yes", "no"):
            raise SettingError(f"{key} is {value!r}; expected yes or no")
        return value == "yes"
    if kind is str:
        return value
    try:
        return int(value) if kind is int else float(value)
    except ValueError:
        name = "a whole number" if kind is int else "a number"
        raise SettingError(f"{key} is {value!r}; expected {name}") from None
