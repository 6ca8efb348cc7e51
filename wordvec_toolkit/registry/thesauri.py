"""Thesauri.

The archive is NLTK's copy of Princeton's files at a fixed commit; its ``data`` and ``index`` files
have the sizes of WordNet 3.0 as Princeton published it.
"""

from .entries import Entry

ENTRIES = (
    Entry(
        name="wordnet",
        kind="thesaurus",
        title="WordNet 3.0: 117,659 synsets of 147,306 English words, with their relations",
        language="English",
        licence="WordNet 3.0 licence (free use with its notice)",
        citation="""@book{fellbaum1998wordnet,
  title = {{WordNet}: An Electronic Lexical Database},
  editor = {Fellbaum, Christiane},
  publisher = {MIT Press},
  year = {1998}
}""",
        source="nltk/nltk_data at the commit in the address",
        addresses=(
            "https://raw.githubusercontent.com/nltk/nltk_data/"
            "550b6625bcef1f2abff2ff770a5a0d272c9c6b2a/packages/corpora/wordnet.zip",
        ),
        size=10_775_600,
        digest="sha256:cbda5ea6eef7f36a97a43d4a75f85e07fccbb4f23657d27b4ccbc93e2646ab59",
        members=tuple(
            f"wordnet/{name}"
            for name in (
                *(f"data.{part}" for part in ("noun", "verb", "adj", "adv")),
                *(f"index.{part}" for part in ("noun", "verb", "adj", "adv")),
                *(f"{part}.exc" for part in ("noun", "verb", "adj", "adv")),
                "cntlist.rev",
            )
        ),
    ),
)
