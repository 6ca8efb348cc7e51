"""A thesaurus: words, their senses, and how senses are related."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from ..bundles.checks import are_offsets, are_within
from ..bundles.reading import Bundle
from ..bundles.stored import Stored
from ..bundles.writing import BundleWriter
from ..errors import EmptyResultError, SettingError, UnknownWordError, expect
from .morphology import base_forms
from .taxonomy import Taxonomy

KIND = "thesaurus"
#: Parts of speech, by which synsets are ordered.
PARTS = "nvar"
#: Symbols of relations, as pointers have them -> their names; a number in the bundle is a place.
RELATIONS = {
    "@": "hypernym",
    "@i": "instance hypernym",
    "~": "hyponym",
    "~i": "instance hyponym",
    "!": "antonym",
    "&": "similar to",
    "#m": "member holonym",
    "#s": "substance holonym",
    "#p": "part holonym",
    "%m": "member meronym",
    "%s": "substance meronym",
    "%p": "part meronym",
    "=": "attribute",
    "+": "derivationally related",
    "*": "entailment",
    ">": "cause",
    "^": "also see",
    "$": "verb group",
    "\\": "pertainym",
    "<": "participle",
    ";c": "domain: topic",
    ";r": "domain: region",
    ";u": "domain: usage",
    "-c": "member of the domain: topic",
    "-r": "member of the domain: region",
    "-u": "member of the domain: usage",
}
SYMBOLS = tuple(RELATIONS)
#: What leads upwards.
HYPERNYMS = ("@", "@i")
_TEXTS = ("words", "lemmas", "glosses", "exceptions")


@dataclass(frozen=True, eq=False)
class Thesaurus(Stored):
    """Words and their senses (synsets), numbered: nouns, verbs, adjectives, adverbs.

    The last four numbers are virtual roots, one for each part of speech, which only those with
    several tops have as an ancestor.

    Attributes
    ----------
    texts : dict
        ``words`` as they are written, ``lemmas`` in lower case and sorted, ``glosses``,
        ``exceptions`` (part, tab, form, tab, base forms); lines.
    parts : uint8 array (n_synsets,)
        Place in `PARTS`.
    offsets : int32 array (n_synsets,)
        In the files that were read; with the part of speech, the name of a synset.
    word_first, synset_words : int64 array (n_synsets + 1,), int32 array
        The words of each synset.
    sense_first, senses : int64 array (n_lemmas + 1,), int32 array
        The synsets of each lemma, by part of speech, the most frequent first.
    pointer_first, pointer_symbols, pointer_targets, pointer_words
        int64 (n_synsets + 1,), uint8, int32 and int16 (n, 2): the relations of each synset, and
        between which of their words they hold, from 1; 0 for the whole synset.
    taxonomy : Taxonomy
    information : float64 array (n_synsets,)
        Information content: -log of the share of occurrences that mean the synset or one below it;
        nan where it is not known.
    settings, facts : dict
    """

    KIND: ClassVar[str] = KIND

    texts: Mapping[str, Sequence[str]]
    parts: np.ndarray
    offsets: np.ndarray
    word_first: np.ndarray
    synset_words: np.ndarray
    sense_first: np.ndarray
    senses: np.ndarray
    pointer_first: np.ndarray
    pointer_symbols: np.ndarray
    pointer_targets: np.ndarray
    pointer_words: np.ndarray
    taxonomy: Taxonomy
    information: np.ndarray
    settings: dict[str, object] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of synsets."""
        return len(self.parts) - len(PARTS)

    def __repr__(self) -> str:
        return f"Thesaurus: {len(self):,} synsets, {len(self.lemmas):,} words"

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and bool(self.senses_of(word))

    @property
    def lemmas(self) -> Sequence[str]:
        """All words in lower case, sorted by code point."""
        return self.texts["lemmas"]

    @property
    def language(self) -> str:
        return str(self.facts.get("language", "eng"))

    @cached_property
    def _exceptions(self) -> dict[tuple[str, str], tuple[str, ...]]:
        split = (line.split("\t") for line in self.texts["exceptions"])
        return {(part, form): tuple(bases) for part, form, *bases in split}

    @cached_property
    def deepest(self) -> np.ndarray:
        """Depth of the deepest synset of each part of speech in edges; 0: no hierarchy."""
        depths = [self.taxonomy.depths[self.parts == part].max() - 1 for part in range(len(PARTS))]
        return np.array(depths, np.int64)

    @cached_property
    def has_information(self) -> bool:
        """Whether the information content of any synset is known."""
        return bool(np.isfinite(self.information).any())

    def part(self, synset: int) -> str:
        """Return the part of speech of a synset, a letter of `PARTS`."""
        return PARTS[self.parts[synset]]

    def name(self, synset: int) -> str:
        """Return a synset's name: its offset and its part of speech."""
        if synset >= len(self):
            return f"root-{self.part(synset)}"
        return f"{self.offsets[synset]:08d}-{self.part(synset)}"

    def words_of(self, synset: int) -> list[str]:
        """Return the words of a synset, as they are written."""
        words = self.texts["words"]
        first, last = self.word_first[synset], self.word_first[synset + 1]
        return [words[place] for place in self.synset_words[first:last]]

    def gloss(self, synset: int) -> str:
        """Return the definition of a synset, with its examples."""
        return self.texts["glosses"][synset] if synset < len(self) else "the virtual root"

    def related(self, synset: int, *symbols: str) -> Iterator[tuple[str, int, int, int]]:
        """Yield the relations of a synset: symbol, synset, number of the words or 0.

        Without `symbols` all; see `RELATIONS`.
        """
        for at in range(self.pointer_first[synset], self.pointer_first[synset + 1]):
            symbol = SYMBOLS[self.pointer_symbols[at]]
            if not symbols or symbol in symbols:
                from_word, to_word = self.pointer_words[at].tolist()
                yield symbol, int(self.pointer_targets[at]), from_word, to_word

    def hypernyms(self, synset: int) -> list[int]:
        """Return the synsets directly above one."""
        return [target for _, target, _, _ in self.related(synset, *HYPERNYMS)]

    def senses_of(self, word: str, parts: str = PARTS) -> list[int]:
        """Return the synsets of a word and of its base forms, the most frequent first.

        By part of speech, in the order of `PARTS`; empty if it has none.  Case does not matter,
        ``_`` is a space.

        Parameters
        ----------
        parts : str
            Letters of the parts of speech to consider.
        """
        expect("word", word, str, "a str")
        check_parts(parts)
        found: list[int] = []
        for letter in PARTS:
            if letter in parts:
                for form in self._forms(word, letter):
                    found += self._sense_lists.get((letter, form), ())
        return list(dict.fromkeys(found))

    def base_forms(self, word: str) -> set[str]:
        """Return the base forms of a word that have senses, and the word itself, in lower case."""
        return {_plain(word), *(form for letter in PARTS for form in self._forms(word, letter))}

    def _forms(self, word: str, letter: str) -> list[str]:
        plain = _plain(word)
        if self.language != "eng":
            return [plain]
        return base_forms(plain, letter, self._exceptions, self._sense_lists)

    @cached_property
    def _sense_lists(self) -> dict[tuple[str, str], list[int]]:
        """Part of speech and lemma -> synsets."""
        lists: dict[tuple[str, str], list[int]] = {}
        firsts, senses = self.sense_first.tolist(), self.senses.tolist()
        parts = self.parts[self.senses].tolist()
        for lemma, first, last in zip(self.lemmas, firsts, firsts[1:]):
            for at in range(first, last):
                lists.setdefault((PARTS[parts[at]], lemma), []).append(senses[at])
        return lists

    def known_senses(self, word: str, parts: str = PARTS) -> list[int]:
        """Return the synsets of a word; see `senses_of`.

        Raises
        ------
        UnknownWordError
            If it has none.
        EmptyResultError
            If it has some, of other parts of speech.
        """
        if found := self.senses_of(word, parts):
            return found
        if others := self.senses_of(word):
            known = "".join(dict.fromkeys(map(self.part, others)))
            raise EmptyResultError(f"{word!r} has no sense of the parts {parts}, but of {known}")
        from difflib import get_close_matches

        same_start = [lemma for lemma in self.lemmas if lemma[:1] == word[:1].lower()]
        near = get_close_matches(word.lower(), same_start, 3, 0.75)
        raise UnknownWordError(word, near, "the thesaurus")

    def write(self, writer: BundleWriter) -> None:
        """Write all of it as files of a bundle."""
        writer.facts.update(self.facts)
        for name in _TEXTS:
            writer.text(f"{name}.txt", self.texts[name])
        for name in _ARRAYS:
            writer.array(name, getattr(self, name))
        for name in _OF_TAXONOMY:
            writer.array(name, getattr(self.taxonomy, name))

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "Thesaurus":
        """Read an opened bundle."""
        arrays = {name: bundle.array(name, dtype, ndim) for name, (dtype, ndim) in _ARRAYS.items()}
        of_taxonomy = {name: bundle.array(name, dtype) for name, dtype in _OF_TAXONOMY.items()}
        with bundle.reading("a thesaurus"):
            texts = {name: _lines(bundle, name) for name in _TEXTS}
            _check(texts, arrays, of_taxonomy)
            return cls(
                texts,
                **arrays,
                taxonomy=Taxonomy(**of_taxonomy),
                settings=bundle.settings,
                facts=bundle.facts,
            )


