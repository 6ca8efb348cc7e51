"""Subtitles: SubRip (srt) and WebVTT."""

import html
import re
from collections.abc import Iterable, Iterator

from .head import Head, Reading, without_marks

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}[,.]\d{1,3}"
_CUE = re.compile(rf"\s*{_TIME}\s+-->\s+{_TIME}.*")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,100}>|<\d\d:[\d:.]+>|\{\\[^{}]{0,100}\}")


def is_subtitles(head: Head) -> bool:
    """Return whether a text has times of cues among its first lines."""
    return head.start.startswith("WEBVTT") or any(map(_CUE.fullmatch, head.filled[:3]))


def read_subtitles(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield the words of each cue as a line."""
    reading.note("read as subtitles: the words of each cue are a line (--format plain: all lines)")
    cue: list[str] | None = None
    for _, line in reading.lines(blocks):
        if _CUE.fullmatch(line):
            cue = []
        elif cue is not None and line.strip():
            cue.append(html.unescape(_MARKUP.sub("", line)).strip())
        elif cue is not None:
            yield without_marks(" ".join(filter(None, cue)) + "\n")
            cue = None
    if cue:
        yield without_marks(" ".join(filter(None, cue)) + "\n")
