"""Scores of translations: exact match, perplexity, and BLEU, chrF and TER by sacrebleu."""

import hashlib
import importlib.util
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..errors import EmptyResultError, SettingError, expect
from ..runtime.extras import require
from ..runtime.progress import ProgressLike
from ..runtime.settings import takes
from ..runtime.signatures import Signature
from ..text.pairs import TextPairs
from ..text.sides import Ragged, Side
from ..text.vocabulary import UNK
from ..translation.model import TranslationModel, translate
from ..translation.settings import DecodingSettings
from .perplexity_comparison import Drawing, Paired
from .settings import TranslationScoring
from .statistics.bootstrap import bounds_of, check_resamples, draw_counts, resample
from .statistics.intervals import Interval, share_interval
from .statistics.significance import bootstrap_p_value
from .translation_results import TranslationResult

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import EvaluateTranslationKeywords, ScoreTranslationsKeywords

EXTRA = "translation"
_ORDERS = 4
_SWAPPED = (0.5, 0.9)  # coverage of sources, by the sources' vocabulary and by the targets'


@takes(DecodingSettings, TranslationScoring)
def evaluate_translation(
    model: TranslationModel,
    pairs: TextPairs,
    *,
    progress: ProgressLike = None,
    **settings: "Unpack[EvaluateTranslationKeywords]",
) -> TranslationResult:
    """Translate sources and compare with their references.

    Parameters
    ----------
    pairs : TextPairs
        See `read_pairs`.

    Raises
    ------
    SettingError
        If sources and targets are exchanged, or a side is empty or too long.
    """
    expect("model", model, TranslationModel, "a translation model, such as load(path) returns")
    expect("pairs", pairs, TextPairs, "pairs, such as read_pairs returns")
    if not len(pairs):
        raise EmptyResultError("there are no pairs to score")
    how = DecodingSettings.among(settings)
    source, target = model.source, model.target
    ids = [source.ids(tokens) for tokens in source.tokens(pairs.sources)]
    n_source_oov = sum(int((row == UNK).sum()) for row in ids)
    _check_not_swapped(model, pairs, n_source_oov / max(1, sum(map(len, ids))))
    found = translate(model, pairs.sources, progress=progress, **how.keywords())
    references = target.tokens(pairs.targets)
    expected = [target.ids(tokens) for tokens in references]
    if any(len(row) == 0 for row in expected):
        place = next(at for at, row in enumerate(expected) if len(row) == 0)
        raise SettingError(
            f"{pairs.name}, line {pairs.line(place)}: the reference is empty; remove the pair"
        )
    result = score_translations(
        [each.text for each in found],
        pairs,
        target=target,
        **TranslationScoring.among(settings).keywords(),
    )
    logprobs = model.target_logprobs(Ragged.of(ids), Ragged.of(expected))
    perplexity = math.nan
    if logprobs is not None:
        n_tokens = sum(map(len, logprobs))
        perplexity = math.exp(min(700.0, -sum(float(row.sum()) for row in logprobs) / n_tokens))
    signature = result.signature.add(beam=how.beam)
    if how.beam > 1:
        signature = signature.add(length_penalty=f"{how.length_penalty:g}")
    return result.replaced(
        perplexity=perplexity,
        n_source_oov=n_source_oov,
        n_target_oov=sum(int((row == UNK).sum()) for row in expected),
        n_cut=sum(not each.is_whole for each in found),
        signature=signature.add("replace-unk") if how.replace_unk else signature,
    )


def _check_not_swapped(model: TranslationModel, pairs: TextPairs, unknown: float) -> None:
    """Refuse sources that are text of the other side."""
    least, most = _SWAPPED
    if unknown <= 1 - least:
        return
    as_targets = model.target.tokens(pairs.sources)
    n_tokens = sum(map(len, as_targets))
    n_known = sum(int((model.target.ids(tokens) != UNK).sum()) for tokens in as_targets)
    if n_known > most * n_tokens:
        raise SettingError(
            f"{unknown:.0%} of the source tokens of {pairs.name} are unknown, and "
            f"{n_known / n_tokens:.0%} of them are target words of the model: sources and targets "
            "are exchanged; add swap (--swap)"
        )


@takes(TranslationScoring)
def score_translations(
    translations: Sequence[str],
    pairs: TextPairs,
    *,
    target: Side | None = None,
    **settings: "Unpack[ScoreTranslationsKeywords]",
) -> TranslationResult:
    """Compare translations, of any origin, with references.

    Parameters
    ----------
    translations : sequence of str
        One for each pair; ``pairs.sources`` is the baseline that copies.
    target : Side, optional
        References are brought to the form of its tokens first; otherwise both are compared as they
        are.
    """
    chosen = TranslationScoring.among(settings)
    if len(translations) != len(pairs):
        raise SettingError(
            f"{len(translations):,} translations of {len(pairs):,} pairs given; expected as many"
        )
    references = list(pairs.targets)
    if target is not None:
        references = [target.text(tokens) for tokens in target.tokens(references)]
        translations = [target.text(tokens) for tokens in target.tokens(translations)]
    correct = np.array([one == two for one, two in zip(translations, references)])
    n = len(correct)
    sha256 = hashlib.sha256("\n".join((*pairs.sources, *pairs.targets)).encode()).hexdigest()
    is_characters = target is not None and target.tokenizer.name == "chars"
    has_bleu = importlib.util.find_spec("sacrebleu") is not None
    if chosen.measure == "bleu" or chosen.bleu_tokenizer is not None:
        require("sacrebleu", "BLEU", EXTRA)
    leading = chosen.measure or ("exact" if is_characters or not has_bleu else "bleu")
    signature = Signature.of("translation", set=pairs.name, sha256=sha256[:8], n=n)
    result = TranslationResult(
        dataset=pairs.name,
        sha256=sha256,
        leading=leading,
        n=n,
        exact=float(correct.mean()),
        exact_interval=share_interval(int(correct.sum()), n),
        signature=signature,
        correct=correct,
        bleu_statistics=None,
    )
    if not has_bleu:
        return result
    cutting = chosen.bleu_tokenizer
    if cutting is None:
        is_tokens = target is not None and target.tokenizer.name == "whitespace"
        cutting = "char" if is_characters else "none" if is_tokens else "13a"
    return _with_bleu(result, list(translations), references, cutting, chosen)


