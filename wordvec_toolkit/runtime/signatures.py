"""Signatures: how a number was made, in one line of text."""

from collections.abc import Iterator, Mapping


class Signature(str):
    """Origin of a number: parts ``key`` or ``key:value`` joined by ``|``, as in sacrebleu.

    >>> made = Signature.of("spearman", set="wordsim353", oov_pairs="left-out").add(n=203)
    >>> made
    'spearman|set:wordsim353|oov-pairs:left-out|n:203'
    >>> made.get("set"), made.parts[0]
    ('wordsim353', ('spearman', ''))

    A signature is text, so that it compares, prints and is written as such; any text can be taken
    apart again.  Signatures within signatures are in parentheses.
    """

    @classmethod
    def of(cls, *parts: str, **values: object) -> "Signature":
        """Return a signature of plain parts, then of keys with their values (``_`` is ``-``)."""
        named = (f"{key.replace('_', '-')}:{value}" for key, value in values.items())
        return cls("|".join((*parts, *named)))

    @classmethod
    def of_settings(cls, kind: str, settings: Mapping[str, object]) -> "Signature":
        """Return the signature of a model by its settings, but for its text."""
        parts = (
            f"{key}:{value}"
            for key, value in settings.items()
            if key != "text" and value not in (None, "")
        )
        return cls.of(kind, *parts)

    def add(self, *parts: str, **values: object) -> "Signature":
        """Return the signature with more parts at its end; see `of`."""
        return Signature.of(self, *parts, **values)

    def around(self, *inner: str) -> "Signature":
        """Return the signature with others after it in parentheses."""
        return Signature(f"{self}({', '.join(inner)})")

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Keys with their values, in order; the value of a plain part is empty."""
        pairs = (text.partition(":") for text in self._texts())
        return tuple((key, value) for key, _, value in pairs)

    def get(self, key: str, default: str = "") -> str:
        """Return the value of the first part with a key."""
        return dict(reversed(self.parts)).get(key, default)

    @property
    def version(self) -> str:
        """The version of the toolkit, where `with_version` has added it."""
        return self.get("version")

    def with_version(self) -> "Signature":
        """Return the signature with the version of this toolkit."""
        from .. import __version__

        return self if self.version else self.add(version=__version__)

    def before(self, key: str) -> "Signature":
        """Return the text before the first part with a key."""
        kept = []
        for text in self._texts():
            if text.partition(":")[0] == key:
                break
            kept.append(text)
        return Signature("|".join(kept))

    def _texts(self) -> Iterator[str]:
        depth = start = 0
        for place, letter in enumerate(self):
            depth = max(0, depth + (letter == "(") - (letter == ")"))
            if letter == "|" and not depth:
                yield self[start:place]
                start = place + 1
        yield self[start:]
