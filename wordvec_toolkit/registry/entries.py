"""Entries of the registry: corpora, test sets and files of vectors."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

KINDS = (
    *("corpus", "similarity", "analogy", "categories", "minimal pairs", "vectors", "thesaurus"),
)
NO_LICENCE = "none stated"


@dataclass(frozen=True)
class Entry:
    """One thing that can be fetched, or what to do where it cannot.

    Attributes
    ----------
    name : str
        What the user types.
    kind : str
        One of `KINDS`.
    title, language : str
    licence : str
        As its makers or, failing them, the source named say; else "none stated".
    citation : str
        A BibTeX entry.
    source : str
        Where the facts of this entry are from.
    addresses : tuple of str
        Tried in this order; none if it cannot be downloaded freely.
    size : int or None
        Bytes of the download, where known.
    digest : str or None
        ``algorithm:hexadecimal`` of the download, where known from the source.
    members : tuple of str
        The files wanted from a zip or tar archive, the main one first; those that fit a name with
        ``*`` are joined, in the order of their names, to one file.
    columns : tuple of str
        The download is a table with a header; take these columns of it, in this order (of
        analogies, the section first).
    gensim_file : str
        It comes with gensim as this file of its test data.
    how : str
        How to get what has no address.
    """

    name: str
    kind: str
    title: str
    language: str
    licence: str
    citation: str
    source: str
    addresses: tuple[str, ...] = ()
    size: int | None = None
    digest: str | None = None
    members: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    gensim_file: str = ""
    how: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that it consists of once it is here, the main one first."""
        if self.members:
            return tuple(
                PurePosixPath(member).name.replace("*", self.name) for member in self.members
            )
        if self.columns:
            return (f"{self.name}.txt",)
        return (PurePosixPath(urlsplit(self.addresses[0]).path).name.removesuffix(".gz"),)
