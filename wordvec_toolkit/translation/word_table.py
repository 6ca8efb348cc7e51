"""Word-for-word translation by counts: IBM model 1.

Brown et al. 1993, "The mathematics of statistical machine translation", section 4: each target
token comes from one source position, all equally likely, or from none.  What is estimated is the
table t(f | e) of probabilities of target words f given source words e, from how often both are in
one pair.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..bundles.checks import are_offsets, are_within
from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..errors import FormatError, SettingError, expect
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.sides import SIDES, PairCorpus, Ragged, Side
from ..text.vocabulary import BOS, EOS, UNK
from .model import Decoded, TranslationModel
from .settings import DecodingSettings, WordTableSettings

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import TrainWordTableKeywords

#: ``<s>`` before the source is the empty word, from which tokens without an origin come.
NULL = BOS


@dataclass(frozen=True, eq=False)
class WordTable(TranslationModel):
    """t(f | e) as a table in rows of source words.

    A target token is predicted by the mean of t over the source positions and the empty word, mixed
    with a uniform distribution; ``</s>`` is a token, too.  The order of the tokens does not count.

    Attributes
    ----------
    source, target : Side
    starts : int64 array (n_source + 1,)
    words : int32 array (n,)
        Target words of each row, in order.
    shares : float64 array (n,)
        Their probabilities; each row sums to 1, or has nothing.
    """

    KIND: ClassVar[str] = "ibm1"

    source: Side
    target: Side
    starts: np.ndarray
    words: np.ndarray
    shares: np.ndarray
    settings: dict[str, object] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"WordTable: {len(self.words):,} pairs of words"

    def row(self, word: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the translations of a source word and their probabilities."""
        place = slice(self.starts[word], self.starts[word + 1])
        return self.words[place], self.shares[place]

    def decode(self, sources: Sequence[np.ndarray], how: DecodingSettings) -> list[Decoded]:
        """Put the likeliest translation for each word; a word that mostly has none is skipped."""
        found = []
        for source in sources:
            best = [self._best(word) for word in source.tolist()]
            places = [at for at, word in enumerate(best) if word != EOS][: how.limit(len(source))]
            attention = np.zeros((len(places), len(source)), np.float32)
            attention[range(len(places)), places] = 1
            found.append(Decoded(np.array([best[at] for at in places], np.int32), 0.0, attention))
        targets = Ragged.of([each.ids for each in found])
        scores = self.target_logprobs(Ragged.of(sources), targets)
        return [
            Decoded(each.ids, float(own.sum()), each.attention) for each, own in zip(found, scores)
        ]

    def _best(self, word: int) -> int:
        words, shares = self.row(word)
        return int(words[shares.argmax()]) if word != UNK and len(words) else UNK

    def target_logprobs(self, sources: Ragged, targets: Ragged) -> list[np.ndarray]:
        """See `TranslationModel.target_logprobs`."""
        uniform = float(str(self.settings.get("uniform", 0.0)))
        n_words = len(self.target.vocabulary) - 1  # <s> is impossible
        found = []
        with np.errstate(divide="ignore"):
            for place in range(len(sources)):
                tokens = np.append(targets.row(place), np.int32(EOS))
                total = np.zeros(len(tokens))
                origins = [NULL, *sources.row(place).tolist()]
                for word in origins:
                    words, shares = self.row(word)
                    at = np.searchsorted(words, tokens)
                    inside = np.minimum(at, max(0, len(words) - 1))
                    if len(words):
                        total += np.where(words[inside] == tokens, shares[inside], 0.0)
                mean = total / len(origins)
                found.append(np.log((1 - uniform) * mean + uniform / n_words))
        return found

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        for side in (self.source, self.target):
            side.write(writer)
        for name in ("starts", "words", "shares"):
            writer.array(name, getattr(self, name))
        writer.facts.update(self.facts)

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "WordTable":
        """Read an opened bundle; see `load`."""
        source, target = (Side.read(bundle, name) for name in SIDES)
        starts, words, shares = (
            bundle.array(name, dtype)
            for name, dtype in (("starts", "i8"), ("words", "i4"), ("shares", "f8"))
        )
        if (
            not are_offsets(starts, len(source.vocabulary), 0, len(words))
            or len(shares) != len(words)
            or not are_within(words, 0, len(target.vocabulary))
            or not (shares >= 0).all()
        ):
            raise FormatError(bundle.path, "a damaged table of words", "a whole one")
        return cls(source, target, starts, words, shares, bundle.settings, bundle.facts)


