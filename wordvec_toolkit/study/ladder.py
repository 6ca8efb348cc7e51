"""Encoder-decoders, each with one more part than the one before, on the same pairs: a report."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..bundles.reading import open_bundle
from ..errors import EmptyResultError, SettingError, WordvecError
from ..evaluation.comparison import paired_test
from ..evaluation.comparison_results import Comparison
from ..evaluation.settings import TranslationScoring
from ..evaluation.translation import evaluate_translation
from ..evaluation.translation_results import TranslationResult
from ..models.translation import Files, load_translation_model
from ..neural.seq2seq.settings import Seq2SeqSettings, Seq2SeqTraining
from ..report.attention_figure import AttentionMap, attention_map
from ..report.data import Curve, LearningCurves
from ..report.figure_page import write_figure_page
from ..report.sections.blocks import Cell, Table, heads, records_of, right, table
from ..runtime.disk import write_whole
from ..runtime.late import late
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.results import Column, Result
from ..runtime.settings import takes
from ..runtime.signatures import Signature
from ..text.pairs import TextPairs, read_pairs, split_pairs
from ..text.settings import PairFileSettings, PairSettings
from ..translation.model import translate
from .ladder_settings import LADDER, OWN, LadderSettings

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import CompareSeq2seqKeywords

_build = late("models.translation:build_seq2seq")
_NOT_OF_TRANSFORMER = ("cell", "embedding_dim", "attention_at", "residual", "weight_dropout")


@dataclass(frozen=True, repr=False, kw_only=True)
class Rung(Result):
    """A model over several seeds, on the test pairs.

    Attributes
    ----------
    model : str
    n_seeds, n_parameters : int
    exact, exact_low, exact_high : float
        Share of exact translations: mean, lowest and highest over the seeds.
    bleu, bleu_low, bleu_high : float
        The same, BLEU; nan without sacrebleu.
    perplexity : float
        Mean over the seeds.
    curves : tuple of tuples of float
        For each seed, the share of held-out pairs that is exact after each epoch.
    """

    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("exact", "exact", "percent", 2),
        Column("exact_low", "lowest", "percent", 2),
        Column("exact_high", "highest", "percent", 2),
        Column("perplexity", "perplexity", digits=3),
        Column("bleu", "BLEU", digits=2),
        Column("bleu_low", "lowest", digits=2),
        Column("bleu_high", "highest", digits=2),
        Column("n_parameters", "parameters", "whole"),
        Column("n_seeds", "seeds", "whole"),
    )

    model: str
    n_seeds: int
    n_parameters: int
    exact: float
    exact_low: float
    exact_high: float
    bleu: float
    bleu_low: float
    bleu_high: float
    perplexity: float
    curves: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, repr=False, kw_only=True)
class LadderResult(Result):
    """A comparison of encoder-decoders.

    Attributes
    ----------
    rungs : tuple of Rung
    comparisons : tuple of Comparison
        Of every two models with the first seed, on the same test pairs.
    attention : tuple of AttentionMap
        Of sample test pairs, by each model with attention and the first seed.
    n_test : int
    signature : Signature
    """

    rungs: tuple[Rung, ...]
    comparisons: tuple[Comparison, ...]
    attention: tuple[AttentionMap, ...]
    n_test: int
    signature: Signature

    def rows(self) -> Sequence[Rung]:
        return self.rungs


@takes(LadderSettings, PairSettings, Seq2SeqSettings, Seq2SeqTraining)
def compare_seq2seq(
    pairs: Files,
    output: str | Path,
    *,
    test_pairs: Files | None = None,
    threads: int | None = None,
    command: str = "",
    progress: ProgressLike = None,
    **settings: "Unpack[CompareSeq2seqKeywords]",
) -> LadderResult:
    """Train encoder-decoders on the same pairs with several seeds, and write ``report.html``.

    Finished models are reused, and an interrupted one continues: run it again.

    Parameters
    ----------
    pairs : path, or sequence of one or two paths
    output : path
        A folder for training and test pairs, the workspace ``pairs.wvt`` and the report.
    test_pairs : path, or sequence of one or two paths, optional
        Test pairs; without them, a share of the pairs, `test`.
    """
    given: dict[str, object] = dict(settings)
    chosen, scoring = LadderSettings.among(given), TranslationScoring()
    reading = {name: given[name] for name in PairFileSettings.names() if name in given}
    told = as_progress(progress)
    folder = Path(output)
    known = read_pairs(pairs, **reading)
    if test_pairs is None:
        known, tested = split_pairs(known, chosen.test, seed=1)
    else:
        tested = read_pairs(test_pairs, **reading)
    if not len(tested):
        raise EmptyResultError("there are no test pairs; raise test (--test), or give a file")
    folder.mkdir(parents=True, exist_ok=True)
    train = folder / "train.tsv"
    for path, text in ((train, known), (folder / "test.tsv", tested)):
        _write_pairs(path, text)
    how = {name: given[name] for name in PairSettings.names() if name in given}
    how = {name: value for name, value in how.items() if name not in reading} | {"separator": "\t"}
    rungs: list[Rung] = []
    first: dict[str, TranslationResult] = {}
    maps: list[AttentionMap] = []
    for model in chosen.models or tuple(LADDER):
        changed = _settings_of(model, given)
        scores, curves, n_parameters = [], [], 0
        for seed in range(chosen.seeds):
            name = f"{model}-{seed}"
            told.note(f"{model}, seed {seed} of {chosen.seeds}")
            workspace = _build(
                str(train),
                folder / "pairs.wvt",
                name=name,
                threads=threads,
                progress=progress,
                **how,
                **{**changed, "seed": seed},
            )
            path = workspace.path / f"seq2seq-{name}"
            facts = open_bundle(path).facts
            opened = load_translation_model(path)
            result = evaluate_translation(opened, tested, progress=progress, **scoring.keywords())
            scores.append(result.replaced(model=model))
            curves.append(tuple(epoch.get("held_out_exact") or 0.0 for epoch in facts["epochs"]))
            n_parameters = facts["n_parameters"]
            if seed == 0 and chosen.samples:
                for found in translate(opened, tested.sources[: chosen.samples]):
                    if found.attention is not None:
                        parts = found.source_tokens, found.tokens, found.attention
                        maps.append(attention_map(model, *parts, Signature.of("attention")))
        first[model] = scores[0]
        rungs.append(_rung(model, scores, curves, n_parameters))
    comparisons: tuple[Comparison, ...] = ()
    with suppress(SettingError):  # one model has nothing to be compared with
        comparisons = paired_test(list(first.values()))
    made = LadderResult(
        rungs=tuple(rungs),
        comparisons=comparisons,
        attention=tuple(maps),
        n_test=len(tested),
        signature=Signature.of("ladder", seeds=chosen.seeds).around(
            first[rungs[0].model].signature
        ),
    )
    write_ladder(made, folder / "report.html", command)
    return made


def _settings_of(model: str, given: Mapping[str, object]) -> dict[str, object]:
    """Return the settings of a model: those given, where they are not what models differ in."""
    names = {*Seq2SeqSettings.names(), *Seq2SeqTraining.names()} - {*OWN, "seed"}
    if model == "transformer":
        names -= set(_NOT_OF_TRANSFORMER)
    else:
        names -= {"n_heads", "feed_forward_dim", "positions"}
    return {**LADDER[model], **{name: given[name] for name in names if name in given}}


def _write_pairs(path: Path, pairs: TextPairs) -> None:
    def rows() -> Iterator[str]:
        for sides in zip(pairs.sources, pairs.targets):
            yield "\t".join(side.replace("\t", " ") for side in sides) + "\n"

    text = "".join(rows())
    if path.exists() and path.read_text(encoding="utf-8") != text:
        raise WordvecError(
            f"{path} holds other pairs than these; choose another folder (-o), or remove it"
        )
    if not path.exists():
        write_whole(path, text.encode())


def _rung(
    model: str,
    scores: Sequence[TranslationResult],
    curves: Sequence[tuple[float, ...]],
    n_parameters: int,
) -> Rung:
    exact = [score.exact for score in scores]
    bleu = [score.bleu for score in scores]
    return Rung(
        model=model,
        n_seeds=len(scores),
        n_parameters=n_parameters,
        exact=statistics.fmean(exact),
        exact_low=min(exact),
        exact_high=max(exact),
        bleu=statistics.fmean(bleu),
        bleu_low=min(bleu),
        bleu_high=max(bleu),
        perplexity=statistics.fmean(score.perplexity for score in scores),
        curves=tuple(curves),
    )


def write_ladder(found: LadderResult, path: Path, command: str = "") -> None:
    """Write a comparison as a page: table, learning curves, attention of sample pairs."""
    curves = [_curves(rung) for rung in found.rungs]
    write_figure_page(
        path,
        "Encoder-decoders on the same pairs",
        [*curves, *found.attention],
        overwrite=True,
        signature=str(found.signature),
        command=command,
        tables=[_table(found), *([_tests(found)] if found.comparisons else [])],
    )


def _curves(rung: Rung) -> LearningCurves:
    """Return the share of exact held-out pairs by epoch: lowest, highest and mean over seeds."""
    n = min(map(len, rung.curves))
    values = np.array([curve[:n] for curve in rung.curves])
    epochs = tuple(float(epoch) for epoch in range(1, n + 1))
    lines = {"lowest": values.min(axis=0), "highest": values.max(axis=0)} if len(values) > 1 else {}
    lines["mean of seeds"] = values.mean(axis=0)
    shown = (Curve(name, epochs, tuple(row.tolist())) for name, row in lines.items())
    return LearningCurves(rung.model, "epoch", "held-out pairs exact", tuple(shown))


def _table(found: LadderResult) -> Table:
    best = max(found.rungs, key=lambda rung: rung.exact)
    columns = [column for column in Rung.COLUMNS if column.style != "text"]
    rows = [
        [
            Cell(rung.model),
            *(
                right(column.cell(rung), mark="best" if not at and rung is best else "")
                for at, column in enumerate(columns)
            ),
        ]
        for rung in found.rungs
    ]
    caption = (
        f"{found.n_test:,} test pairs; mean, lowest and highest over {found.rungs[0].n_seeds} seeds"
    )
    head = heads("model", numbers=[column.title for column in columns])
    return table("models", caption, head, rows, records_of(found.rungs))


def _tests(found: LadderResult) -> Table:
    columns = [column for column in Comparison.COLUMNS if column.name not in ("dataset", "n")]
    rows = [[Cell(column.cell(each)) for column in columns] for each in found.comparisons]
    caption = "Differences between models with the first seed, on the same test pairs"
    head = heads(*(column.title for column in columns))
    return table("differences", caption, head, rows, records_of(found.comparisons))
