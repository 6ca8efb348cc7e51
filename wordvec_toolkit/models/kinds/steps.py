"""Bundles of text and of counts, on the way to a model."""

from typing import TYPE_CHECKING

from ...runtime.late import late
from ..catalogue import BundleKind

if TYPE_CHECKING:
    from ...bundles.reading import Bundle


def _describe_corpus(bundle: "Bundle") -> str:
    facts = bundle.facts
    share = facts["n_oov_tokens"] / max(1, facts["n_tokens"])
    return (
        f"{facts['n_tokens']:,} tokens, {facts['n_words']:,} words of {facts['n_types']:,} types, "
        f"{share:.1%} of the tokens outside"
    )


def describe_cells(bundle: "Bundle") -> str:
    """Describe a sparse matrix."""
    return f"{bundle.facts['n_cells']:,} cells"


def _describe_words(bundle: "Bundle") -> str:
    n_tokens, n_words = (bundle.manifest["files"]["ids.npy"]["shape"][0], bundle.facts["n_words"])
    return f"{n_words:,} words outside the vocabulary, {n_tokens:,} tokens"


def describe_ngrams(bundle: "Bundle") -> str:
    """Describe n-grams by their number."""
    sizes = bundle.facts["n_ngrams"]
    return f"order {len(sizes)}, {sum(sizes):,} n-grams"


def none_of_its_own(bundle: "Bundle") -> None:
    """Return that a bundle holds no parameters, for `BundleKind.n_parameters`."""


BUNDLES = tuple(
    BundleKind(
        kind=kind,
        holds="state" if kind == "rare-words" else "text" if kind == "corpus" else "counts",
        open=late(f"{place}.from_bundle"),
        describe=describe,
        n_parameters=none_of_its_own,
        training=None,
    )
    for kind, place, describe in (
        ("corpus", "text.corpus:EncodedCorpus", _describe_corpus),
        ("rare-words", "text.changing:RareWords", _describe_words),
        ("counts", "counts.cooccurrence:Cooccurrence", describe_cells),
        ("ngram-counts", "counts.ngrams:NgramCounts", describe_ngrams),
    )
)
