"""How a thesaurus is made, and what a lexicon is used for."""

from dataclasses import dataclass
from typing import Literal

from ..runtime.settings import Settings, setting

Counting = Literal["split", "each"]


@dataclass(frozen=True)
class InformationSettings(Settings):
    """How the information content of synsets is counted."""

    # Resnik 1995 and NLTK divide; WordNet::Similarity gives each sense the whole count.
    counting: Counting = setting(
        "split", "An occurrence of a word with n senses: 1/n of each, or one of each."
    )
    smoothing: float = setting(
        1.0, "Added to the occurrences of each synset.", low=0, high=1e6, example="1"
    )


@dataclass(frozen=True)
class DatabaseSettings(Settings):
    """Which files a thesaurus is made from."""

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
