"""Text drawn from a language model."""

from dataclasses import dataclass, field

import numpy as np

from ..errors import SettingError, WordvecError, expect
from ..runtime.arguments import checks_types
from ..runtime.rows import Rows
from ..text.tokenizers import Cutting
from .language_model import BOS, EOS, UNK, LanguageModel
from .prompts import Prompt, PromptLike, read_prompt
from .sentence_model import SentenceModel


@dataclass(frozen=True, eq=False)
class Sample:
    """A sentence drawn from a model.

    Attributes
    ----------
    text : str
        The prompt's last sentence and what was drawn after it.
    ids : int32 array (n,)
        What was drawn, without the prompt; its last id is ``</s>`` if the sentence came to an end.
    words : tuple of str
        The same as words, without that ``</s>``.
    logprob : float
        Natural logarithm of the model's own probability of what was drawn, given the prompt:
        without temperature, top_k, top_p, and with ``<unk>``.
    """

    text: str
    ids: np.ndarray = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    logprob: float

    @property
    def is_finished(self) -> bool:
        """Whether the sentence came to an end before it had as many tokens as were allowed."""
        return len(self.ids) > 0 and int(self.ids[-1]) == EOS


@checks_types
def sample(
    model: LanguageModel,
    n: int = 1,
    seed: int = 0,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    prompt: PromptLike = (),
    max_tokens: int = 100,
    unk: bool = False,
    tokenizer: Cutting | None = None,
) -> Rows[Sample]:
    """Draw sentences from a model, word by word.

    Sentence i depends on the seed and on i alone, not on how many are drawn.

    Parameters
    ----------
    n : int
        How many.
    seed : int
    temperature : float
        Draw in proportion to p^(1/temperature): below 1 likely words gain; 0 takes the likeliest
        one, of equals the one with the lowest id.
    top_k : int, optional
        Only among the k likeliest words.
    top_p : float, optional
        Only among the likeliest words that have this probability together (Holtzman et al. 2020,
        "The Curious Case of Neural Text Degeneration"), after `temperature` and `top_k`.
    prompt : str, sequence of str, sequence of int, or Prompt
        What comes before: text, tokens, or ids; see `read_prompt`.
    max_tokens : int
        Maximum length of a sentence, in tokens.
    unk : bool
        Let ``<unk>`` be drawn.  ``<s>`` never is.
    tokenizer : str, Tokenizer or callable, optional
        For a prompt in text, in place of that of the model's own text.

    Raises
    ------
    SettingError
        If a setting makes no sense.
    WordvecError
        If the model has no word left to draw.
    """
    expect("model", model, (LanguageModel, SentenceModel))
    _check(n, seed, temperature, top_k, top_p, max_tokens)
    prompt = read_prompt(model, prompt, tokenizer)
    return Rows(
        _draw(
            model,
            np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, place]))),
            temperature,
            top_k,
            top_p,
            prompt,
            max_tokens,
            unk,
        )
        for place in range(n)
    )


def _check(
    n: int, seed: int, temperature: float, top_k: int | None, top_p: float | None, max_tokens: int
) -> None:
    for name, value, fewest in (("n", n, 1), ("seed", seed, 0), ("max_tokens", max_tokens, 1)):
        if value < fewest:
            raise SettingError(f"{name} is {value}; it must be at least {fewest}")
    if not 0 <= temperature < float("inf"):
        raise SettingError(f"temperature is {temperature}; it must be 0 or more, and finite")
    if top_k is not None and top_k < 1:
        raise SettingError(f"top_k is {top_k}; it must be at least 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise SettingError(f"top_p is {top_p}; it must be above 0 and at most 1")


def _draw(
    model: LanguageModel,
    random: np.random.Generator,
    temperature: float,
    top_k: int | None,
    top_p: float | None,
    prompt: Prompt,
    max_tokens: int,
    unk: bool,
) -> Sample:
    stream = np.concatenate([prompt.ids, np.zeros(max_tokens, np.int32)])
    first = end = len(prompt.ids)
    logprob = 0.0
    while end - first < max_tokens:
        logprobs = model.next_logprobs(stream[:end])
        words, shares = _candidates(logprobs, temperature, top_k, top_p, unk)
        upto = np.cumsum(shares)
        # A draw from [0, 1) times the total can be rounded up to it.
        at = min(int(np.searchsorted(upto, random.random() * upto[-1], "right")), len(words) - 1)
        stream[end] = words[at]
        logprob += float(logprobs[words[at]])
        end += 1
        if words[at] == EOS:
            break
    ids = stream[first:end]
    shown = ids[:-1] if ids[-1] == EOS else ids
    drawn = tuple(model.vocabulary.word(int(word)) for word in shown)
    return Sample(prompt.continued(drawn), ids, drawn, logprob)


def _candidates(
    logprobs: np.ndarray, temperature: float, top_k: int | None, top_p: float | None, unk: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the words that may come next, and their shares (not normalised)."""
    allowed = logprobs.copy()
    allowed[BOS] = -np.inf
    if not unk:
        allowed[UNK] = -np.inf
    highest = allowed.max()
    if not np.isfinite(highest):
        raise WordvecError(
            "the model gives no probability to any word here; allow <unk> (unk, --unk), or use a "
            "smoothed model"
        )
    if temperature == 0:
        return allowed.argmax(keepdims=True), np.ones(1)
    with np.errstate(over="ignore"):  # of a temperature near 0
        shares = np.exp((allowed - highest) / temperature)
    if top_k is None and top_p is None:
        words = np.flatnonzero(shares)
        return words, shares[words]
    words = np.argsort(-allowed, kind="stable")[: np.count_nonzero(shares)]  # ties by id
    words = words[:top_k]
    if top_p is not None:
        upto = np.cumsum(shares[words])
        words = words[: int(np.searchsorted(upto, top_p * upto[-1])) + 1]
    return words, shares[words]
