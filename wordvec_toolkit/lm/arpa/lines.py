"""Single lines of n-grams in ARPA files, read slowly: what is wrong with them, if anything is."""

import re

from ...text.reading import shown

_TOKEN = re.compile(rb"[^ \t\r]+")
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NEVER = re.compile(rb"-inf(?:inity)?", re.IGNORECASE)
#: Largest log10 probability above 0 that rounding can explain.
ROUNDING = 1e-3
_LARGE = 1e200  # beyond what kernels read


class LineError(Exception):
    """A line is not a log10 probability, words, and perhaps a log10 back-off weight."""

    def __init__(self, found: str, expected: str, advice: str = "") -> None:
        super().__init__(found)
        self.found, self.expected, self.advice = found, expected, advice


def mend(line: bytes, order: int) -> tuple[bytes, list[bytes]]:
    """Return a line so that kernels can read it, and its words.

    Raises
    ------
    LineError
        If it says nothing that can be read.
    """
    tokens = _TOKEN.findall(line)
    if not order + 1 <= len(tokens) <= order + 2:
        raise LineError(
            shown(line.strip(), 60),
            f"a log10 probability, {order} word{'' if order == 1 else 's'}, and below the highest "
            "order a log10 back-off weight",
        )
    logprob = _number(tokens[0], "a log10 probability")
    if logprob > 0:
        lenient = "lenient=True (wvt convert IN OUT.wvt --lenient) takes it for 0"
        advice = lenient if logprob <= ROUNDING else ""
        raise LineError(f"the log10 probability {shown(tokens[0])}", "0 or less", advice)
    words = tokens[1 : order + 1]
    backoff = _number(tokens[order + 1], "a log10 back-off weight") if tokens[order + 1 :] else 0.0
    return b"%s\t%s\t%s\n" % (_written(logprob), b" ".join(words), _written(backoff)), words


def rounded_to_zero(line: bytes) -> bytes:
    """Return a line with 0 for a log10 probability just above it; the same line if it is not."""
    token = _TOKEN.search(line)
    if token is None or not _NUMBER.fullmatch(token[0]) or not 0 < float(token[0]) <= ROUNDING:
        return line
    return b"0" + line[token.end() :]


def token_span(line: bytes, place: int) -> tuple[int, int]:
    """Return where the token at `place` begins and ends in a line."""
    return list(_TOKEN.finditer(line))[place].span()


def _number(token: bytes, expected: str) -> float:
    if _NEVER.fullmatch(token):
        return -_LARGE
    if not _NUMBER.fullmatch(token) or float(token) >= _LARGE:
        raise LineError(shown(token), expected)
    return float(token)


def _written(value: float) -> bytes:
    if value <= -_LARGE:
        return b"-99"
    return b"0" if abs(value) < 1 / _LARGE else repr(value).encode()
