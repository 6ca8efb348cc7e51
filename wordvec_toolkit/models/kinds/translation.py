"""Pairs of sentences, and the models that turn one side into the other."""

from typing import TYPE_CHECKING

from ...runtime.late import late
from ..catalogue import BundleKind
from .neural import curve_of
from .steps import none_of_its_own

if TYPE_CHECKING:
    from ...bundles.reading import Bundle


def _describe_pairs(bundle: "Bundle") -> str:
    facts = bundle.facts
    return f"{facts['n_pairs']:,} pairs, {facts['n_held_out']:,} held out"


def _describe(bundle: "Bundle") -> str:
    facts = bundle.facts
    said = f"{bundle.settings['cell']}, {facts['n_parameters']:,} parameters"
    best = facts["epochs"][facts["best_epoch"] - 1]
    if best["held_out_perplexity"] is None:
        return said
    return (
        f"{said}, perplexity {best['held_out_perplexity']:.2f} and {best['held_out_exact']:.1%} "
        "exact on held-out pairs"
    )


def _describe_table(bundle: "Bundle") -> str:
    facts = bundle.facts
    said = f"{facts['n_parameters']:,} pairs of words"
    if "held_out_perplexity" not in facts:
        return said
    return f"{said}, perplexity {facts['held_out_perplexity']:.2f} on held-out pairs"


def _n_parameters(bundle: "Bundle") -> int:
    return int(bundle.facts["n_parameters"])


PAIRS = BundleKind(
    kind="pairs",
    holds="pairs",
    open=late("text.sides:PairCorpus.from_bundle"),
    describe=_describe_pairs,
    n_parameters=none_of_its_own,
    training=None,
)
SEQ2SEQ, SEQ2SEQ_STATE = (
    BundleKind(
        kind=kind,
        holds="translation model",
        open=late("neural.seq2seq.model:Seq2SeqModel.from_bundle"),
        describe=_describe,
        n_parameters=_n_parameters,
        training=curve_of,
    )
    for kind in ("seq2seq", "seq2seq-state")
)
IBM1 = BundleKind(
    kind="ibm1",
    holds="translation model",
    open=late("translation.word_table:WordTable.from_bundle"),
    describe=_describe_table,
    n_parameters=_n_parameters,
    training=curve_of,
)
BUNDLES = (PAIRS, SEQ2SEQ, SEQ2SEQ_STATE, IBM1)
#: Bundles that a workspace offers as translation models, the best first.
OFFERED = ("seq2seq", "ibm1")
