"""Read text as a language model's own text was read."""

from typing import TYPE_CHECKING

from ..errors import expect
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.settings import FileSettings
from ..text.streams import TextLike, TextStream, encode_stream
from ..text.tokenizers import Cutting, Tokenizer, make_tokenizer, noted_tokenizer
from .language_model import LanguageModel
from .sentence_model import SentenceModel

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import ReadTextKeywords

#: How the text was read that a model without a note of it (from an ARPA file, say) is from.
AS_IT_STANDS = {"tokenizer": "whitespace", "lowercase": False, "normalize": "none"}


def text_settings(model: LanguageModel | SentenceModel) -> dict[str, object]:
    """Return tokenizer, lowercase, normalize and layout of the text that a model was made from.

    Those noted in its settings under ``text``, or in those of the first of its components that has
    such a note; else `AS_IT_STANDS`.
    """
    return {**AS_IT_STANDS, **_noted(model)}


def _noted(model: object) -> dict[str, object]:
    noted = getattr(model, "settings", {}).get("text")
    if isinstance(noted, dict):
        return noted
    found = (_noted(component) for component in getattr(model, "components", ()))
    return next((settings for settings in found if settings), {})


def model_tokenizer(
    model: LanguageModel | SentenceModel, tokenizer: Cutting | None = None
) -> Tokenizer:
    """Return the tokenizer of a model's text, or the one given in its place.

    Raises
    ------
    SettingError
        If it is not here, is none, or is a function that only the model names.
    """
    if tokenizer is not None and not isinstance(tokenizer, str):
        noted = text_settings(model)
        return make_tokenizer(tokenizer, bool(noted.get("lowercase")))
    return noted_tokenizer(text_settings(model), "the model", tokenizer)


@takes(FileSettings)
def read_text(
    model: LanguageModel | SentenceModel,
    corpus: TextLike,
    tokenizer: Cutting | None = None,
    *,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[ReadTextKeywords]",
) -> TextStream:
    """Read text files, or sentences that are tokens already, for a model to score.

    Parameters
    ----------
    corpus
        See `encode_stream`.
    tokenizer : str, Tokenizer or callable, optional
        In place of that of the model's own text.
    """
    expect("model", model, (LanguageModel, SentenceModel))
    progress = as_progress(progress)
    return encode_stream(
        corpus,
        model.vocabulary,
        model_tokenizer(model, tokenizer),
        layout=str(text_settings(model).get("layout") or "sentences"),  # type: ignore[arg-type]
        **FileSettings.among(settings).keywords(),
        threads=threads,
        progress=progress,
    )