#: Arrays of a bundle: their types and dimensions.
_ARRAYS = {
    "parts": ("u1", 1),
    "offsets": ("i4", 1),
    "word_first": ("i8", 1),
    "synset_words": ("i4", 1),
    "sense_first": ("i8", 1),
    "senses": ("i4", 1),
    "pointer_first": ("i8", 1),
    "pointer_symbols": ("u1", 1),
    "pointer_targets": ("i4", 1),
    "pointer_words": ("i2", 2),
    "information": ("f8", 1),
}
_OF_TAXONOMY = {"first": "i8", "ancestors": "i4", "distances": "i2", "depths": "i2"}


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word.replace("_", " ").lower())


def check_parts(parts: str) -> None:
    """Refuse letters that are no parts of speech."""
    expect("parts", parts, str, f"some of the letters {PARTS}")
    if not parts or set(parts) - set(PARTS):
        raise SettingError(
            f"the parts of speech are {parts!r}; expected some of n (nouns), v (verbs), "
            "a (adjectives), r (adverbs)"
        )


def _lines(bundle: Bundle, name: str) -> list[str]:
    return bundle.read(f"{name}.txt").decode().split("\n")[:-1]


def _check(
    texts: Mapping[str, Sequence[str]],
    arrays: dict[str, np.ndarray],
    of_taxonomy: dict[str, np.ndarray],
) -> None:
    """Refuse numbers that would lead out of a table."""
    n = len(arrays["parts"])
    pointers = arrays["pointer_symbols"], arrays["pointer_targets"], arrays["pointer_words"]
    n_pointers = len(pointers[0])
    ancestors = of_taxonomy["ancestors"]
    fits = (
        n >= len(PARTS)
        and all(line.count("\t") > 1 for line in texts["exceptions"])
        and {len(arrays["offsets"]), len(arrays["information"]), len(of_taxonomy["depths"])} == {n}
        and len(texts["glosses"]) == n - len(PARTS)
        and are_offsets(arrays["word_first"], n, 0, len(arrays["synset_words"]))
        and are_offsets(arrays["sense_first"], len(texts["lemmas"]), 0, len(arrays["senses"]))
        and are_offsets(arrays["pointer_first"], n, 0, n_pointers)
        and {len(part) for part in pointers} == {n_pointers}
        and pointers[2].shape[1:] == (2,)
        and are_offsets(of_taxonomy["first"], n, 0, len(ancestors))
        and len(of_taxonomy["distances"]) == len(ancestors)
        and are_within(arrays["parts"], 0, len(PARTS))
        and are_within(arrays["synset_words"], 0, len(texts["words"]))
        and are_within(arrays["senses"], 0, n - len(PARTS))
        and are_within(pointers[0], 0, len(SYMBOLS))
        and are_within(pointers[1], 0, n)
        and are_within(ancestors, 0, n)
        and are_within(of_taxonomy["depths"], 1, n + 2)
        and are_within(of_taxonomy["distances"], 0, n + 2)
        and set(range(len(PARTS))) <= set(arrays["parts"][-len(PARTS) :].tolist())
    )
    if not fits:
        raise ValueError("tables that do not fit together")
