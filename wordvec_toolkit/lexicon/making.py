"""Make a thesaurus of what a database says, with the information content of its synsets."""

import numpy as np

from ..errors import expect
from .taxonomy import taxonomy_of
from .thesaurus import HYPERNYMS, PARTS, SYMBOLS, Thesaurus
from .wndb import Database, Key, Pointer


def make_thesaurus(database: Database) -> Thesaurus:
    """Return the thesaurus of a database; the information content of its synsets is not known."""
    expect("database", database, Database, "a Database, as read_wndb(path) returns")
    keys = list(database.synsets)
    places = {key: place for place, key in enumerate(keys)}
    n = len(keys)
    words: dict[str, int] = {}
    synset_words, word_first = [], [0]
    symbols, targets, ends, pointer_first = [], [], [], [0]
    parents: list[list[int]] = []
    for key, synset in database.synsets.items():
        synset_words += [words.setdefault(word, len(words)) for word in synset.words]
        word_first.append(len(synset_words))
        parents.append([])
        for pointer in synset.pointers:
            target = places[pointer.target]
            symbols.append(_symbol(pointer.symbol))
            targets.append(target)
            ends.append((pointer.from_word, pointer.to_word))
            if _leads_up(pointer, key, database):
                parents[-1].append(target)
        pointer_first.append(len(targets))
    n_tops = dict.fromkeys(PARTS, 0)
    has_hierarchy = {keys[place][0] for place in range(n) if parents[place]}
    for (part, _), own in zip(keys, parents):
        n_tops[part] += not own
    for (part, _), own in zip(keys, parents):
        if not own and n_tops[part] > 1 and part in has_hierarchy:
            own.append(n + PARTS.index(part))
    parents += [[] for _ in PARTS]
    lemmas = sorted({lemma for _, lemma in database.senses})
    senses, sense_first = [], [0]
    for lemma in lemmas:
        for part in PARTS:
            senses += [places[key] for key in database.senses.get((part, lemma), ())]
        sense_first.append(len(senses))
    texts = {
        "words": [" ".join(word.split()) for word in words],
        "lemmas": lemmas,
        "glosses": [" ".join(synset.gloss.split()) for synset in database.synsets.values()],
        "exceptions": [
            "\t".join((part, form, *bases))
            for (part, form), bases in sorted(database.exceptions.items())
        ],
    }
    return Thesaurus(
        texts,
        parts=np.array([*(PARTS.index(part) for part, _ in keys), *range(len(PARTS))], np.uint8),
        offsets=np.array([*(offset for _, offset in keys), *[0] * len(PARTS)], np.int32),
        word_first=np.array([*word_first, *word_first[-1:] * len(PARTS)], np.int64),
        synset_words=np.array(synset_words, np.int32),
        sense_first=np.array(sense_first, np.int64),
        senses=np.array(senses, np.int32),
        pointer_first=np.array([*pointer_first, *pointer_first[-1:] * len(PARTS)], np.int64),
        pointer_symbols=np.array(symbols, np.uint8),
        pointer_targets=np.array(targets, np.int32),
        pointer_words=np.array(ends, np.int16).reshape(-1, 2),
        taxonomy=taxonomy_of(parents),
        information=np.full(n + len(PARTS), np.nan),
        facts={
            "language": database.language,
            "n_synsets": n,
            "n_words": len(lemmas),
            "n_senses": len(senses),
        },
    )


def _leads_up(pointer: Pointer, key: Key, database: Database) -> bool:
    """Return whether a relation is is-a; among adjectives, from a satellite to its head."""
    if pointer.symbol == "&":
        own, other = database.synsets[key], database.synsets[pointer.target]
        return own.is_satellite and not other.is_satellite
    return pointer.symbol in HYPERNYMS and pointer.target[0] == key[0]


def _symbol(symbol: str) -> int:
    """Return the number of a relation; those that no program knows are ``also see``."""
    return SYMBOLS.index(symbol if symbol in SYMBOLS else "^")
