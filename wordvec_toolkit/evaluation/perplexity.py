"""Perplexity of a language model on a text."""

import math

import numpy as np

from ..errors import EmptyResultError, SettingError, expect
from ..lm.language_model import EOS, UNK, LanguageModel
from ..lm.ngram.model import NgramModel
from ..lm.reading import read_text
from ..lm.sentence_model import SentenceModel
from ..lm.streams import checked_stream, sentence_starts
from ..runtime.arguments import checks_types
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.signatures import Signature
from ..text.streams import TextLike, TextStream
from .perplexity_results import OrderShare, PerplexityResult
from .runs import Runs, bootstrap_mean, cut_runs, mean_over_tokens
from .statistics.bootstrap import RESAMPLES, check_resamples
from .statistics.intervals import Interval, IntervalKind


@checks_types
def evaluate_perplexity(
    model: LanguageModel | SentenceModel,
    text: TextLike | TextStream | np.ndarray,
    name: str = "",
    interval: IntervalKind = "analytic",
    resamples: int = RESAMPLES,
    seed: int = 0,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> PerplexityResult:
    """Score a text by a language model.

    Parameters
    ----------
    model : LanguageModel or SentenceModel
    text : str, Path or iterable of these, sentences of tokens, TextStream, or int32 array
        Files, read as the model's own text was, or lists of tokens (see `read_text`); or such a
        text; or ids of the model's vocabulary with an ``</s>`` after each sentence.
    name : str
        What to call the text; its files' names by default.
    interval : {"analytic", "bootstrap"}
        Student's t, or bootstrap-t, over runs of sentences that can pass for independent: whole
        documents, where blank lines (or what else the layout says) tell them, else a few long runs
        (see `runs`).  Both hold the truth 92 to 96 times in 100 where there are 20 documents and
        more; of a text of a few hundred sentences whose documents are not marked, less often
        (benchmarks/intervals.py).
    resamples, seed : int
        Of the bootstrap.

    Raises
    ------
    EmptyResultError
        If the text has no tokens.
    SettingError
        If ids are not those of the vocabulary.
    """
    expect("model", model, (LanguageModel, SentenceModel))
    progress = as_progress(progress)
    check_resamples(resamples, seed)
    if not isinstance(text, (TextStream, np.ndarray)):
        text = read_text(model, text, threads=threads, progress=progress)
    stream = text if isinstance(text, TextStream) else None
    ids = _ids(text, model)
    if stream is not None:
        names = [source["name"] for source in stream.facts.get("sources", ())]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        name = name or ", ".join(names[:3]) + more
    name = name or "the text"
    if len(ids) == 0:
        raise EmptyResultError(f"{name} holds no tokens; expected UTF-8 text with words in it")
    logprobs, orders = score_tokens(model, ids, threads)
    total, n = float(logprobs.sum()), len(ids)
    known = ids != UNK
    n_known = int(np.count_nonzero(known))
    impossible = np.isneginf(logprobs)
    n_impossible = int(np.count_nonzero(impossible))
    first = int(impossible.argmax()) if n_impossible else -1
    bits = -total / math.log(2)
    documents = None
    if stream is not None:
        documents = sentence_starts(ids)[stream.documents[:-1]]
    runs = cut_runs(ids, documents)
    drawing = (interval, resamples, seed, threads)
    bounds, ci = perplexity_interval(logprobs, runs, *drawing)
    of_known, _ = perplexity_interval(logprobs, runs, *drawing, weights=known)
    n_sentences = int(np.count_nonzero(ids == EOS))
    by_sentence = isinstance(model, SentenceModel)
    signature = Signature.of("perplexity", model.signature)
    if by_sentence:
        signature = signature.add(scored="by-sentence")
    signature = signature.add(
        words=len(model.vocabulary), text=name, n=n, sentences=n_sentences, oov=n - n_known
    ).add(oov="as-<unk>", tokenizer=stream.tokenizer if stream else "ids", ci=ci)
    return PerplexityResult(
        text=name,
        n_tokens=n,
        n_sentences=n_sentences,
        n_oov=n - n_known,
        n_written_unk=stream.n_written_unk if stream else 0,
        vocabulary_size=len(model.vocabulary),
        perplexity=perplexity_of(total, n),
        perplexity_without_oov=perplexity_of(
            float(logprobs[known].sum()), 0 if by_sentence else n_known
        ),
        interval=bounds,
        interval_without_oov=(math.nan, math.nan) if by_sentence else of_known,
        bits_per_token=bits / n,
        bits_per_character=bits / stream.n_characters if stream else float("nan"),
        bits_per_byte=bits / stream.n_bytes if stream else float("nan"),
        bits_per_word=bits / stream.n_words if stream else bits / n,
        is_normalized=model.is_normalized,
        n_impossible=n_impossible,
        first_impossible=_spelled(first, stream, ids, model) if n_impossible else "",
        signature=signature,
        is_by_sentence=by_sentence,
        by_order=() if orders is None else _by_order(orders, logprobs),
        logprobs=logprobs,
        orders=orders,
        ids=ids,
        documents=documents,
    )


def _by_order(orders: np.ndarray, logprobs: np.ndarray) -> tuple[OrderShare, ...]:
    """Return the tokens by the order of their n-gram."""
    n = np.bincount(orders)
    sums = np.bincount(orders, weights=logprobs)
    return tuple(
        OrderShare(
            order=order,
            n=int(n[order]),
            share=float(n[order] / len(orders)),
            perplexity=perplexity_of(sums[order], n[order]),
        )
        for order in np.flatnonzero(n).tolist()
    )


def score_tokens(
    model: LanguageModel | SentenceModel, ids: np.ndarray, threads: int | None = None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return each token's log probability, and the order of its n-gram if the model tells.

    Of a model of sentences each token has an equal part of its sentence's.
    """
    if isinstance(model, SentenceModel):
        lengths = np.diff(sentence_starts(ids))
        return np.repeat(model.sentence_logprobs(ids) / lengths, lengths), None
    if isinstance(model, NgramModel):
        return model.score(ids, threads)
    return model.token_logprobs(ids), None


def perplexity_of(logprob: float, n: int) -> float:
    """Return exp(-logprob / n), infinity where that is too large; nan for no tokens."""
    if n == 0:
        return float("nan")
    with np.errstate(over="ignore"):
        return float(np.exp(-np.float64(logprob) / n))


def perplexity_interval(
    logprobs: np.ndarray,
    runs: Runs,
    interval: IntervalKind = "analytic",
    resamples: int = RESAMPLES,
    seed: int = 0,
    threads: int | None = None,
    weights: np.ndarray | None = None,
) -> tuple[Interval, str]:
    """Return the 95 % interval of a perplexity, and how it was made; see `evaluate_perplexity`.

    Tokens whose weight is 0 are skipped.

    Returns
    -------
    (float, float), str
        (nan, nan) if the perplexity is infinite, or there are fewer than 4 runs.
    """
    counted = np.ones(len(logprobs)) if weights is None else weights.astype(np.float64)
    logprobs = np.where(counted > 0, logprobs, 0.0)
    mean = mean_over_tokens(logprobs, counted, runs)
    bounds, how = mean.interval, f"t|of:{runs.of}|df:{mean.df:.3g}"
    if interval == "bootstrap":
        bounds, _ = bootstrap_mean(logprobs, counted, runs, resamples, seed, threads)
        how = f"bootstrap-t|of:{runs.of}|resamples:{resamples}|seed:{seed}"
    return (perplexity_of(bounds[1], 1), perplexity_of(bounds[0], 1)), how


def _ids(text: TextStream | np.ndarray, model: LanguageModel | SentenceModel) -> np.ndarray:
    """Return a text in the ids of the model's vocabulary."""
    if isinstance(text, TextStream):
        if (
            text.vocabulary is not model.vocabulary
            and text.vocabulary.words != model.vocabulary.words
        ):
            raise SettingError("the text was encoded with another vocabulary than the model's")
        return text.ids
    return checked_stream(text, len(model.vocabulary))


def _spelled(
    place: int, stream: TextStream | None, ids: np.ndarray, model: LanguageModel | SentenceModel
) -> str:
    if stream is not None:
        return stream.words(place, place + 1)[0]
    return model.vocabulary.word(int(ids[place]))
