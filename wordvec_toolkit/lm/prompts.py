"""Prompts of language models: text, tokens or ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

import numpy as np

from ..errors import SettingError, expect
from ..runtime.arguments import checks_types
from ..text.streams import encode_string
from ..text.tokenizers import SPACE_TOKEN, Cutting
from .language_model import BOS, EOS, UNK, LanguageModel
from .reading import model_tokenizer, text_settings
from .sentence_model import SentenceModel
from .streams import checked_stream


@dataclass(frozen=True, eq=False)
class Prompt:
    """A prompt in the ids of a model; see `read_prompt`.

    Attributes
    ----------
    ids : int32 array (n,)
        A stream of ids as `LanguageModel` has it.
    words : tuple of str
        The tokens, unknown ones as they were written.
    unknown_words : tuple of str
        Those that are not in the model's vocabulary and are taken as ``<unk>``.
    text : str
        The sentence that goes on, as it was written.
    tokenizer : str
        Name of the tokenizer of the model's text, or of the one given in its place.
    """

    ids: np.ndarray
    words: tuple[str, ...]
    unknown_words: tuple[str, ...]
    text: str
    tokenizer: str

    def continued(self, words: Sequence[str]) -> str:
        """Return the sentence that goes on with `words` after it."""
        is_apart = self.tokenizer != "chars" and self.text and not self.text[-1].isspace()
        return self.text + (" " if is_apart and words else "") + joined(words, self.tokenizer)


PromptLike = Union[str, Sequence[str], Sequence[int], np.ndarray, Prompt]


@checks_types
def read_prompt(
    model: LanguageModel, prompt: PromptLike = (), tokenizer: Cutting | None = None
) -> Prompt:
    """Encode what a model is to continue.

    Parameters
    ----------
    prompt : str, sequence of str, sequence of int, or Prompt
        Text, in which each line is a sentence and the last one goes on; tokens, among which
        ``</s>`` ends a sentence; or ids.
    tokenizer : str, Tokenizer or callable, optional
        For text, in place of that of the model's own text.

    Raises
    ------
    SettingError
        If it is something else, an id is outside the vocabulary, or there is no such tokenizer.
    """
    expect("model", model, (LanguageModel, SentenceModel))
    if isinstance(prompt, Prompt):
        return prompt
    vocabulary = model.vocabulary
    if isinstance(prompt, str):
        how = model_tokenizer(model, tokenizer)
        stream = encode_string(prompt, vocabulary, how)
        ends = not prompt.strip() or prompt.endswith("\n")
        text = "" if ends else prompt.splitlines()[-1]
        return Prompt(stream.ids, tuple(stream.words()), stream.unknown_words, text, how.name)
    items = list(prompt)
    if all(isinstance(item, str) for item in items):
        words = tuple(map(str, items))
        ids = [vocabulary.ids.get(word, UNK) for word in words]
        ids = [UNK if word == BOS else word for word in ids]
    elif all(isinstance(item, (int, np.integer)) for item in items):
        ids = checked_stream(np.array(items, np.int64), len(vocabulary)).tolist()
        words = tuple(vocabulary.word(word) for word in ids)
    else:
        raise SettingError(
            f"the prompt holds {type(items[0]).__name__}; expected text, a list of tokens, or ids "
            "of the model's vocabulary"
        )
    used = str(text_settings(model)["tokenizer"])
    begin = len(ids) - ids[::-1].index(EOS) if EOS in ids else 0
    unknown = (word for word, place in zip(words, ids) if place == UNK)
    return Prompt(
        np.array(ids, np.int32),
        words,
        tuple(dict.fromkeys(unknown)),
        joined(words[begin:], used),
        used,
    )


def joined(words: Sequence[str], tokenizer: str) -> str:
    """Return tokens as text: with spaces between words, or characters side by side."""
    if tokenizer == "chars":
        return "".join(words).replace(SPACE_TOKEN, " ")
    return " ".join(words)
