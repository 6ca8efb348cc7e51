"""Open a bundle that holds a language model of any kind."""

from importlib import import_module

from ..bundles.reading import Bundle
from ..errors import FormatError, SettingError
from .language_model import LanguageModel
from .sentence_model import SentenceModel, whole_sentences_only

#: Kind of a bundle -> the class that opens it (with `from_bundle`), imported when one is there, so
#: that what is made of other models can open them, too.
KINDS = {
    "ngram": "ngram.model:NgramModel",
    "factored": "mixed.factored:FactoredModel",
    "soft": "mixed.soft:SoftModel",
    "adapted": "mixed.adapted:AdaptedModel",
    "mixture": "mixed.mixture:Mixture",
    # Of a floor above, named here because mixtures may be made of it.
    "neural-lm": ".neural.recurrent.model:NeuralModel",
    "neural-lm-state": ".neural.recurrent.model:NeuralModel",
    "neural-cache": ".neural.recurrent.adapting.models:NeuralCache",
    "dynamic": ".neural.recurrent.adapting.models:DynamicModel",
}
#: The same for models of whole sentences.
SENTENCE_KINDS = {
    "sentence-mixture": "mixed.sentence_mixture:SentenceMixture",
    "neural-lm-backward": ".neural.recurrent.backward:BackwardModel",
    "neural-lm-backward-state": ".neural.recurrent.backward:BackwardModel",
}


def open_model(bundle: Bundle) -> LanguageModel:
    """Read an opened bundle, and those of the models that it is made of.

    Raises
    ------
    FormatError
        If it holds something else, or is damaged; or if a model that it is made of is missing or
        has been built again since.
    SettingError
        If it holds a model of whole sentences.
    """
    if bundle.kind in SENTENCE_KINDS:
        raise SettingError(whole_sentences_only(f"{bundle.path} ({bundle.kind})"))
    model = open_any(bundle)
    assert isinstance(model, LanguageModel)
    return model


def open_any(bundle: Bundle) -> LanguageModel | SentenceModel:
    """Read an opened bundle of a language model or of one of whole sentences; see `open_model`."""
    kinds = KINDS | SENTENCE_KINDS
    if bundle.kind not in kinds:
        raise FormatError(
            bundle.path,
            f"a bundle of {bundle.kind}",
            f"one of {' or '.join(KINDS)}",
            advice="make one with wvt build-ngram-lm",
        )
    module, _, name = kinds[bundle.kind].partition(":")
    found = getattr(import_module(f".{module}", __package__), name)
    model: LanguageModel | SentenceModel = found.from_bundle(bundle)
    return model