def _with_bleu(
    result: TranslationResult,
    translations: list[str],
    references: list[str],
    cutting: str,
    chosen: TranslationScoring,
) -> TranslationResult:
    from sacrebleu.metrics import BLEU, CHRF, TER

    metrics = {"bleu": BLEU(tokenize=cutting, force=True), "chrf": CHRF(), "ter": TER()}
    scores = {
        name: float(metric.corpus_score(translations, [references]).score)
        for name, metric in metrics.items()
    }
    single = BLEU(tokenize=cutting, effective_order=True, force=True)
    rows = []
    for one, two in zip(translations, references):
        found = single.sentence_score(one, [two])
        rows.append([*found.counts, *found.totals, found.sys_len, found.ref_len])
    statistics = np.array(rows, np.float64)
    values = resampled_bleu(statistics[None], chosen.resamples, chosen.seed)[0]
    said = ", ".join(f"{name} {metric.get_signature()}" for name, metric in metrics.items())
    return result.replaced(
        **scores,
        bleu_interval=bounds_of(values, scores["bleu"]),
        bleu_statistics=statistics,
        signature=result.signature.add(
            ci="bootstrap-percentile", resamples=chosen.resamples, seed=chosen.seed
        ).around(said),
    )


def bleu_of(sums: np.ndarray) -> np.ndarray:
    """Return BLEU (Papineni et al. 2002) of sums of statistics (10, n), as sacrebleu computes it.

    100 min(1, exp(1 - r / c)) exp(mean of ln p_n), n from 1 to 4.  Where an order has no match, p_n
    is 1 / (2^k n_all) for the kth such order (Chen and Cherry 2014, method 3).
    """
    matches, totals, length, reference = sums[:_ORDERS], sums[_ORDERS:-2], sums[-2], sums[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        kth = np.cumsum((matches == 0) & (totals > 0), axis=0)
        shares = np.where(matches == 0, 1 / (2.0**kth * totals), matches / totals)
        logs = np.where(totals > 0, np.log(shares), -np.inf).mean(axis=0)
        short = np.where(length < reference, np.exp(1 - reference / length), 1.0)
        found = 100 * short * np.exp(logs)
    return np.where((length > 0) & (matches[0] > 0), found, 0.0)


def resampled_bleu(
    statistics: np.ndarray, resamples: int, seed: int, threads: int | None = None
) -> np.ndarray:
    """Return the BLEU of resampled pairs: (n_models, resamples); see `bleu_of`.

    Parameters
    ----------
    statistics : float64 array (n_models, n, 10)
    """
    check_resamples(resamples, seed)
    n = statistics.shape[1]

    def statistic(random: np.random.Generator, size: int) -> np.ndarray:
        counts = draw_counts(random, n, size).astype(np.float64)
        return np.stack([bleu_of(own.T @ counts) for own in statistics])

    return resample(statistic, n, resamples, seed, threads)


def compare_translations(
    together: Sequence[TranslationResult], method: str, drawing: Drawing
) -> Paired:
    """Compare models on the same pairs by BLEU or exact match, pairs resampled for all at once."""
    measure = together[0].leading
    resamples, seed, threads = drawing
    if any(result.leading != measure for result in together):
        raise SettingError("the models were scored by different measures; choose one (measure)")
    n = together[0].n
    if measure == "bleu":
        rows = [result.bleu_statistics for result in together]
        if any(row is None for row in rows):
            raise SettingError("a result has no BLEU; score it again with sacrebleu installed")
        values = resampled_bleu(np.stack([row for row in rows if row is not None]), *drawing)
    else:
        correct = np.stack([result.correct for result in together]).astype(np.float64)

        def statistic(random: np.random.Generator, size: int) -> np.ndarray:
            return correct @ draw_counts(random, n, size) / n

        values = resample(statistic, n, resamples, seed, threads)
    signature = Signature.of(
        f"difference:{measure}",
        set=together[0].dataset,
        sha256=together[0].sha256[:8],
        shared=n,
        models=len(together),
        ci="paired-bootstrap-percentile",
        p="bootstrap,two-sided",
        resamples=resamples,
        seed=seed,
    )
    scores = [result.value for result in together]

    def test(one: int, two: int) -> tuple[Interval, float]:
        apart = values[one] - values[two]
        return bounds_of(apart, scores[one] - scores[two]), bootstrap_p_value(apart)

    return Paired(measure, scores, n, 0, signature, test)
