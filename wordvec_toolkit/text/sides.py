"""The two sides of pairs of sentences: how text becomes ids, and ids become text."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..bundles.checks import are_offsets, are_within
from ..bundles.reading import Bundle
from ..bundles.stored import Stored
from ..bundles.writing import BundleWriter
from ..errors import EmptyResultError, FormatError, SettingError
from .encoding import encode_text
from .pairs import TextPairs
from .settings import PairSettings
from .subwords import Subwords, joined_subwords
from .tokenizers import SPACE_TOKEN, Tokenizer, check_named, make_tokenizer, must_be_named
from .vocabulary import SPECIALS, UNK, Vocabulary, rank_words

SIDES = ("source", "target")
_SUBWORDS = "subwords"


@dataclass(frozen=True, eq=False)
class Side:
    """One side of pairs.

    Attributes
    ----------
    name : {"source", "target"}
    tokenizer : Tokenizer
    vocabulary : Vocabulary
        With specials.
    subwords : Subwords or None
    """

    name: str
    tokenizer: Tokenizer
    vocabulary: Vocabulary
    subwords: Subwords | None = None

    def tokens(self, sentences: Sequence[str]) -> list[list[str]]:
        """Return the tokens of sentences."""
        words = words_of(sentences, self.tokenizer)
        return words if self.subwords is None else [self.subwords.split(each) for each in words]

    def ids(self, tokens: Iterable[str]) -> np.ndarray:
        """Return the ids of tokens, that of ``<unk>`` for unknown ones: int32."""
        ids = self.vocabulary.ids
        return np.array([ids.get(token, UNK) for token in tokens], np.int32)

    def text(self, tokens: Iterable[str]) -> str:
        """Return tokens as text."""
        if self.subwords is not None:
            return joined_subwords(tokens)
        if self.tokenizer.name == "chars":
            return "".join(tokens).replace(SPACE_TOKEN, " ")
        return " ".join(tokens)

    def write(self, writer: BundleWriter) -> None:
        """Write the vocabulary and the merges."""
        self.vocabulary.write(writer, f"{self.name}.tsv")
        if self.subwords is not None:
            self.subwords.write(writer, f"{self.name}-merges.txt")

    @classmethod
    def read(cls, bundle: Bundle, name: str) -> "Side":
        """Read what `write` has written.

        Raises
        ------
        FormatError
            If it is damaged, or names a function or a pattern as its tokenizer.
        """
        with bundle.reading("the two sides of pairs"):
            how = bundle.settings["text"][name]
            used, lowercase, normalize = how["tokenizer"], how["lowercase"], how["normalize"]
            has_subwords = how["subwords"]
        if not (isinstance(used, str) and isinstance(lowercase, bool)):
            raise FormatError(bundle.path, f"the tokenizer {str(used)[:40]!r}", "the name of one")
        check_named(used, str(bundle.path), None)
        vocabulary = Vocabulary.read(bundle, f"{name}.tsv")
        if vocabulary.n_specials != len(SPECIALS):
            raise FormatError(bundle.path, "a vocabulary without specials", "<unk>, <s>, </s>")
        subwords = Subwords.read(bundle, f"{name}-merges.txt") if has_subwords else None
        return cls(name, make_tokenizer(used, lowercase, normalize), vocabulary, subwords)


def words_of(sentences: Sequence[str], tokenizer: Tokenizer) -> list[list[str]]:
    """Return the tokens of each sentence; of one with none an empty list."""
    filled = [place for place, sentence in enumerate(sentences) if sentence.strip()]
    found: list[list[str]] = [[] for _ in sentences]
    try:
        text = "\n".join(" ".join(sentences[place].split("\n")) for place in filled)
        corpus = encode_text(text, tokenizer=tokenizer, min_count=1)
    except EmptyResultError:
        return found
    if corpus.n_sentences != len(filled):  # some have nothing that the tokenizer takes for a token
        if len(filled) == 1:
            return found
        parts = (words_of([sentences[place]], tokenizer)[0] for place in filled)
        for place, words in zip(filled, parts):
            found[place] = words
        return found
    words, bounds = corpus.words(), np.asarray(corpus.sentences).tolist()
    for place, first, last in zip(filled, bounds, bounds[1:]):
        found[place] = list(words[first:last])
    return found


@dataclass(frozen=True, eq=False)
class Ragged:
    """Sentences of ids: those of sentence i are ``ids[starts[i]:starts[i + 1]]``."""

    ids: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, rows: Sequence[np.ndarray]) -> "Ragged":
        """Join rows."""
        starts = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
        ids = np.concatenate([np.empty(0, np.int32), *rows]).astype(np.int32)
        return cls(ids, starts.astype(np.int64))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> np.ndarray:
        return np.diff(self.starts)

    def row(self, place: int) -> np.ndarray:
        """Return one sentence."""
        return self.ids[self.starts[place] : self.starts[place + 1]]


@dataclass(frozen=True, eq=False)
class PairCorpus(Stored):
    """Pairs in ids, those to train on and those held out.

    Attributes
    ----------
    source, target : Side
    train, held_out : (Ragged, Ragged)
        Sources and targets.
    settings, facts : dict
    """

    KIND: ClassVar[str] = "pairs"

    source: Side
    target: Side
    train: tuple[Ragged, Ragged]
    held_out: tuple[Ragged, Ragged]
    settings: dict[str, object]
    facts: dict[str, object]

    def __repr__(self) -> str:
        n, n_held_out = len(self.train[0]), len(self.held_out[0])
        return f"PairCorpus: {n:,} pairs to train on, {n_held_out:,} held out"

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        for side in (self.source, self.target):
            side.write(writer)
        for part, sides in (("train", self.train), ("held_out", self.held_out)):
            for name, rows in zip(SIDES, sides):
                writer.array(f"{part}_{name}", rows.ids)
                writer.array(f"{part}_{name}_starts", rows.starts)
        writer.facts.update(self.facts)

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "PairCorpus":
        """Read an opened bundle; see `load`."""
        source, target = (Side.read(bundle, name) for name in SIDES)

        def rows(part: str, side: Side) -> Ragged:
            ids = bundle.array(f"{part}_{side.name}", "i4")
            starts = bundle.array(f"{part}_{side.name}_starts", "i8")
            if (
                not are_offsets(starts, len(starts) - 1, 0, len(ids))
                or (starts[1:] == starts[:-1]).any()
                or not are_within(ids, 0, len(side.vocabulary))
            ):
                raise FormatError(bundle.path, "ids outside of their sentences", "whole pairs")
            return Ragged(ids, starts)

        train, held_out = (
            (rows(part, source), rows(part, target)) for part in ("train", "held_out")
        )
        if any(len(one) != len(two) for one, two in (train, held_out)):
            raise FormatError(bundle.path, "sources without targets", "whole pairs")
        return cls(source, target, train, held_out, bundle.settings, bundle.facts)


def encode_pairs(pairs: TextPairs, held_out: TextPairs | None, chosen: PairSettings) -> PairCorpus:
    """Tokenise pairs and choose the vocabularies of both sides.

    Raises
    ------
    FormatError
        If a side is empty or too long, unless such pairs are skipped.
    EmptyResultError
        If no pairs remain, or all words are rarer than `min_count`.
    """
    sides = []
    for name, texts in zip(SIDES, (pairs.sources, pairs.targets)):
        tokenizer, is_split = _tokenizer_of(name, chosen)
        words = words_of(texts, tokenizer)
        subwords = None
        if is_split:
            subwords = Subwords.learned((w for each in words for w in each), chosen.merges)
            words = [subwords.split(each) for each in words]
        sides.append((Side(name, tokenizer, _vocabulary(name, words, chosen), subwords), words))
    (source, sources), (target, targets) = sides
    train, n_skipped = _encoded(pairs, (source, target), (sources, targets), chosen)
    if not len(train[0]):
        raise EmptyResultError(f"{pairs.name} has no pairs left to train on; give more text")
    kept, n_skipped_held_out = (_none(), _none()), 0
    if held_out is not None and len(held_out):
        tokens = source.tokens(held_out.sources), target.tokens(held_out.targets)
        kept, n_skipped_held_out = _encoded(held_out, (source, target), tokens, chosen)
    facts: dict[str, object] = {
        "n_pairs": len(train[0]),
        "n_held_out": len(kept[0]),
        "n_skipped": n_skipped + n_skipped_held_out,
        "n_source_tokens": len(train[0].ids),
        "n_target_tokens": len(train[1].ids),
        "coverage": [
            round(float((rows.ids != UNK).mean()), 6) if len(rows.ids) else None for rows in kept
        ],
        "sources": pairs.facts,
        "n_specials": len(SPECIALS),
    }
    return PairCorpus(source, target, train, kept, pair_settings(chosen), facts)


def pair_settings(chosen: PairSettings) -> dict[str, object]:
    """Return what pairs depend on besides their files, as a manifest holds it.

    Raises
    ------
    SettingError
        If there is no such tokenizer.
    """
    text: dict[str, object] = {"max_length": chosen.max_length}
    for name in SIDES:
        text[name] = _described(*_tokenizer_of(name, chosen))
    return {**chosen.as_dict(), "text": text}


def _tokenizer_of(name: str, chosen: PairSettings) -> tuple[Tokenizer, bool]:
    """Return the tokenizer of a side, and whether its tokens are split into subwords."""
    used = chosen.tokenizer
    if name == SIDES[1] and chosen.target_tokenizer is not None:
        used = chosen.target_tokenizer
    is_split = used == _SUBWORDS
    tokenizer = make_tokenizer(
        "whitespace" if is_split else used, chosen.lowercase, chosen.normalize
    )
    if must_be_named(tokenizer.name):
        raise SettingError(
            f"pairs cannot be tokenised by {tokenizer.name[:80]}, which their files would name for "
            "others to run; tokenise them first, and read them with tokenizer whitespace"
        )
    return tokenizer, is_split


def _described(tokenizer: Tokenizer, is_split: bool) -> dict[str, object]:
    return {
        "tokenizer": tokenizer.name,
        "lowercase": tokenizer.lowercase,
        "normalize": tokenizer.normalize,
        "subwords": is_split,
    }


def _none() -> Ragged:
    return Ragged.of([])


def _vocabulary(name: str, sentences: Sequence[list[str]], chosen: PairSettings) -> Vocabulary:
    counts = Counter(token for tokens in sentences for token in tokens)
    for special in SPECIALS:
        counts.pop(special, None)
    kept = {word: n for word, n in counts.items() if n >= chosen.min_count}
    if not kept:
        raise EmptyResultError(
            f"no token of the {name} side occurs {chosen.min_count} times; lower min_count "
            "(--min-count)"
        )
    words, numbers = list(kept), np.fromiter(kept.values(), np.int64, len(kept))
    order = rank_words([word.encode("utf-8", "surrogatepass") for word in words], numbers)
    order = order[: chosen.max_size]
    n_unknown = sum(counts.values()) - int(numbers[order].sum())
    return Vocabulary(
        (*SPECIALS, *(words[place] for place in order)),
        np.concatenate([[n_unknown, 0, len(sentences)], numbers[order]]),
        len(SPECIALS),
    )


def _encoded(
    pairs: TextPairs,
    sides: tuple[Side, Side],
    tokens: tuple[list[list[str]], list[list[str]]],
    chosen: PairSettings,
) -> tuple[tuple[Ragged, Ragged], int]:
    """Return the ids of pairs, and how many are skipped."""
    kept = []
    for place, lengths in enumerate(zip(*(map(len, each) for each in tokens))):
        if min(lengths) and max(lengths) <= chosen.max_length:
            kept.append(place)
        elif not chosen.skip:
            at = lengths.index(0) if 0 in lengths else lengths.index(max(lengths))
            found = f"a {SIDES[at]} of {lengths[at]:,} tokens" if lengths[at] else ""
            raise FormatError(
                pairs.name,
                found or f"an empty {SIDES[at]}",
                f"both sides of 1 to {chosen.max_length:,} tokens",
                line=pairs.line(place),
                advice="skip such pairs (--skip)" + (" or raise max_length" if found else ""),
            )
    rows = (
        Ragged.of([side.ids(each[place]) for place in kept]) for side, each in zip(sides, tokens)
    )
    source, target = rows
    return (source, target), len(pairs) - len(kept)


def checked_side(side: Side, sentences: Sequence[str], max_length: int) -> list[list[str]]:
    """Return the tokens of sentences to translate, once each has some and not too many.

    Raises
    ------
    SettingError
    """
    tokens = side.tokens(sentences)
    for number, own in enumerate(tokens, 1):
        if not own:
            raise SettingError(f"sentence {number} is empty; give text with at least one token")
        if len(own) > max_length:
            raise SettingError(
                f"sentence {number} has {len(own):,} tokens; the model was built for at most "
                f"{max_length:,} (--max-length of build-seq2seq)"
            )
    return tokens
