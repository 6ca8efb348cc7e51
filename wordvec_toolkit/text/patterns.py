"""Check of regular expressions from files before they are matched.

Python's `re` tries one way after another and has no limit of time: ``(a+)+b`` takes 2^n steps for n
letters.  A pattern that leaves no choice at any letter cannot do that (strongly one-unambiguous;
Brüggemann-Klein and Wood 1998): from each place in it, what may come next begins with other
letters, and no two loops lead to the same place.  Alternatives of the whole pattern are tried one
after the other, and may begin alike.
"""

import re
from functools import cache
from itertools import combinations

_LONGEST = 300  # letters of a pattern
_MOST_PAIRS = 200  # of classes of letters to compare, 10 ms each at worst
_CODE = r"\\[wWdDsSnrtfv]|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[^0-9A-Za-z]"
_PIECE = re.compile(
    rf"(?P<letters>{_CODE}|\[\^?(?:{_CODE}|[^\]\\\[])+\]|[^\\()\[\]{{}}|*+?^$])"
    r"|(?P<edge>\\[bB]|\^|\$)|(?P<open>\((?:\?:|(?!\?)))|(?P<close>\))|(?P<bar>\|)"
)
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\??(?![*+?{])")


class _ChoiceError(Exception):
    """The pattern leaves a choice, or is not understood here."""


class _Part:
    """A part of a pattern: whether it can be empty, and the places that it begins and ends with."""

    def __init__(self, is_empty: bool, first: list[int], last: list[int]) -> None:
        self.is_empty, self.first, self.last = is_empty, first, last


class _Reading:
    """Places of a pattern, and which may follow which."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self._at = pattern, 0
        self._letters: list[str] = []
        self._follow: dict[int, list[int]] = {}

    def check(self) -> None:
        """Refuse a pattern that leaves a choice."""
        choices = [part.first for part in self._alternatives()]
        if self._at < len(self._pattern):
            raise _ChoiceError
        choices += self._follow.values()
        pairs = {
            tuple(sorted(self._letters[place] for place in pair))
            for places in choices
            for pair in combinations(places, 2)
        }
        if len(pairs) > _MOST_PAIRS or any(_overlap(*pair) for pair in pairs):
            raise _ChoiceError

    def _connect(self, last: list[int], first: list[int]) -> None:
        for place in last:
            following = self._follow.setdefault(place, [])
            if set(following) & set(first):
                raise _ChoiceError  # by two loops
            following += first

    def _alternatives(self) -> list[_Part]:
        parts = [self._sequence()]
        while self._pattern[self._at : self._at + 1] == "|":
            self._at += 1
            parts.append(self._sequence())
        return parts

    def _sequence(self) -> _Part:
        whole = _Part(True, [], [])
        while found := _PIECE.match(self._pattern, self._at):
            if found["close"] or found["bar"]:
                break
            self._at = found.end()
            part = self._quantified(self._piece(found))
            self._connect(whole.last, part.first)
            whole = _Part(
                whole.is_empty and part.is_empty,
                whole.first + (part.first if whole.is_empty else []),
                part.last + (whole.last if part.is_empty else []),
            )
        return whole

    def _piece(self, found: "re.Match[str]") -> _Part:
        if found["edge"]:
            return _Part(True, [], [])
        if found["letters"]:
            self._letters.append(found["letters"])
            return _Part(False, [len(self._letters) - 1], [len(self._letters) - 1])
        parts = self._alternatives()
        if self._pattern[self._at : self._at + 1] != ")" or sum(p.is_empty for p in parts) > 1:
            raise _ChoiceError
        self._at += 1
        return _Part(
            any(part.is_empty for part in parts),
            [place for part in parts for place in part.first],
            [place for part in parts for place in part.last],
        )

    def _quantified(self, part: _Part) -> _Part:
        found = _QUANTIFIER.match(self._pattern, self._at)
        if found is None:
            return part
        self._at = found.end()
        if part.is_empty:
            raise _ChoiceError
        if not found[0].startswith("?"):
            self._connect(part.last, part.first)
        return _Part(found[0].startswith(("?", "*", "{0")), part.first, part.last)


@cache
def _all_letters() -> str:
    return "".join(map(chr, range(0x40000)))  # beyond are only tags and private use


def _overlap(first: str, second: str) -> bool:
    """Return whether a letter is in both classes."""
    return re.search(f"(?={first}){second}", _all_letters()) is not None


def can_run_away(pattern: str) -> bool:
    """Return whether a regular expression may run for ever on some text.

    False: matching at one place takes time in proportion to the text behind it.  True where that is
    not sure: of long patterns, or with look-around, back-references or flags.
    """
    if len(pattern) > _LONGEST:
        return True
    try:
        _Reading(pattern).check()
    except (_ChoiceError, RecursionError, re.error):
        return True
    return False
