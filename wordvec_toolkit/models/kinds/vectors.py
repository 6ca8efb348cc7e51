"""Common parts of kinds of word vectors, and vectors without a builder."""

import math
from typing import TYPE_CHECKING

from ...runtime.late import late
from ..catalogue import BundleKind, Training

if TYPE_CHECKING:
    from ...bundles.reading import Bundle

open_vectors = late("embeddings.vectors:WordVectors.from_bundle")


def n_of_table(bundle: "Bundle") -> int | None:
    """Return the numbers of a dense table: dimensions times the words of the corpus next to it."""
    from ...bundles.reading import open_bundle
    from ...bundles.recognising import is_bundle

    corpus = bundle.path.parent / "corpus"
    if "dim" not in bundle.facts or not is_bundle(corpus):
        return None
    return int(bundle.facts["dim"]) * int(open_bundle(corpus).facts["n_words"])


def losses_of(bundle: "Bundle", key: str, measure: str) -> Training:
    """Return the learning curve of a model that notes a loss for each epoch."""
    if not (values := bundle.facts.get(key)):
        from ...errors import EmptyResultError

        raise EmptyResultError(f"{bundle.path} has no learning curve: it records no loss")
    return Training(measure, {"training": numbers_of(bundle, key, values)})


def numbers_of(bundle: "Bundle", key: str, values: object) -> tuple[float | None, ...]:
    """Return numbers of a manifest, None for what is not finite.

    Raises
    ------
    FormatError
        If they are no list of numbers.
    """
    if not isinstance(values, list) or not all(
        value is None or type(value) in (int, float) for value in values
    ):
        from ...errors import FormatError

        raise FormatError(
            bundle.path, f"{key} that are not a list of numbers", "one for each epoch"
        )
    return tuple(
        None if value is None or not math.isfinite(value) else float(value) for value in values
    )


def _describe(bundle: "Bundle") -> str:
    facts = bundle.facts
    return f"{facts['dim']} dimensions" if "dim" in facts else bundle.kind


DERIVED = BundleKind(
    kind="vectors",
    holds="vectors",
    open=open_vectors,
    describe=_describe,
    n_parameters=n_of_table,
    training=None,
)
BUNDLES = (DERIVED,)