@takes(WordTableSettings)
def train_word_table(
    pairs: PairCorpus,
    *,
    progress: ProgressLike = None,
    **settings: "Unpack[TrainWordTableKeywords]",
) -> WordTable:
    """Estimate IBM model 1 by EM.

    E: each token f of a pair is shared among the source positions i and the empty word in the
    ratio of t(f | e_i).  M: t(f | e) is the sum of these shares over all tokens f, over their total
    for e.  The first t is uniform, so that the result does not depend on chance.

    Parameters
    ----------
    pairs : PairCorpus

    Returns
    -------
    WordTable
        Facts: ``epochs``, for each iteration the perplexity of the training targets and, after the
        last, ``held_out_perplexity``.
    """
    expect("pairs", pairs, PairCorpus, "a PairCorpus, such as encode_pairs returns")
    progress = as_progress(progress)
    chosen = WordTableSettings.among(settings)
    n_source, n_target = len(pairs.source.vocabulary), len(pairs.target.vocabulary)
    keys, tokens, lengths = _cooccurrences(*pairs.train, n_target)
    cells, which = np.unique(keys, return_inverse=True)
    rows, words = np.divmod(cells, n_target)
    starts = np.searchsorted(rows, np.arange(n_source + 1)).astype(np.int64)
    shares = 1 / np.diff(starts)[rows]
    epochs: list[dict[str, float]] = []
    progress.start("IBM model 1", chosen.iterations, "iterations")
    for _ in range(chosen.iterations):
        by_entry = shares[which]
        totals = np.bincount(tokens, by_entry)
        loss = float(np.mean(np.log(lengths) - np.log(totals)))
        counts = np.bincount(which, by_entry / totals[tokens], len(cells))
        shares = counts / np.bincount(rows, counts, n_source)[rows]
        epochs.append({"loss": loss, "perplexity": math.exp(loss)})
        progress.advance(1)
        progress.status(f"perplexity {epochs[-1]['perplexity']:.2f}")
    progress.finish(f"{len(cells):,} pairs of words")
    facts: dict[str, object] = {"epochs": epochs, "n_parameters": len(cells)}
    described = {**chosen.as_dict(), "text": pairs.settings["text"]}
    table = WordTable(
        pairs.source, pairs.target, starts, words.astype(np.int32), shares, described, facts
    )
    if len(pairs.held_out[0]):
        logprobs = np.concatenate(table.target_logprobs(*pairs.held_out))
        facts["held_out_perplexity"] = float(np.exp(-logprobs.mean()))
    return table


def _cooccurrences(
    sources: Ragged, targets: Ragged, n_target: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each source position and target token of a pair the key of both, and the token.

    Key: source word times `n_target`, plus target word.  The empty word is before each source,
    ``</s>`` after each target.  Also, for each token, its number of source positions.
    """
    if len(sources) == 0:
        raise SettingError("there are no pairs to count; give some")
    n_origins, n_tokens = sources.lengths + 1, targets.lengths + 1
    origins = np.insert(sources.ids, sources.starts[:-1], NULL).astype(np.int64)
    ends = np.insert(targets.ids, targets.starts[1:], EOS).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(n_origins)[:-1]])  # of each pair, among the origins
    of_token = np.repeat(np.arange(len(sources)), n_tokens)
    repeats = n_origins[of_token]
    tokens = np.repeat(np.arange(len(ends)), repeats)
    begins = np.concatenate([[0], np.cumsum(repeats)[:-1]])
    within = np.arange(len(tokens)) - np.repeat(begins, repeats)
    places = first[of_token[tokens]] + within
    return origins[places] * n_target + ends[tokens], tokens, repeats
