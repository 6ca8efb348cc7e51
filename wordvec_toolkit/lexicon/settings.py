"""Settings of thesauri and of vectors with a lexicon."""

from dataclasses import dataclass
from typing import Literal

from ..runtime.settings import Settings, setting

Counting = Literal["split", "each"]


@dataclass(frozen=True)
class InformationSettings(Settings):
    """Settings of counting the information content of synsets."""

    # Resnik 1995 and NLTK divide; WordNet::Similarity gives each sense the whole count.
    counting: Counting = setting(
        "split", "An occurrence of a word with n senses: 1/n of each, or one of each."
    )
    smoothing: float = setting(
        1.0, "Added to the occurrences of each synset.", low=0, high=1e6, example="1"
    )


@dataclass(frozen=True)
class DatabaseSettings(Settings):
    """Settings of the files of a thesaurus."""

    wordnet: str | None = setting(
        None,
        "Folder or archive of a WordNet database (data.noun, ...).",
        metavar="PATH",
        shown="as wvt fetch wordnet downloaded it",
    )
    layer: str | None = setting(
        None,
        "File of words of another language on its synsets (Open Multilingual Wordnet, .tab).",
        metavar="FILE",
        shown="none",
    )
    information: str | None = setting(
        None,
        "File of information content in place of counts, such as ic-brown.dat.",
        metavar="FILE",
        shown="counted",
    )


Relations = Literal["synonyms", "hypernyms"]


@dataclass(frozen=True)
class RelationSettings(Settings):
    """Settings of the relations between words of a lexicon."""

    relations: Relations = setting(
        "synonyms",
        "Related words of a thesaurus: those of one synset; hypernyms: and of those directly above "
        "and below, too.",
    )


@dataclass(frozen=True)
class RetrofitSettings(RelationSettings):
    """Settings of retrofitting (Faruqui et al. 2015)."""

    iterations: int = setting(10, "Number of sweeps over the words.", low=1, high=1000)
    alpha: float = setting(
        1.0, "Weight of a word's own vector against the mean of its related words.", above=0
    )


@dataclass(frozen=True)
class CounterFitSettings(RelationSettings):
    """Settings of counter-fitting (Mrkšić et al. 2016)."""

    epochs: int = setting(20, "Number of gradient steps.", low=1, high=1000)
    rate: float = setting(0.1, "Learning rate.", above=0, high=1)
    margin: float = setting(1.0, "Least distance (1 - cosine) of antonyms.", low=0, high=2)
    radius: float = setting(
        0.2, "Distance up to which pairs of words are kept as near as they were.", low=0, high=2
    )


@dataclass(frozen=True)
class SprinkleSettings(RelationSettings):
    """Settings of adding related words to a matrix before its SVD."""

    weight: float = setting(
        0.5, "Frobenius norm of the added columns against that of the matrix.", above=0, high=100
    )
