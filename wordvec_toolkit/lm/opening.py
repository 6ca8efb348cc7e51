"""Open a language model of any kind."""

from pathlib import Path

from ..bundle import Bundle, open_bundle
from ..errors import FormatError
from . import adapted, factored, mixture, ngram_model, soft
from .adapted import AdaptedModel
from .factored import FactoredModel
from .language_model import LanguageModel
from .mixture import Mixture
from .ngram_model import NgramModel
from .soft import SoftModel

_READERS = {
    ngram_model.KIND: NgramModel.from_bundle,
    factored.KIND: FactoredModel.from_bundle,
    soft.KIND: SoftModel.from_bundle,
    adapted.KIND: AdaptedModel.from_bundle,
    mixture.KIND: Mixture.from_bundle,
}


def open_language_model(path: str | Path) -> LanguageModel:
    """Open a bundle that holds a counted language model, and those that it is made of.

    Raises
    ------
    FormatError
        If it holds something else, or is damaged; or if a model that it is made of is missing or
        has been built again since.
    """
    return open_model(open_bundle(path))


def open_model(bundle: Bundle) -> LanguageModel:
    """Read an opened bundle; see `open_language_model`."""
    reader = _READERS.get(bundle.kind)
    if reader is None:
        raise FormatError(
            bundle.path, f"a bundle of {bundle.kind}", f"one of {', '.join(sorted(_READERS))}"
        )
    model: LanguageModel = reader(bundle)
    return model
